// Alerts, findings, behaviour and flows: lists that are filtered, searched, sorted and paged the same way.
import { api, type EventKind, type Query, type TelltaleEvent } from "../api";
import { type Child, h, replace } from "../dom";
import { bytes, count, countryName, percent, plural, shorten, visible } from "../format";
import { address, type Context, isAbort, keepInAddress, type PageInfo } from "../page";
import { badge, button, deviceLink, deviceName, destinationName, empty, loading, problem, severityBadge, time, trustBadge, typeChips, whereabouts } from "../parts";
import { rangeWords } from "../range";
import { type Column, Table } from "../table";
import { anomalyLabel, locationWords, typeAbout, typeLabel } from "../words";
import { FilterBar } from "./filters";

const PAGE = 100;
type Columns = Column<TelltaleEvent>[];

const stamp = (event: TelltaleEvent): string => event.timestamp;
const open = (event: TelltaleEvent, text: Child): Child => h("a", { class: "open", href: `#/event/${encodeURIComponent(event.event_id)}` }, text);

const WHEN: Column<TelltaleEvent> = { key: "when", label: "When", cell: (e) => time(e.timestamp), sort: stamp };
const DEVICE: Column<TelltaleEvent> = { key: "device", label: "Device", cell: (e) => deviceLink(e.device), sort: (e) => deviceName(e.device) };
const TO: Column<TelltaleEvent> = {
  key: "to",
  label: "To",
  wide: true,
  cell: (e) => [
    h("a", { class: "host plain", href: address("findings", { destination: e.destination?.hostname || e.destination?.ip }) }, destinationName(e.destination)),
    e.destination?.hostname_unverified ? badge("warn", "name not confirmed", "The device says so; the DNS answers it got say otherwise") : null,
  ],
  sort: (e) => destinationName(e.destination),
};
const WHERE: Column<TelltaleEvent> = { key: "where", label: "Where", cls: "where", cell: (e) => whereabouts(e.destination), sort: (e) => countryName(e.destination?.country) };
const TRUST: Column<TelltaleEvent> = {
  key: "trust",
  label: "Trust",
  cell: (e) => trustBadge(e.destination?.trust, e.destination?.trust_reason),
  sort: (e) => e.destination?.trust ?? "",
};

function alertWhat(event: TelltaleEvent): Child {
  const types = event.verdict?.findings.map((finding) => finding.type) ?? [];
  if (types.length > 0) return typeChips(types, 4);
  if (event.verdict?.anomaly) return anomalyLabel(event.verdict.anomaly);
  return "contact";
}

const ALERTS: Columns = [
  { key: "severity", label: "Severity", cell: (e) => severityBadge(e.alert?.severity ?? 3), sort: (e) => -(e.alert?.severity ?? 3) },
  WHEN,
  {
    key: "what",
    label: "What was sent",
    wide: true,
    cell: (e) => [open(e, alertWhat(e)), e.muted_by !== undefined ? badge("muted", "muted", `By the mute ${e.muted_by}`) : null],
    sort: (e) => e.verdict?.findings[0]?.type ?? e.verdict?.anomaly ?? "",
  },
  DEVICE,
  TO,
  WHERE,
  TRUST,
  { key: "times", label: "Times", number: true, cell: (e) => count(e.verdict?.count ?? 1), sort: (e) => e.verdict?.count ?? 1 },
];

const FINDINGS: Columns = [
  WHEN,
  {
    key: "type",
    label: "What was sent",
    cell: (e) => open(e, h("span", { class: "chip", title: typeAbout(e.finding?.type ?? "") }, typeLabel(e.finding?.type ?? ""))),
    sort: (e) => typeLabel(e.finding?.type ?? ""),
  },
  {
    key: "sample",
    label: "Sample",
    wide: true,
    cell: (e) => [
      h("code", {}, visible(e.finding?.sample ?? "") || "–"),
      h("small", { title: visible(e.finding?.location ?? "") }, shorten(visible(locationWords(e.finding?.location ?? "")), 70)),
    ],
  },
  DEVICE,
  TO,
  TRUST,
  {
    key: "clear",
    label: "Sent",
    cell: (e) => (e.finding?.cleartext ? badge("warn", "in clear", "Anyone on the way could read it") : badge("good", "encrypted")),
    sort: (e) => (e.finding?.cleartext ? 1 : 0),
  },
  { key: "sure", label: "Sure", number: true, cell: (e) => percent(e.finding?.confidence ?? 0, 1), sort: (e) => e.finding?.confidence ?? 0 },
];

const ANOMALIES: Columns = [
  WHEN,
  { key: "type", label: "Behaviour", wide: true, cell: (e) => open(e, anomalyLabel(e.anomaly?.type ?? "")), sort: (e) => e.anomaly?.type ?? "" },
  { key: "score", label: "Score", number: true, cell: (e) => percent(e.anomaly?.score ?? 0, 1), sort: (e) => e.anomaly?.score ?? 0 },
  DEVICE,
  TO,
  WHERE,
];

const FLOWS: Columns = [
  WHEN,
  DEVICE,
  TO,
  WHERE,
  { key: "proto", label: "Protocol", cell: (e) => open(e, e.app_proto || e.proto || "flow"), sort: (e) => e.app_proto ?? "" },
  { key: "out", label: "Sent", number: true, cell: (e) => bytes(e.inspection?.bytes_out ?? 0), sort: (e) => e.inspection?.bytes_out ?? 0 },
  { key: "back", label: "Came back", number: true, cell: (e) => bytes(e.flow?.bytes_toclient ?? 0), sort: (e) => e.flow?.bytes_toclient ?? 0 },
  {
    key: "read",
    label: "Read",
    number: true,
    cell: (e) => percent(e.inspection?.bytes_inspected ?? 0, e.inspection?.bytes_out ?? 0),
    sort: (e) => (e.inspection?.bytes_inspected ?? 0) / Math.max(1, e.inspection?.bytes_out ?? 1),
  },
];

const COLUMNS: Record<EventKind, Columns> = { alerts: ALERTS, findings: FINDINGS, anomalies: ANOMALIES, flows: FLOWS };
const ONE: Record<EventKind, [string, string]> = {
  alerts: ["alert", "alerts"],
  findings: ["finding", "findings"],
  anomalies: ["anomaly", "anomalies"],
  flows: ["flow", "flows"],
};

export function alertTable(events: TelltaleEvent[]): Table<TelltaleEvent> {
  const table = new Table<TelltaleEvent>(ALERTS, { caption: "Newest alerts", tone, opens });
  table.set(events);
  return table;
}

const opens = (event: TelltaleEvent): string => `#/event/${encodeURIComponent(event.event_id)}`;
const tone = (event: TelltaleEvent): string => (event.muted_by !== undefined ? "is-muted" : "");

// Two lists that answer one question lie side by side.
const TABS: Record<EventKind, [EventKind, string][]> = {
  alerts: [
    ["alerts", "Alerts"],
    ["anomalies", "Unusual behaviour"],
  ],
  anomalies: [
    ["alerts", "Alerts"],
    ["anomalies", "Unusual behaviour"],
  ],
  findings: [
    ["findings", "Sensitive data"],
    ["flows", "All connections"],
  ],
  flows: [
    ["findings", "Sensitive data"],
    ["flows", "All connections"],
  ],
};

class List {
  private readonly table: Table<TelltaleEvent>;
  private readonly holder = h("div", { class: "list" });
  private readonly told = h("p", { class: "count", role: "status" });
  private readonly filters: FilterBar;
  private next = "";
  private asked = 0;

  constructor(
    private readonly kind: EventKind,
    private readonly context: Context,
  ) {
    this.table = new Table<TelltaleEvent>(COLUMNS[kind], { caption: ONE[kind][1], tone, opens });
    this.filters = new FilterBar(kind, context, () => {
      keepInAddress(kind, this.filters.values());
      void this.load();
    });
    replace(
      context.root,
      h(
        "nav",
        { class: "tabs", "aria-label": "Kinds of events" },
        TABS[kind].map(([key, label]) => h("a", { href: address(key, key === kind ? {} : { device: this.filters.values()["device"] }), "aria-current": key === kind ? "page" : undefined }, label)),
      ),
      this.filters.element,
      this.told,
      this.holder,
    );
  }

  async load(): Promise<void> {
    this.asked += 1;
    const asked = this.asked;
    const query: Query = { ...this.filters.values(), since: this.context.since };
    this.holder.setAttribute("aria-busy", "true");
    try {
      const page = await api.events(this.kind, { ...query, limit: PAGE }, this.context.signal);
      if (asked !== this.asked) return;
      this.table.set(page.items);
      this.next = page.next;
      this.draw();
      await this.tellCount(query, asked);
    } catch (error) {
      if (!isAbort(error) && asked === this.asked) replace(this.holder, problem(error, () => void this.load()));
    }
    this.holder.removeAttribute("aria-busy");
  }

  private async tellCount(query: Query, asked: number): Promise<void> {
    const [one, many] = ONE[this.kind];
    if (!this.next) {
      this.told.textContent = plural(this.table.size, one, many);
      return;
    }
    const shown = `The newest ${count(this.table.size)}`;
    this.told.textContent = shown;
    const all = await api.countEvents(this.kind, query, this.context.signal);
    if (asked === this.asked) this.told.textContent = `${shown} of ${plural(all.count, one, many)}; headings sort what is shown`;
  }

  private async more(): Promise<void> {
    const asked = this.asked;
    try {
      const query = { ...this.filters.values(), since: this.context.since, limit: PAGE, cursor: this.next };
      const page = await api.events(this.kind, query, this.context.signal);
      if (asked !== this.asked) return;
      this.table.add(page.items);
      this.next = page.next;
      this.draw();
      await this.tellCount({ ...this.filters.values(), since: this.context.since }, asked);
    } catch (error) {
      if (!isAbort(error)) this.holder.append(problem(error));
    }
  }

  private draw(): void {
    if (this.table.size === 0) {
      replace(this.holder, this.nothing());
      return;
    }
    replace(this.holder, this.table.element, this.next ? h("div", { class: "more" }, button(`Show ${PAGE} more`, () => void this.more())) : null);
  }

  private nothing(): Child {
    const many = ONE[this.kind][1];
    if (this.filters.isNarrow()) {
      return empty(`No ${many} match this`, button("Clear all filters", () => this.filters.clear()));
    }
    const hint: Record<EventKind, Child> = {
      alerts: ["The rules found nothing worth a person's time. ", h("a", { href: "#/findings" }, "Findings"), " lists all that was seen."],
      findings: ["What is encrypted cannot be read: ", h("a", { href: "#/overview" }, "the overview"), " says how much could be."],
      anomalies: "No device behaved in an unusual way.",
      flows: [h("a", { href: "#/setup" }, "Setup"), " shows whether traffic reaches the sensor."],
    };
    return empty(`No ${many} ${rangeWords(this.context.range)}`, hint[this.kind]);
  }
}

function page(kind: EventKind, title: string): PageInfo {
  return {
    title,
    ranged: true,
    show(context) {
      const list = new List(kind, context);
      replace(context.root.querySelector(".list") ?? context.root, loading());
      void list.load();
    },
  };
}

export const alerts = page("alerts", "Alerts");
export const findings = page("findings", "Findings");
export const anomalies = page("anomalies", "Unusual behaviour");
export const flows = page("flows", "Connections");
