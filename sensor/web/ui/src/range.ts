// The span of time that the pages speak of; kept for this tab.
export const RANGES = [
  { key: "24h", label: "24 h", words: "in the last 24 hours" },
  { key: "7d", label: "7 days", words: "in the last 7 days" },
  { key: "30d", label: "30 days", words: "in the last 30 days" },
  { key: "all", label: "All", words: "in all the time that is stored" },
] as const;
export type Range = (typeof RANGES)[number]["key"];

const KEY = "telltale.range";
let current: Range | undefined;

// A past audit has its own time: the last day of the clock would show nothing.
export function rangeNow(mode: "live" | "store"): Range {
  if (!current) {
    const kept = sessionStorage.getItem(KEY);
    current = RANGES.find((range) => range.key === kept)?.key ?? (mode === "live" ? "24h" : "all");
  }
  return current;
}

export function setRange(range: Range): void {
  current = range;
  sessionStorage.setItem(KEY, range);
}

export const sinceOf = (range: Range): string | undefined => (range === "all" ? undefined : range);
export const rangeWords = (range: Range): string => RANGES.find((known) => known.key === range)?.words ?? "";
