// What left, at a glance.
import { api, type Count, type Overview } from "../api";
import { coverageBar } from "../charts/coverage";
import { homeCountry, setHome, worldMap, type WorldMap } from "../charts/map";
import { legend, timeline, type Timeline } from "../charts/timeline";
import { type Child, debounce, h, renew, replace } from "../dom";
import { bytes, count, countryName, percent, plural, visible } from "../format";
import { zoneCountries } from "../geo/zones";
import { address, type Context, isAbort, type PageInfo } from "../page";
import { type Bar, barList, card, empty, problem, segmented, select, tile } from "../parts";
import { rangeWords } from "../range";
import { CLASSES, classLabel, classOf, typeAbout, typeLabel } from "../words";
import { alertTable } from "./events";

type Side = "countries" | "operator_countries";
let chosen: Side | undefined;

const SIDES = [
  { key: "countries", label: "Where the address is" },
  { key: "operator_countries", label: "Who runs it" },
];

export const overview: PageInfo = {
  title: "Overview",
  ranged: true,
  show(context) {
    const page = new OverviewPage(context);
    void page.load();
    const again = debounce(() => void page.load(), 2000);
    context.onNews((news) => {
      if (news.findings + news.alerts + news.devices > 0) again();
    });
  },
};

// Built once; newer numbers are put into the same places, so that nothing flickers and nobody loses theirs.
class OverviewPage {
  private readonly line: Timeline;
  private readonly map: WorldMap;
  private readonly countries = h("div", { class: "map-list" });
  private readonly tiles = h("div");
  private readonly ledger = h("div");
  private readonly types = h("div");
  private readonly devices = h("div");
  private readonly servers = h("div");
  private readonly alerts = h("div");
  private data: Overview | undefined;
  private side: Side = chosen ?? "countries";
  private isBuilt = false;

  constructor(private readonly context: Context) {
    this.line = timeline(context.signal);
    this.map = worldMap(context.signal, (code) => {
      location.hash = address("findings", { [filterOf(this.side)]: code });
    });
  }

  async load(): Promise<void> {
    const { root, signal, since } = this.context;
    try {
      this.data = await api.overview({ since }, signal);
      if (this.data.coverage.flows > 0 || this.data.totals.findings > 0) {
        this.update(this.data);
      } else {
        this.isBuilt = false;
        replace(root, nothing(this.context));
      }
    } catch (error) {
      if (isAbort(error)) return;
      this.isBuilt = false;
      replace(
        root,
        problem(error, () => void this.load()),
      );
    }
  }

  private update(data: Overview): void {
    const { totals } = data;
    // Without geo data only one of the two can tell anything.
    if (!chosen)
      this.side =
        totals.countries.length === 0 && totals.operator_countries.length > 0 ? "operator_countries" : "countries";
    renew(this.tiles, tiles(data));
    this.drawMap();
    this.line.show(totals.timeline, data.bucket);
    renew(this.ledger, coverageBar(data.coverage));
    renew(
      this.types,
      bars(totals.types, (row) => ({
        label: typeLabel(row.key),
        title: typeAbout(row.key),
        tone: classOf(row.key),
        href: address("findings", { type: row.key }),
      })),
    );
    renew(
      this.devices,
      bars(totals.devices, (row) => ({ label: visible(row.label), href: `#/devices/${encodeURIComponent(row.key)}` })),
    );
    renew(
      this.servers,
      bars(totals.destinations, (row) => ({
        label: visible(row.label),
        href: address("findings", { destination: row.key }),
      })),
    );
    renew(this.alerts, newest(data));
    if (!this.isBuilt) this.build();
  }

  private build(): void {
    this.isBuilt = true;
    replace(
      this.context.root,
      this.tiles,
      card(
        `Where it went, ${rangeWords(this.context.range)}`,
        [this.map.element, this.countries],
        this.mapTools(),
        "map-card",
      ),
      card("When", this.line.element, legend()),
      card("How much of it could be read", this.ledger),
      h(
        "div",
        { class: "columns three" },
        card("What was told", this.types),
        card("Which devices told", this.devices),
        card("Who was told", this.servers),
      ),
      card("Newest alerts", this.alerts, h("a", { href: "#/alerts" }, "All alerts")),
    );
  }

  private mapTools(): Child {
    const homes = zoneCountries()
      .map((code) => ({ key: code, label: countryName(code) }))
      .sort((a, b) => a.label.localeCompare(b.label));
    return h(
      "div",
      { class: "map-tools" },
      segmented("Geography", SIDES, this.side, (key) => {
        this.side = chosen = key as Side;
        this.drawMap();
      }),
      select("Home", homes, homeCountry(), (code) => {
        setHome(code);
        this.drawMap();
      }),
    );
  }

  private drawMap(): void {
    if (!this.data) return;
    const rows = this.data.totals[this.side].filter((row) => row.findings > 0);
    this.map.show(
      rows,
      homeCountry(),
      this.side === "countries"
        ? "findings by the country of the address"
        : "findings by the country of who runs the server",
    );
    renew(this.countries, countryList(this.side, rows, this.data.totals.findings));
  }
}

const filterOf = (of: Side): string => (of === "countries" ? "country" : "operator_country");

function newest(data: Overview): Child {
  if (data.alerts.length > 0) return alertTable(data.alerts).element;
  return empty(
    "No alert in this time",
    "The rules found nothing worth a person's time. Findings lists everything that was seen, alert or not.",
  );
}

function tiles(data: Overview): Child {
  const { totals, coverage } = data;
  const of = (key: string): number => totals.classes.find((row) => row.key === key)?.findings ?? 0;
  return h(
    "dl",
    { class: "tiles" },
    Object.keys(CLASSES).map((key) =>
      tile(
        classLabel(key),
        h("a", { href: address("findings", { class: key }) }, count(of(key))),
        CLASSES[key]?.about,
        key,
      ),
    ),
    tile(
      "Sent in clear",
      count(totals.cleartext),
      totals.findings > 0
        ? `${percent(totals.cleartext, totals.findings)} of ${plural(totals.findings, "finding")}: anyone on the way could read them`
        : "no finding",
    ),
    tile("Left the devices", bytes(coverage.bytes_out), `in ${plural(coverage.flows, "connection")}`),
  );
}

function bars(rows: Count[], words: (row: Count) => Pick<Bar, "label" | "href" | "title" | "tone">): Child {
  const shown = rows.filter((row) => row.findings > 0).slice(0, 8);
  if (shown.length === 0) return h("p", { class: "quiet" }, "Nothing sensitive was seen in this time.");
  return barList(shown.map((row) => ({ ...words(row), value: row.findings, text: count(row.findings) })));
}

function countryList(side: Side, rows: Count[], findings: number): Child {
  const key = filterOf(side);
  const known = rows.filter((row) => row.key !== "");
  const placed = known.reduce((sum, row) => sum + row.findings, 0);
  if (known.length === 0) {
    return h(
      "p",
      { class: "quiet" },
      side === "countries"
        ? ["No address has a known country. ", h("a", { href: "#/setup" }, "Setup"), " says how to get geo data."]
        : "The catalogue knows none of those who were told.",
    );
  }
  return [
    barList(
      known.slice(0, 8).map((row) => ({
        label: countryName(row.key),
        value: row.findings,
        text: count(row.findings),
        href: address("findings", { [key]: row.key }),
      })),
    ),
    findings > placed
      ? h(
          "p",
          { class: "quiet" },
          `${plural(findings - placed, "finding")} went where the country is not known or not listed here.`,
        )
      : null,
  ];
}

function nothing(context: Context): Child {
  const live = context.status.mode === "live";
  return empty(
    `Nothing was seen ${rangeWords(context.range)}`,
    live
      ? [
          h("a", { href: "#/setup" }, "Setup"),
          " shows whether traffic reaches the sensor. A longer span of time may show more.",
        ]
      : ["Choose All to see everything in this store, or ", h("a", { href: "#/upload" }, "drop a capture"), "."],
  );
}
