// Alerts, findings, behaviour and flows: lists that are filtered, searched, sorted and paged the same way.
import { api, type EventKind, type Query, type TelltaleEvent } from "../api";
import { type Child, h, replace } from "../dom";
import { count, plural } from "../format";
import { address, type Context, isAbort, keepInAddress, type PageInfo } from "../page";
import { button, empty, loading, problem } from "../parts";
import { rangeWords } from "../range";
import { Table } from "../table";
import { COLUMNS } from "./event_columns";
import { FilterBar } from "./filters";

const PAGE = 100;
const ONE: Record<EventKind, [string, string]> = {
  alerts: ["alert", "alerts"],
  findings: ["finding", "findings"],
  anomalies: ["anomaly", "anomalies"],
  flows: ["flow", "flows"],
};

export function alertTable(events: TelltaleEvent[]): Table<TelltaleEvent> {
  const table = new Table<TelltaleEvent>(COLUMNS.alerts, { caption: "Newest alerts", tone, opens });
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
        TABS[kind].map(([key, label]) =>
          h(
            "a",
            {
              href: address(key, key === kind ? {} : { device: this.filters.values()["device"] }),
              "aria-current": key === kind ? "page" : undefined,
            },
            label,
          ),
        ),
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
      if (!isAbort(error) && asked === this.asked)
        replace(
          this.holder,
          problem(error, () => void this.load()),
        );
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
    if (asked === this.asked)
      this.told.textContent = `${shown} of ${plural(all.count, one, many)}; headings sort what is shown`;
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
    replace(
      this.holder,
      this.table.element,
      this.next
        ? h(
            "div",
            { class: "more" },
            button(`Show ${PAGE} more`, () => void this.more()),
          )
        : null,
    );
  }

  private nothing(): Child {
    const many = ONE[this.kind][1];
    if (this.filters.isNarrow()) {
      return empty(
        `No ${many} match this`,
        button("Clear all filters", () => this.filters.clear()),
      );
    }
    const hint: Record<EventKind, Child> = {
      alerts: [
        "The rules found nothing worth a person's time. ",
        h("a", { href: "#/findings" }, "Findings"),
        " lists all that was seen.",
      ],
      findings: [
        "What is encrypted cannot be read: ",
        h("a", { href: "#/overview" }, "the overview"),
        " says how much could be.",
      ],
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
