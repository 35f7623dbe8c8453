// What happens now, by server-sent events; told to the page in bunches, so that a busy minute does not make it flicker.
import { BASE } from "./api";
import type { News } from "./page";

const BUNCH = 3000; // ms
const RETRY = 30_000; // ms

export class Live {
  private source: EventSource | undefined;
  private news: News = { alerts: 0, findings: 0, devices: 0 };
  private timer = 0;
  private retry = 0;
  private wasLost = false;
  private readonly listeners = new Set<(news: News) => void>();

  constructor(private readonly onState: (connected: boolean) => void) {}

  start(): void {
    if (this.source) return;
    this.source = new EventSource(`${BASE}/stream`);
    this.source.onopen = () => {
      this.onState(true);
      if (this.wasLost) this.count("findings"); // whatever was missed: the numbers are asked for again
      this.wasLost = false;
    };
    this.source.onerror = () => {
      this.onState(false);
      this.wasLost = true;
      // Refused, as too many pages are open or the session is over: the browser does not try again by itself.
      if (this.source?.readyState !== EventSource.CLOSED) return;
      this.stop();
      this.retry = window.setTimeout(() => this.start(), RETRY);
    };
    const kinds: [string, keyof News][] = [
      ["alert", "alerts"],
      ["finding", "findings"],
      ["device", "devices"],
    ];
    for (const [kind, key] of kinds) this.source.addEventListener(kind, () => this.count(key));
  }

  stop(): void {
    window.clearTimeout(this.retry);
    this.source?.close();
    this.source = undefined;
  }

  listen(action: (news: News) => void, signal: AbortSignal): void {
    this.listeners.add(action);
    signal.addEventListener("abort", () => this.listeners.delete(action));
  }

  private count(key: keyof News): void {
    this.news[key] += 1;
    if (!this.timer) this.timer = window.setTimeout(() => this.tell(), BUNCH);
  }

  private tell(): void {
    this.timer = 0;
    const news = this.news;
    this.news = { alerts: 0, findings: 0, devices: 0 };
    for (const listener of [...this.listeners]) listener(news);
  }
}
