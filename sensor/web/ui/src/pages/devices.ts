// A card for each device: who it is, what it told whom, how worrying that is and why.
import { api, type DeviceRow } from "../api";
import { type Child, debounce, h, replace } from "../dom";
import { bytes, count, plural, visible } from "../format";
import { address, type Context, isAbort, keepInAddress, type PageInfo } from "../page";
import { button, deviceName, empty, problem, select, time, typeChips } from "../parts";

const SORTS = [
  { key: "last_seen", label: "last seen" },
  { key: "alerts", label: "most alerts" },
  { key: "findings", label: "most findings" },
  { key: "bytes_out", label: "sent most" },
  { key: "first_seen", label: "newest first" },
  { key: "name", label: "name" },
];
const PAGE = 60;

export const devices: PageInfo = {
  title: "Devices",
  ranged: true,
  show(context) {
    new DeviceList(context).start();
  },
};

class DeviceList {
  private readonly grid = h("ul", { class: "device-grid" });
  private readonly foot = h("div", { class: "more" });
  private readonly told = h("p", { class: "count", role: "status" });
  private sort: string;
  private text = "";
  private rows: DeviceRow[] = [];
  private next = "";
  private readonly lookers: IntersectionObserver;

  constructor(private readonly context: Context) {
    this.sort = context.query.get("sort") ?? "last_seen";
    this.lookers = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) this.loadTold(entry.target as HTMLElement);
    });
    context.signal.addEventListener("abort", () => this.lookers.disconnect());
  }

  start(): void {
    const search = h("input", { type: "search", placeholder: "name, vendor, address, group" });
    search.addEventListener(
      "input",
      debounce(() => {
        this.text = search.value.trim().toLowerCase();
        this.draw();
      }, 200),
    );
    const order = select("Sort by", SORTS, this.sort, (key) => {
      this.sort = key;
      keepInAddress("devices", { sort: key });
      void this.load();
    });
    replace(
      this.context.root,
      h(
        "form",
        { class: "filters", role: "search", on: { submit: (event) => event.preventDefault() } },
        h("label", { class: "field search" }, h("span", {}, "Search"), search),
        order,
      ),
      this.told,
      this.grid,
      this.foot,
    );
    void this.load();
    const again = debounce(() => void this.load(), 4000);
    this.context.onNews((news) => {
      if (news.devices > 0) again();
    });
  }

  private async load(cursor = ""): Promise<void> {
    try {
      const page = await api.devices(
        { since: this.context.since, sort: this.sort, limit: PAGE, cursor },
        this.context.signal,
      );
      this.rows = cursor ? [...this.rows, ...page.items] : page.items;
      this.next = page.next;
      this.draw();
    } catch (error) {
      if (!isAbort(error))
        replace(
          this.foot,
          problem(error, () => void this.load(cursor)),
        );
    }
  }

  private draw(): void {
    const shown = this.rows.filter((row) => this.matches(row));
    this.told.textContent = this.text
      ? `${shown.length} of ${plural(this.rows.length, "device")}`
      : plural(
          this.rows.length,
          this.next ? "device, and more" : "device",
          this.next ? "devices, and more" : "devices",
        );
    this.lookers.disconnect();
    replace(
      this.grid,
      shown.map((row) => this.card(row)),
    );
    replace(
      this.foot,
      this.next ? button("Show more devices", () => void this.load(this.next)) : null,
      this.rows.length === 0 ? this.nothing() : null,
    );
  }

  private matches(row: DeviceRow): boolean {
    if (!this.text) return true;
    return [row.name, row.vendor, row.ip, row.mac, row.group, row.id].some((text) =>
      text?.toLowerCase().includes(this.text),
    );
  }

  private nothing(): Child {
    return empty("No device was seen in this time", [
      "Choose a longer span of time, or see ",
      h("a", { href: "#/setup" }, "Setup"),
      " for how to let the sensor see traffic.",
    ]);
  }

  private card(row: DeviceRow): HTMLElement {
    const to = `#/devices/${encodeURIComponent(row.id)}`;
    const element = h(
      "li",
      { class: "card device-card", "data-device": row.id },
      h(
        "div",
        { class: "device-head" },
        h(
          "div",
          {},
          h("h2", {}, h("a", { href: to }, deviceName(row))),
          h(
            "p",
            { class: "quiet" },
            [visible(row.vendor || "vendor not known"), row.ip, visible(row.group ?? "")].filter(Boolean).join(" · "),
          ),
        ),
        score(row),
      ),
      h("p", { class: "device-types" }, typeChips(row.types, 6)),
      h(
        "p",
        { class: "device-told", "aria-live": "off" },
        row.findings > 0 ? h("span", { class: "quiet" }, "…") : null,
      ),
      h(
        "p",
        { class: "device-foot quiet" },
        "Seen ",
        time(row.last_seen, "ago"),
        ` · sent ${bytes(row.bytes_out)} · `,
        row.alerts > 0
          ? h("a", { href: address("alerts", { device: row.id }) }, plural(row.alerts, "alert"))
          : "no alert",
      ),
    );
    if (row.findings > 0) this.lookers.observe(element);
    return element;
  }

  // Whom it told is asked when the card comes into view: with many devices few are looked at.
  private loadTold(element: HTMLElement): void {
    this.lookers.unobserve(element);
    const place = element.querySelector(".device-told");
    const id = element.dataset["device"] ?? "";
    if (!place) return;
    api
      .destinations({ device: id, since: this.context.since, sort: "findings", limit: 3 }, this.context.signal)
      .then((page) => {
        const told = page.items.filter((group) => group.findings > 0);
        const names = told.map((group, i) => [
          i > 0 ? ", " : "",
          h(
            "a",
            { class: "host", href: address("findings", { device: id, destination: group.key }) },
            visible(group.label),
          ),
        ]);
        replace(place, told.length > 0 ? ["Told ", names, page.next ? " and others" : ""] : null);
      })
      .catch(() => replace(place));
  }
}

export function scoreTone(value: number): string {
  return value >= 60 ? "bad" : value >= 25 ? "warn" : "good";
}

export function score(row: DeviceRow): HTMLElement {
  const reasons = row.score_reasons.map((reason) => `${reason.points}: ${reason.text}`).join("\n");
  return h(
    "div",
    { class: `score ${scoreTone(row.score)}`, title: reasons || "nothing counts against it" },
    h("b", {}, count(row.score)),
    h("small", {}, "of 100"),
    h("span", { class: "hidden" }, `Score ${row.score} of 100, higher is worse. ${reasons}`),
  );
}
