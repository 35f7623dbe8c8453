// The world with arcs from home to the countries that data went to.
import type { Count } from "../api";
import { type Child, h, renew } from "../dom";
import { countryName, plural } from "../format";
import { centreOf, loadWorld, project, unproject } from "../geo/world";
import { countryOfZone } from "../geo/zones";
import { chartTable } from "../table";
import { chart, FONT, type Palette, reducedMotion } from "./chart";

const HOME_KEY = "telltale.home";

export function homeCountry(): string {
  const kept = localStorage.getItem(HOME_KEY);
  if (kept) return kept;
  return countryOfZone(Intl.DateTimeFormat().resolvedOptions().timeZone) || "DE";
}

export function setHome(code: string): void {
  localStorage.setItem(HOME_KEY, code);
}

interface Arc {
  code: string;
  findings: number;
  at: [number, number];
}

function option(home: [number, number] | undefined, arcs: Arc[], colors: Palette) {
  const most = Math.max(1, ...arcs.map((arc) => arc.findings));
  const weight = (findings: number): number => Math.log(1 + findings) / Math.log(1 + most);
  const tooltip = {
    renderMode: "richText",
    backgroundColor: colors.surface,
    borderColor: colors.line,
    textStyle: { color: colors.text, fontFamily: FONT, fontSize: 12 },
  };
  return {
    animation: !reducedMotion(),
    tooltip: { ...tooltip, formatter: (point: { data?: { told?: string }; name?: string }) => point.data?.told ?? "" },
    geo: {
      map: "world",
      projection: { project, unproject },
      left: 4,
      right: 4,
      top: 4,
      bottom: 4,
      roam: false,
      silent: false,
      tooltip: { show: false },
      itemStyle: { areaColor: colors.land, borderColor: colors.surface, borderWidth: 0.6 },
      emphasis: { disabled: true },
      regions: arcs.map((arc) => ({
        name: arc.code,
        itemStyle: { areaColor: colors.accent, opacity: 0.3 + 0.5 * weight(arc.findings) },
      })),
    },
    series: [
      {
        type: "lines",
        coordinateSystem: "geo",
        silent: true,
        zlevel: 1,
        effect: {
          show: !reducedMotion(),
          period: 5,
          trailLength: 0.25,
          symbol: "circle",
          symbolSize: 4,
          color: colors.contacts,
        },
        lineStyle: { color: colors.contacts, opacity: 0.75, curveness: 0.25 },
        data: home
          ? arcs.map((arc) => ({ coords: [home, arc.at], lineStyle: { width: 1 + 2.5 * weight(arc.findings) } }))
          : [],
      },
      {
        type: "scatter",
        coordinateSystem: "geo",
        zlevel: 2,
        itemStyle: { color: colors.contacts, borderColor: colors.surface, borderWidth: 1 },
        data: arcs.map((arc) => ({
          name: arc.code,
          value: arc.at,
          symbolSize: 6 + 9 * weight(arc.findings),
          told: `${countryName(arc.code)}: ${plural(arc.findings, "finding")}`,
        })),
      },
      {
        type: "scatter",
        coordinateSystem: "geo",
        zlevel: 2,
        symbol: "diamond",
        symbolSize: 13,
        itemStyle: { color: colors.text, borderColor: colors.surface, borderWidth: 1.5 },
        data: home ? [{ name: "", value: home, told: "Home" }] : [],
      },
    ],
  };
}

export interface WorldMap {
  element: HTMLElement;
  show: (counts: Count[], home: string, what: string) => void;
}

export function worldMap(signal: AbortSignal, pick: (code: string) => void): WorldMap {
  const drawn = chart("world", signal);
  const table = h("div");
  const element = h("div", { class: "world-holder" }, drawn.element, table);
  drawn.onClick((name) => {
    if (/^[A-Z]{2}$/.test(name)) pick(name);
  });
  return {
    element,
    show(counts, home, what) {
      void loadWorld().then(() => {
        if (signal.aborted) return;
        const arcs = counts
          .map((row) => ({ code: row.key, findings: row.findings, at: centreOf(row.key) }))
          .filter((arc): arc is Arc => arc.at !== undefined);
        const told = arcs.map((arc) => `${countryName(arc.code)} ${arc.findings}`).join(", ");
        drawn.draw(
          (colors) => option(centreOf(home), arcs, colors),
          `World map, ${what}. ${told || "No country is known."}`,
        );
        renew(table, mapTable(counts, what));
      });
    },
  };
}

function mapTable(counts: Count[], what: string): Child {
  return chartTable(
    what,
    ["Country", "Findings"],
    counts.map((row) => [countryName(row.key) || "not known", row.findings]),
  );
}
