// What left over time, by class, as stacked columns.
import type { Bucket } from "../api";
import { type Child, h, renew, replace } from "../dom";
import { count, localTime, parseTime, plural } from "../format";
import { chartTable } from "../table";
import { CLASSES, classLabel } from "../words";
import { chart, FONT, type Palette, reducedMotion } from "./chart";

const KEYS = Object.keys(CLASSES) as ("contacts" | "location" | "identifiers")[];

// Columns stand at their time, so that quiet hours show as gaps: every step from the first to the last bucket.
export function steps(buckets: Bucket[], seconds: number): Date[] {
  const times = buckets.map((bucket) => parseTime(bucket.start)).filter((date): date is Date => date !== null);
  const first = times[0];
  const last = times[times.length - 1];
  if (!first || !last) return [];
  const wanted = Math.round((last.getTime() - first.getTime()) / (seconds * 1000)) + 1;
  if (seconds <= 0 || wanted > 2000) return times;
  return Array.from({ length: wanted }, (_, i) => new Date(first.getTime() + i * seconds * 1000));
}

export function bucketSeconds(buckets: Bucket[], told?: number): number {
  if (told) return told;
  let least = Infinity;
  for (let i = 1; i < buckets.length; i++) {
    const a = parseTime(buckets[i - 1]?.start);
    const b = parseTime(buckets[i]?.start);
    if (a && b) least = Math.min(least, (b.getTime() - a.getTime()) / 1000);
  }
  return Number.isFinite(least) ? least : 3600;
}

// Seconds only where the columns are that narrow, the day only where it is needed.
function labelsOf(times: Date[], seconds: number): string[] {
  const span = (times[times.length - 1]?.getTime() ?? 0) - (times[0]?.getTime() ?? 0);
  const clock: Intl.DateTimeFormatOptions = {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds < 60 ? { second: "2-digit" } : {}),
  };
  const day: Intl.DateTimeFormatOptions = { month: "short", day: "numeric" };
  const format = new Intl.DateTimeFormat(
    undefined,
    seconds >= 86_400 ? day : span > 20 * 3600 * 1000 ? { ...day, ...clock } : clock,
  );
  return times.map((time) => format.format(time));
}

function option(times: Date[], seconds: number, buckets: Map<number, Bucket>, colors: Palette) {
  const text = { color: colors.quiet, fontFamily: FONT, fontSize: 11 };
  return {
    animation: !reducedMotion(),
    animationDuration: 300,
    textStyle: { fontFamily: FONT },
    grid: { left: 8, right: 8, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: colors.surface,
      borderColor: colors.line,
      textStyle: { color: colors.text, fontFamily: FONT, fontSize: 12 },
      axisPointer: { type: "shadow" },
    },
    xAxis: {
      type: "category",
      data: labelsOf(times, seconds),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colors.line } },
      axisLabel: { ...text, hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" },
    },
    yAxis: {
      type: "value",
      minInterval: 1,
      splitNumber: 3,
      splitLine: { lineStyle: { color: colors.line } },
      axisLabel: text,
    },
    series: KEYS.map((key) => ({
      name: classLabel(key),
      type: "bar",
      stack: "all",
      barMaxWidth: 26,
      barMinWidth: 2,
      barCategoryGap: "25%",
      itemStyle: { color: colors[key] },
      data: times.map((time) => Number(buckets.get(time.getTime())?.[key] ?? 0)),
    })),
  };
}

export function legend(): Child {
  return h(
    "ul",
    { class: "legend" },
    KEYS.map((key) => h("li", {}, h("span", { class: `swatch ${key}`, "aria-hidden": "true" }), classLabel(key))),
  );
}

export interface Timeline {
  element: HTMLElement;
  show: (buckets: Bucket[], seconds?: number) => void;
}

export function timeline(signal: AbortSignal): Timeline {
  const drawn = chart("timeline", signal);
  const below = h("div");
  const element = h("div", {}, drawn.element, below);
  return {
    element,
    show(buckets, told) {
      drawn.element.hidden = buckets.length === 0;
      if (buckets.length === 0) {
        replace(below, h("p", { class: "quiet" }, "Nothing sensitive was seen in this time."));
        return;
      }
      const seconds = bucketSeconds(buckets, told);
      const times = steps(buckets, seconds);
      const known = new Map(buckets.map((bucket) => [parseTime(bucket.start)?.getTime() ?? 0, bucket]));
      const totals = KEYS.map(
        (key) => `${classLabel(key)} ${count(buckets.reduce((sum, bucket) => sum + Number(bucket[key] ?? 0), 0))}`,
      );
      drawn.draw(
        (colors) => option(times, seconds, known, colors),
        `Findings over time: ${totals.join(", ")}, in ${plural(times.length, "step")}`,
      );
      renew(below, asTable(buckets));
    },
  };
}

function asTable(buckets: Bucket[]): Child {
  const rows = buckets.map((bucket) => {
    const date = parseTime(bucket.start);
    return [date ? localTime(date, new Date()) : bucket.start, ...KEYS.map((key) => Number(bucket[key] ?? 0))];
  });
  return chartTable("Findings over time", ["From", ...KEYS.map(classLabel)], rows);
}
