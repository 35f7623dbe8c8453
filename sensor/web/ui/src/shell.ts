// The frame around every page: navigation, span of time, theme, what is new.
import { type Child, h, svg } from "./dom";
import { visible } from "./format";
import { RANGES, type Range } from "./range";
import { segmented, select } from "./parts";
import { THEMES } from "./theme";

const ICONS: Record<string, string> = {
  overview: "M3 10.5 10 4l7 6.500M5 9v7h4v-4h2v4h4V9",
  alerts: "M10 3.500 17.500 16.500h-15zM10 8.500v3.500M10 14v.5",
  findings: "M8.500 3.500a5 5 0 1 1 0 10 5 5 0 0 1 0-10zM12.200 12.200 17 17",
  devices: "M3 4.500h14v9H3zM7 16.500h6M10 13.500v3",
  destinations: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM3 10h14M10 3c-4.500 4-4.500 10 0 14 4.500-4 4.500-10 0-14",
  mutes: "M4 8v4h3l4 3.500v-11L7 8zM14 8l3.500 4M17.500 8 14 12",
  upload: "M10 13V4M6.500 7.500 10 4l3.500 3.500M4 13v3.500h12V13",
  setup: "M4 6h7M15 6h1M4 14h1M9 14h7M13 4v4M7 12v4",
};

export const NAVIGATION: [string, string][] = [
  ["overview", "Overview"],
  ["alerts", "Alerts"],
  ["findings", "Findings"],
  ["devices", "Devices"],
  ["destinations", "Destinations"],
  ["mutes", "Mutes"],
  ["upload", "Upload"],
  ["setup", "Setup"],
];

function icon(name: string): Child {
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" },
    svg("path", {
      d: ICONS[name] ?? "",
      fill: "none",
      stroke: "currentColor",
      "stroke-width": "1.5",
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  );
}

export function logo(): Child {
  return svg(
    "svg",
    { class: "logo", viewBox: "0 0 32 32", "aria-hidden": "true", focusable: "false" },
    svg("rect", { width: "32", height: "32", rx: "7", class: "logo-ground" }),
    svg("path", { d: "M9 6v20M9 9.500c5-3.200 8 3.200 14.500 0", class: "logo-line" }),
    svg("path", { d: "M9 16c4.500-3 7 3 11.500 0", class: "logo-ribbon" }),
  );
}

export interface ShellActions {
  pickRange: (range: Range) => void;
  pickTheme: (theme: string) => void;
  logOut: (() => void) | undefined;
}

export class Shell {
  readonly page = h("div", { class: "page" });
  readonly main = h("main", { id: "main", class: "content", tabindex: "-1" });
  readonly element: HTMLElement;
  private readonly links = new Map<string, HTMLAnchorElement>();
  private readonly range: HTMLElement;
  private readonly notice = h("div", { class: "notice", role: "status", "aria-live": "polite" });
  private readonly state = h("span", { class: "state" });
  private readonly heading = h("h1", {});

  constructor(sensor: string, range: Range, theme: string, actions: ShellActions) {
    for (const [name, label] of NAVIGATION)
      this.links.set(name, h("a", { href: `#/${name}` }, icon(name), h("span", {}, label)));
    this.range = segmented("Span of time", RANGES, range, (key) => actions.pickRange(key as Range));
    const skip = h("a", { class: "skip", href: "#main" }, "Skip to the content");
    skip.addEventListener("click", (event) => {
      event.preventDefault();
      this.main.focus();
    });
    this.element = h(
      "div",
      { class: "frame" },
      skip,
      h(
        "header",
        { class: "side" },
        h(
          "a",
          { class: "brand", href: "#/overview", "aria-label": "telltale, overview" },
          logo(),
          h("span", {}, "telltale"),
        ),
        h("nav", { "aria-label": "Pages" }, [...this.links.values()]),
        h(
          "div",
          { class: "side-foot" },
          select("Theme", THEMES, theme, actions.pickTheme),
          actions.logOut
            ? h("button", { type: "button", class: "button small", on: { click: actions.logOut } }, "Log out")
            : null,
        ),
      ),
      this.main,
    );
    this.main.append(
      h(
        "div",
        { class: "top" },
        h(
          "div",
          { class: "top-title" },
          this.heading,
          h("p", { class: "sensor" }, h("span", { title: "the sensor's name" }, visible(sensor)), " ", this.state),
        ),
        this.range,
      ),
      this.notice,
      this.page,
    );
  }

  mark(name: string): void {
    for (const [key, link] of this.links) {
      if (key === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  enter(name: string, title: string, ranged: boolean): void {
    this.mark(name);
    this.setTitle(title);
    this.range.hidden = !ranged;
  }

  setTitle(title: string): void {
    this.heading.textContent = title;
    document.title = `${title} · telltale`;
  }

  setState(text: string, tone: string): void {
    this.state.className = `state ${tone}`;
    this.state.textContent = text;
  }

  tellNothing(): void {
    this.notice.replaceChildren();
  }

  tell(text: string, action: string, run: () => void): void {
    const again = h(
      "button",
      { type: "button", class: "button small", on: { click: () => (this.notice.replaceChildren(), run()) } },
      action,
    );
    this.notice.replaceChildren(h("span", {}, text), again);
  }
}
