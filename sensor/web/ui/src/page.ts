// What a page gets and gives; and addresses of pages, which all stand behind the # of one document.
import type { Status } from "./api";
import type { Range } from "./range";

export interface Context {
  part: string; // what follows the page's name in the address: an id
  query: URLSearchParams;
  status: Status;
  range: Range;
  since: string | undefined;
  signal: AbortSignal; // aborted when the page is left
  root: HTMLElement;
  setTitle: (title: string, within?: string) => void; // within: the entry of the navigation it belongs to
  onNews: (action: (news: News) => void) => void; // until the page is left
}

export interface News {
  alerts: number;
  findings: number;
  devices: number;
}

export interface PageInfo {
  title: string;
  ranged?: boolean; // the span of time can be chosen
  show: (context: Context) => void;
}

export interface Route {
  name: string;
  part: string;
  query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const text = hash.replace(/^#\/?/, "");
  const mark = text.indexOf("?");
  const path = mark < 0 ? text : text.slice(0, mark);
  const slash = path.indexOf("/");
  const name = slash < 0 ? path : path.slice(0, slash);
  let part = slash < 0 ? "" : path.slice(slash + 1);
  try {
    part = decodeURIComponent(part);
  } catch {
    part = "";
  }
  return { name: name || "overview", part, query: new URLSearchParams(mark < 0 ? "" : text.slice(mark + 1)) };
}

export function address(name: string, query: Record<string, string | undefined> = {}): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) parameters.set(key, value);
  const text = parameters.toString();
  return `#/${name}${text ? `?${text}` : ""}`;
}

// Changes the address without loading the page again.
export function keepInAddress(name: string, query: Record<string, string | undefined>): void {
  history.replaceState(null, "", address(name, query));
}

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
