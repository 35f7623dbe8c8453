// The line of filters above a list; what a link brought that has no field of its own stands as a chip that can be removed.
import { api, type EventKind } from "../api";
import { type Child, debounce, h, replace } from "../dom";
import { countryName, visible } from "../format";
import type { Context } from "../page";
import { type Choice, deviceName, select } from "../parts";
import { anomalyLabel, anomalyNames, CLASSES, classLabel, typeLabel, typeNames } from "../words";

const NAMES: Record<string, string> = {
  destination: "To",
  country: "Address in",
  operator_country: "Run from",
  operator: "Run by",
  app: "App",
  proto: "Protocol",
  until: "Until",
};
const ALL = { key: "", label: "All" };
const TRUSTS: Choice[] = [
  ALL,
  { key: "untrusted", label: "untrusted" },
  { key: "unknown", label: "unknown" },
  { key: "trusted", label: "trusted" },
];
const SEVERITIES: Choice[] = [ALL, { key: "1", label: "high only" }, { key: "2", label: "medium and high" }];

export class FilterBar {
  readonly element = h("form", { class: "filters", role: "search" });
  private readonly query = new Map<string, string>();
  private devices: Choice[] = [];

  constructor(
    private readonly kind: EventKind,
    private readonly context: Context,
    private readonly changed: () => void,
  ) {
    for (const [key, value] of context.query) this.query.set(key, value);
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.draw();
    void this.loadDevices();
  }

  values(): Record<string, string> {
    return Object.fromEntries(this.query);
  }

  isNarrow(): boolean {
    return this.query.size > 0;
  }

  clear(): void {
    this.query.clear();
    this.draw();
    this.changed();
  }

  private async loadDevices(): Promise<void> {
    try {
      const page = await api.devices({ sort: "name", limit: 500 }, this.context.signal);
      this.devices = page.items.map((device) => ({ key: device.id, label: deviceName(device) }));
      if (!this.element.contains(document.activeElement)) this.draw();
    } catch {
      // the list itself will say what is wrong
    }
  }

  private set(key: string, value: string): void {
    if (value) this.query.set(key, value);
    else this.query.delete(key);
    this.changed();
  }

  private field(label: string, key: string, choices: Choice[]): Child {
    const current = this.query.get(key) ?? "";
    const known = choices.some((choice) => choice.key === current);
    return select(label, known ? choices : [...choices, { key: current, label: visible(current) }], current, (value) =>
      this.set(key, value),
    );
  }

  private draw(): void {
    const text = h("input", {
      type: "search",
      value: this.query.get("q"),
      placeholder: "host, device, path, type",
      maxlength: "200",
    });
    text.addEventListener(
      "input",
      debounce(() => this.set("q", text.value.trim()), 350),
    );
    const fields: Child[] = [
      h("label", { class: "field search" }, h("span", {}, "Search"), text),
      this.field("Device", "device", [ALL, ...this.devices]),
    ];
    if (this.kind === "alerts") fields.push(this.field("Severity", "severity", SEVERITIES));
    if (this.kind === "alerts" || this.kind === "findings") {
      fields.push(
        this.field("Class", "class", [ALL, ...Object.keys(CLASSES).map((key) => ({ key, label: classLabel(key) }))]),
      );
      fields.push(this.field("Type", "type", [ALL, ...typeNames().map((key) => ({ key, label: typeLabel(key) }))]));
    }
    if (this.kind === "anomalies")
      fields.push(
        this.field("Behaviour", "type", [ALL, ...anomalyNames().map((key) => ({ key, label: anomalyLabel(key) }))]),
      );
    fields.push(this.field("Trust", "trust", TRUSTS));
    replace(this.element, fields, this.chips());
  }

  private chips(): Child {
    const chips = [...this.query].filter(([key]) => NAMES[key]).map(([key, value]) => this.chip(key, value));
    return chips.length > 0 ? h("div", { class: "filter-chips" }, chips) : null;
  }

  private chip(key: string, value: string): Child {
    const shown = key.endsWith("country") ? countryName(value) : visible(value);
    const remove = (): void => {
      this.set(key, "");
      this.draw();
    };
    return h(
      "button",
      {
        type: "button",
        class: "filter-chip",
        "aria-label": `Remove the filter ${NAMES[key]} ${shown}`,
        on: { click: remove },
      },
      h("span", { class: "quiet" }, `${NAMES[key]} `),
      shown,
      h("span", { "aria-hidden": "true" }, " ✕"),
    );
  }
}
