// Pieces that several pages are made of.
import type { Destination, Device } from "./api";
import { type Child, h } from "./dom";
import { ago, countryName, localTime, parseTime, utcText, visible } from "./format";
import { SEVERITIES, TRUST, typeAbout, typeLabel } from "./words";

export function time(iso: string | undefined | null, how: "moment" | "ago" = "moment"): Child {
  const date = parseTime(iso);
  if (!date) return "–";
  const now = new Date();
  const text = how === "ago" ? ago(date, now) : localTime(date, now);
  const title = how === "ago" ? `${localTime(date, now)} (${utcText(date)})` : utcText(date);
  return h("time", { datetime: date.toISOString(), title }, text);
}

export function badge(tone: string, text: string, title?: string): HTMLElement {
  return h("span", { class: `badge ${tone}`, title }, text);
}

export function severityBadge(severity: number): HTMLElement {
  const words = SEVERITIES[severity];
  return badge(`severity-${severity}`, words?.label ?? `severity ${severity}`, words?.about);
}

export function trustBadge(trust: string | undefined, reason?: string): Child {
  if (!trust) return h("span", { class: "quiet" }, "mixed");
  return badge(`trust-${trust}`, TRUST[trust]?.label ?? trust, reason ?? TRUST[trust]?.about);
}

export function typeChips(types: string[], most = 20): Child {
  if (types.length === 0) return h("span", { class: "quiet" }, "nothing seen");
  const chips: Child[] = types
    .slice(0, most)
    .map((type) => h("span", { class: "chip", title: typeAbout(type) }, typeLabel(type)));
  if (types.length > most) chips.push(h("span", { class: "quiet" }, ` and ${types.length - most} more`));
  return h("span", { class: "chips" }, chips);
}

export function deviceName(device: Device | undefined): string {
  return visible(device?.name || device?.ip || device?.mac || device?.id || "unknown device");
}

export function deviceLink(device: Device | undefined): Child {
  if (!device) return "–";
  return h(
    "a",
    { class: "subtle", href: `#/devices/${encodeURIComponent(device.id)}`, title: device.vendor },
    deviceName(device),
  );
}

export function destinationName(to: Destination | undefined): string {
  return visible(to?.hostname || to?.ip || "unknown server");
}

export function country(code: string | undefined, otherwise = "not known"): Child {
  if (!code) return h("span", { class: "quiet" }, otherwise);
  return h("span", { title: code }, countryName(code));
}

// Where the address is, and who runs it; from where, when that is another country.
export function whereabouts(to: Destination | undefined): Child {
  if (!to) return "–";
  const from = to.operator_country && to.operator_country !== to.country ? countryName(to.operator_country) : "";
  const run = [visible(to.operator ?? ""), from].filter(Boolean).join(", ");
  return [country(to.country), run ? h("small", {}, `run by ${run}`) : null];
}

export function tile(label: string, value: Child, note?: Child, tone = ""): HTMLElement {
  return h(
    "div",
    { class: `tile ${tone}` },
    h("dt", {}, label),
    h("dd", {}, value),
    note ? h("dd", { class: "tile-note" }, note) : null,
  );
}

export function card(title: Child, body: Child, extra?: Child, cls = ""): HTMLElement {
  return h("section", { class: `card ${cls}` }, h("header", {}, h("h2", {}, title), extra), body);
}

export function empty(title: string, next: Child): HTMLElement {
  return h("div", { class: "empty" }, h("p", { class: "empty-title" }, title), h("p", {}, next));
}

export function problem(error: unknown, again?: () => void): HTMLElement {
  const text = error instanceof Error ? error.message : String(error);
  return h(
    "div",
    { class: "problem", role: "alert" },
    h("p", {}, text.charAt(0).toUpperCase() + text.slice(1)),
    again ? h("button", { class: "button", type: "button", on: { click: again } }, "Try again") : null,
  );
}

export function loading(): HTMLElement {
  return h("div", { class: "loading", role: "status" }, h("span", { class: "hidden" }, "Loading"));
}

export interface Choice {
  key: string;
  label: string;
  title?: string;
}

export function segmented(
  label: string,
  choices: readonly Choice[],
  current: string,
  pick: (key: string) => void,
): HTMLElement {
  const buttons = choices.map((choice) =>
    h(
      "button",
      {
        type: "button",
        title: choice.title,
        "aria-pressed": String(choice.key === current),
        on: {
          click: () => {
            for (const button of buttons)
              button.setAttribute("aria-pressed", String(button.dataset["key"] === choice.key));
            pick(choice.key);
          },
        },
        "data-key": choice.key,
      },
      choice.label,
    ),
  );
  return h("div", { class: "segmented", role: "group", "aria-label": label }, buttons);
}

export function select(
  label: string,
  choices: readonly Choice[],
  current: string,
  pick: (key: string) => void,
): HTMLElement {
  const options = choices.map((choice) =>
    h("option", { value: choice.key, selected: choice.key === current }, choice.label),
  );
  const field = h("select", { on: { change: () => pick(field.value) } }, options);
  return h("label", { class: "field" }, h("span", {}, label), field);
}

export function button(text: Child, click: () => void, cls = "button"): HTMLButtonElement {
  return h("button", { class: cls, type: "button", on: { click } }, text);
}

export function copyButton(text: string, what: string): HTMLButtonElement {
  const told = h("span", { "aria-live": "polite" }, "Copy");
  const element = h("button", { class: "button small", type: "button", title: `Copy ${what}` }, told);
  element.addEventListener("click", () => {
    void copy(text).then((done) => {
      told.textContent = done ? "Copied" : "Select it and copy by hand";
      window.setTimeout(() => (told.textContent = "Copy"), 2500);
    });
  });
  return element;
}

// Without TLS browsers keep the clipboard from pages that are not on this machine.
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "hidden", "aria-hidden": "true" });
    area.value = text;
    // Beside an open dialog nothing can be selected.
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

export interface Bar {
  label: Child;
  value: number;
  text: string;
  href?: string | undefined;
  tone?: string;
  title?: string | undefined;
}

// A list whose lines are as long as their numbers; readable without seeing it.
export function barList(bars: Bar[]): HTMLElement {
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  return h(
    "ul",
    { class: "bars" },
    bars.map((bar) =>
      h(
        "li",
        { title: bar.title ?? (typeof bar.label === "string" ? bar.label : undefined) },
        h("span", { class: "bar-label" }, bar.href ? h("a", { href: bar.href }, bar.label) : bar.label),
        h("span", { class: "bar-value" }, bar.text),
        h("span", { class: "bar-track", "aria-hidden": "true" }, fill(bar, most)),
      ),
    ),
  );
}

function fill(bar: Bar, most: number): HTMLElement {
  const width = bar.value > 0 ? Math.max(1, (100 * bar.value) / most) : 0;
  return h("span", { class: `bar-fill ${bar.tone ?? ""}`, css: { width: `${width}%` } });
}

export function pairs(rows: [string, Child][]): HTMLElement {
  return h(
    "dl",
    { class: "pairs" },
    rows
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}
