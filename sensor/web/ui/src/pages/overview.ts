// What left, at a glance.
import { api, type Count, type Overview } from "../api";
import { coverageBar } from "../charts/coverage";
import { homeCountry, setHome, worldMap, type WorldMap } from "../charts/map";
import { legend, timeline } from "../charts/timeline";
import { type Child, debounce, h, replace } from "../dom";
import { bytes, count, countryName, percent, plural, visible } from "../format";
import { zoneCountries } from "../geo/zones";
import { address, type Context, isAbort, type PageInfo } from "../page";
import { type Bar, barList, card, empty, problem, segmented, select, tile } from "../parts";
import { rangeWords } from "../range";
import { CLASSES, classLabel, classOf, typeAbout, typeLabel } from "../words";
import { alertTable } from "./events";

type Side = "countries" | "operator_countries";
let side: Side = "countries";

const SIDES = [
  { key: "countries", label: "Where the address is" },
  { key: "operator_countries", label: "Who runs it" },
];

export const overview: PageInfo = {
  title: "Overview",
  ranged: true,
  show(context) {
    void load(context);
    const again = debounce(() => void load(context), 2000);
    context.onNews((news) => {
      if (news.findings + news.alerts + news.devices > 0) again();
    });
  },
};

async function load(context: Context): Promise<void> {
  try {
    const data = await api.overview({ since: context.since }, context.signal);
    if (!context.signal.aborted) draw(context, data);
  } catch (error) {
    if (!isAbort(error)) replace(context.root, problem(error, () => void load(context)));
  }
}

function draw(context: Context, data: Overview): void {
  const inner = new AbortController(); // charts of a drawing that is replaced go with it
  context.signal.addEventListener("abort", () => inner.abort());
  context.root.dispatchEvent(new Event("redraw"));
  context.root.addEventListener("redraw", () => inner.abort(), { once: true });
  const { totals } = data;
  if (data.coverage.flows === 0 && totals.findings === 0) {
    replace(context.root, nothing(context));
    return;
  }
  replace(
    context.root,
    tiles(data),
    h("div", { class: "columns map-row" }, mapCard(context, data, inner.signal)),
    card("When", timeline(totals.timeline, data.bucket, inner.signal), legend()),
    card("How much of it could be read", coverageBar(data.coverage)),
    h(
      "div",
      { class: "columns three" },
      card("What was told", bars(totals.types, (row) => ({ label: typeLabel(row.key), title: typeAbout(row.key), tone: classOf(row.key), href: address("findings", { type: row.key }) }))),
      card("Which devices told", bars(totals.devices, (row) => ({ label: visible(row.label), href: `#/devices/${encodeURIComponent(row.key)}` }))),
      card("Who was told", bars(totals.destinations, (row) => ({ label: visible(row.label), href: address("findings", { destination: row.key }) }))),
    ),
    card(
      "Newest alerts",
      data.alerts.length > 0
        ? alertTable(data.alerts).element
        : empty("No alert in this time", "The rules found nothing worth a person's time. Findings lists everything that was seen, alert or not."),
      h("a", { href: "#/alerts" }, "All alerts"),
    ),
  );
}

function tiles(data: Overview): Child {
  const { totals, coverage } = data;
  const of = (key: string): number => totals.classes.find((row) => row.key === key)?.findings ?? 0;
  return h(
    "dl",
    { class: "tiles" },
    Object.keys(CLASSES).map((key) => tile(classLabel(key), h("a", { href: address("findings", { class: key }) }, count(of(key))), CLASSES[key]?.about, key)),
    tile("Sent in clear", count(totals.cleartext), totals.findings > 0 ? `${percent(totals.cleartext, totals.findings)} of ${plural(totals.findings, "finding")}: anyone on the way could read them` : "no finding"),
    tile("Left the devices", bytes(coverage.bytes_out), `in ${plural(coverage.flows, "connection")}`),
  );
}

function bars(rows: Count[], words: (row: Count) => Pick<Bar, "label" | "href" | "title" | "tone">): Child {
  const shown = rows.filter((row) => row.findings > 0).slice(0, 8);
  if (shown.length === 0) return h("p", { class: "quiet" }, "Nothing sensitive was seen in this time.");
  return barList(shown.map((row) => ({ ...words(row), value: row.findings, text: count(row.findings) })));
}

function mapCard(context: Context, data: Overview, signal: AbortSignal): Child {
  const list = h("div", { class: "map-list" });
  const map: WorldMap = worldMap(signal, (code) => {
    location.hash = address("findings", { [side === "countries" ? "country" : "operator_country"]: code });
  });
  const update = (): void => {
    const rows = data.totals[side].filter((row) => row.findings > 0);
    map.show(rows, homeCountry(), side === "countries" ? "findings by the country of the address" : "findings by the country of who runs the server");
    replace(list, countryList(rows, data.totals.findings));
  };
  const homes = zoneCountries().map((code) => ({ key: code, label: countryName(code) })).sort((a, b) => a.label.localeCompare(b.label));
  const choose = h(
    "div",
    { class: "map-tools" },
    segmented("Geography", SIDES, side, (key) => {
      side = key as Side;
      update();
    }),
    select("Home", homes, homeCountry(), (code) => {
      setHome(code);
      update();
    }),
  );
  update();
  return card(`Where it went, ${rangeWords(context.range)}`, [map.element, list], choose, "map-card");
}

function countryList(rows: Count[], findings: number): Child {
  const key = side === "countries" ? "country" : "operator_country";
  const known = rows.filter((row) => row.key !== "");
  const placed = known.reduce((sum, row) => sum + row.findings, 0);
  if (known.length === 0) {
    return h("p", { class: "quiet" }, side === "countries" ? "No address has a known country. Setup says how to get geo data." : "The catalogue knows none of those who were told.");
  }
  return [
    barList(known.slice(0, 8).map((row) => ({ label: countryName(row.key), value: row.findings, text: count(row.findings), href: address("findings", { [key]: row.key }) }))),
    findings > placed ? h("p", { class: "quiet" }, `${plural(findings - placed, "finding")} went where the country is not known or not listed here.`) : null,
  ];
}

function nothing(context: Context): Child {
  const live = context.status.mode === "live";
  return empty(
    `Nothing was seen ${rangeWords(context.range)}`,
    live
      ? [h("a", { href: "#/setup" }, "Setup"), " shows whether traffic reaches the sensor. A longer span of time may show more."]
      : ["Choose All to see everything in this store, or ", h("a", { href: "#/upload" }, "drop a capture"), "."],
  );
}
