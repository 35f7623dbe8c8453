// Numbers, times and names as people read them. Pure functions.

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function bytes(amount: number): string {
  let value = amount;
  let unit = 0;
  while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

export function count(amount: number): string {
  return new Intl.NumberFormat("en").format(amount);
}

// "1 finding", "2 findings".
export function plural(amount: number, one: string, many = `${one}s`): string {
  return `${count(amount)} ${amount === 1 ? one : many}`;
}

// Never 0 % of something nor 100 % of nearly all: honest at both ends.
export function percent(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return "0 %";
  const share = (100 * part) / whole;
  if (share < 1) return "< 1 %";
  if (share > 99 && part < whole) return "> 99 %";
  return `${Math.round(share)} %`;
}

// Microseconds and "+0000" are not read by every browser.
export function parseTime(iso: string | undefined | null): Date | null {
  if (!iso) return null;
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?)?$/.exec(iso);
  if (!match) return null;
  const zone = (match[4] ?? "Z").replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
  const date = new Date(`${match[1]}T${match[2] ?? "00:00:00"}${(match[3] ?? "").slice(0, 4)}${zone}`);
  return Number.isNaN(date.getTime()) ? null : date;
}

export function utcText(date: Date): string {
  return `${date.toISOString().replace("T", " ").slice(0, 19)} UTC`;
}

// Today only the time; else the day, and the year where it is another one.
export function localTime(date: Date, now: Date, locale?: string, timeZone?: string): string {
  const zone = timeZone ? { timeZone } : {};
  const day = (value: Date): string => new Intl.DateTimeFormat("en-CA", zone).format(value);
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", ...zone });
  if (day(date) === day(now)) return time.format(date);
  const sameYear = day(date).slice(0, 4) === day(now).slice(0, 4);
  const full = new Intl.DateTimeFormat(locale, {
    ...(sameYear ? {} : { year: "numeric" }),
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    ...zone,
  });
  return full.format(date);
}

export function ago(date: Date, now: Date): string {
  const seconds = Math.round((now.getTime() - date.getTime()) / 1000);
  if (seconds < 60) return seconds < -60 ? "in the future" : "just now";
  const steps: [number, string][] = [
    [60, "minute"],
    [3600, "hour"],
    [86_400, "day"],
    [86_400 * 30, "month"],
    [86_400 * 365, "year"],
  ];
  let [size, name] = steps[0]!;
  for (const step of steps) if (seconds >= step[0]) [size, name] = step;
  return `${plural(Math.floor(seconds / size), name)} ago`;
}

export function duration(seconds: number): string {
  if (seconds < 60) return plural(Math.round(seconds), "second");
  if (seconds < 3600) return plural(Math.round(seconds / 60), "minute");
  if (seconds < 86_400) return plural(Math.round(seconds / 3600), "hour");
  return plural(Math.round(seconds / 86_400), "day");
}

let regions: Intl.DisplayNames | undefined;

export function countryName(code: string | undefined): string {
  if (!code) return "";
  if (!/^[A-Z]{2}$/.test(code)) return code;
  regions ??= new Intl.DisplayNames(["en"], { type: "region" });
  try {
    return regions.of(code) ?? code;
  } catch {
    return code;
  }
}

// What invisible characters and text that runs the other way would hide; a name from traffic must look like what it is.
export function visible(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
