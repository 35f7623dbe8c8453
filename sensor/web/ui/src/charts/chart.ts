// Mounts a chart: loads ECharts when the first is wanted, follows the element's size and the theme.
import type { ECharts } from "echarts/core";
import type { EChartsCoreOption } from "echarts/core";
import { h } from "../dom";

export interface Palette {
  text: string;
  quiet: string;
  line: string;
  surface: string;
  land: string;
  accent: string;
  contacts: string;
  location: string;
  identifiers: string;
}

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    text: color("text"),
    quiet: color("quiet"),
    line: color("line"),
    surface: color("surface"),
    land: color("land"),
    accent: color("accent"),
    contacts: color("contacts"),
    location: color("location"),
    identifiers: color("identifiers"),
  };
}

export interface Chart {
  element: HTMLElement;
  draw: (option: (colors: Palette) => EChartsCoreOption, label: string) => void;
  onClick: (handler: (name: string) => void) => void;
}

export type Library = typeof import("./library");

const alive = new Set<{ redraw: () => void }>();
export function redrawCharts(): void {
  for (const chart of alive) chart.redraw();
}

export function chart(cls: string, signal: AbortSignal): Chart {
  const element = h("div", { class: `chart ${cls}`, role: "img", "aria-label": "Chart, loading" });
  let instance: ECharts | undefined;
  let option: ((colors: Palette) => EChartsCoreOption) | undefined;
  let handler: ((name: string) => void) | undefined;
  const redraw = (): void => {
    if (instance && option) instance.setOption(option(palette()), { replaceMerge: ["series"] });
  };
  const me = { redraw };
  const resize = new ResizeObserver(() => {
    if (instance) instance.resize();
    else void start();
  });
  let starting = false;
  const start = async (): Promise<void> => {
    if (starting || signal.aborted || element.clientWidth === 0) return;
    starting = true;
    const library = await import("./library");
    if (signal.aborted) return;
    instance = library.init(element, null, { renderer: "canvas" });
    instance.on("click", (params) => handler?.(String((params as { name?: string }).name ?? "")));
    redraw();
  };
  alive.add(me);
  resize.observe(element);
  signal.addEventListener("abort", () => {
    alive.delete(me);
    resize.disconnect();
    instance?.dispose();
  });
  return {
    element,
    draw(next, label) {
      option = next;
      element.setAttribute("aria-label", label);
      redraw();
    },
    onClick(next) {
      handler = next;
    },
  };
}

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
export const reducedMotion = (): boolean => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
