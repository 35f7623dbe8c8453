// A table that can be sorted by its headings and that becomes a list of cards on a phone.
import { type Child, h, replace } from "./dom";

export interface Column<Row> {
  key: string;
  label: string;
  cell: (row: Row) => Child;
  number?: boolean;
  wide?: boolean; // takes what room there is
  cls?: string;
  sort?: (row: Row) => number | string;
}

export interface TableOptions<Row> {
  caption: string;
  sorted?: { key: string; down: boolean } | undefined;
  tone?: (row: Row) => string;
  opens?: (row: Row) => string; // where a click beside the links of a row leads
}

export class Table<Row> {
  readonly element: HTMLTableElement;
  private readonly head = h("tr", { role: "row" });
  private readonly body = h("tbody", { role: "rowgroup" });
  private rows: Row[] = [];
  private sorted: { key: string; down: boolean } | undefined;

  constructor(
    private readonly columns: Column<Row>[],
    private readonly options: TableOptions<Row>,
  ) {
    this.sorted = options.sorted;
    // The roles are said, as a table that is laid out as cards would lose them.
    this.element = h(
      "table",
      { class: "table", role: "table" },
      h("caption", { class: "hidden" }, options.caption),
      h("thead", { role: "rowgroup" }, this.head),
      this.body,
    );
    this.drawHead();
  }

  set(rows: Row[]): void {
    this.rows = [...rows];
    this.draw();
  }

  add(rows: Row[]): void {
    this.rows.push(...rows);
    this.draw();
  }

  get size(): number {
    return this.rows.length;
  }

  private drawHead(): void {
    replace(
      this.head,
      this.columns.map((column) => {
        const is = this.sorted?.key === column.key ? (this.sorted.down ? "descending" : "ascending") : undefined;
        const label = column.sort
          ? h("button", { type: "button", class: "sort", on: { click: () => this.sortBy(column.key) } }, column.label)
          : column.label;
        const hidden = column.label === "" ? h("span", { class: "hidden" }, "More") : null;
        return h(
          "th",
          { role: "columnheader", scope: "col", class: this.classOf(column), "aria-sort": is },
          label,
          hidden,
        );
      }),
    );
  }

  private sortBy(key: string): void {
    const down = this.sorted?.key === key ? !this.sorted.down : true;
    this.sorted = { key, down };
    this.drawHead();
    this.head.querySelectorAll("button").forEach((button) => {
      if (button.closest("th")?.getAttribute("aria-sort")) button.focus();
    });
    this.draw();
  }

  private draw(): void {
    const by = this.columns.find((column) => column.key === this.sorted?.key)?.sort;
    if (by && this.sorted) {
      const sign = this.sorted.down ? -1 : 1;
      this.rows.sort((left, right) => {
        const a = by(left);
        const b = by(right);
        return sign * (typeof a === "string" || typeof b === "string" ? String(a).localeCompare(String(b)) : a - b);
      });
    }
    replace(
      this.body,
      this.rows.map((row) => this.line(row)),
    );
  }

  private line(row: Row): HTMLElement {
    const opens = this.options.opens?.(row);
    const element = h(
      "tr",
      { role: "row", class: [this.options.tone?.(row) ?? "", opens ? "opens" : ""].join(" ").trim() || undefined },
      this.columns.map((column) =>
        h(
          "td",
          { role: "cell", class: this.classOf(column), "data-label": column.label },
          h("div", {}, column.cell(row)),
        ),
      ),
    );
    if (opens) {
      element.addEventListener("click", (event) => {
        const isText = String(window.getSelection() ?? "") !== "";
        if (!isText && !(event.target as Element).closest("a, button, summary")) location.hash = opens;
      });
    }
    return element;
  }

  private classOf(column: Column<Row>): string | undefined {
    return (
      [column.number ? "number" : "", column.wide ? "wide" : "", column.cls ?? ""].filter(Boolean).join(" ") ||
      undefined
    );
  }
}

// The numbers of a chart for those who cannot see it.
export function chartTable(caption: string, headings: string[], rows: (string | number)[][]): HTMLElement {
  return h(
    "details",
    { class: "as-table" },
    h("summary", {}, "As a table"),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
      h(
        "table",
        {},
        h("caption", { class: "hidden" }, caption),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            headings.map((heading) => h("th", { scope: "col" }, heading)),
          ),
        ),
        h(
          "tbody",
          {},
          rows.map((row) =>
            h(
              "tr",
              {},
              row.map((value) => h("td", { class: typeof value === "number" ? "number" : undefined }, value)),
            ),
          ),
        ),
      ),
    ),
  );
}
