// The coverage ledger as one bar: what of all that left could be read, and why not the rest.
import type { Coverage } from "../api";
import { type Child, h } from "../dom";
import { bytes, percent, plural } from "../format";
import { COVERAGE, reasonLabel } from "../words";

// Widths in percent that add up to 100; what is there at all gets at least `least`, so that nothing is hidden.
export function widths(parts: number[], least = 0.6): number[] {
  const sum = parts.reduce((all, part) => all + part, 0);
  if (sum <= 0) return parts.map(() => 0);
  const raised = parts.map((part) => (part <= 0 ? 0 : Math.max(least, (100 * part) / sum)));
  const total = raised.reduce((all, part) => all + part, 0);
  return raised.map((part) => (100 * part) / total);
}

export function coverageBar(coverage: Coverage): Child {
  const whole = coverage.bytes_out;
  if (whole <= 0) return h("p", { class: "quiet" }, "Nothing left any device in this time.");
  const parts = COVERAGE.map((part) => coverage[part.key]);
  const sizes = widths(parts);
  const words = COVERAGE.map((part, i) => `${part.label} ${percent(parts[i] ?? 0, whole)}`).join(", ");
  const read = coverage.clear + coverage.decrypted;
  return [
    h(
      "p",
      { class: "lead" },
      `${bytes(whole)} left the devices; ${percent(read, whole)} of it could be read. `,
      read < whole ? "What could not be read may hold what is not listed here." : "",
    ),
    h(
      "div",
      { class: "ledger", role: "img", "aria-label": `Coverage of what left: ${words}` },
      COVERAGE.map((part, i) =>
        (sizes[i] ?? 0) > 0
          ? h("span", { class: `part ${part.key}`, css: { width: `${sizes[i]}%` }, title: part.label })
          : null,
      ),
    ),
    h(
      "ul",
      { class: "ledger-legend" },
      COVERAGE.map((part, i) =>
        h(
          "li",
          { class: (parts[i] ?? 0) > 0 ? "" : "none" },
          h("span", { class: `swatch ${part.key}`, "aria-hidden": "true" }),
          h("b", {}, part.label),
          h("span", {}, `${percent(parts[i] ?? 0, whole)} · ${bytes(parts[i] ?? 0)}`),
          h("small", {}, part.about),
        ),
      ),
    ),
    coverage.not_read.length > 0
      ? h(
          "div",
          { class: "reasons" },
          h("h3", {}, "Not read because"),
          h(
            "ul",
            {},
            coverage.not_read.map((row) =>
              h("li", {}, h("span", {}, reasonLabel(row.reason)), h("span", { class: "amount" }, bytes(row.bytes))),
            ),
          ),
        )
      : null,
    coverage.gaps > 0 ? h("p", { class: "quiet" }, `${plural(coverage.gaps, "gap")} in streams that were read.`) : null,
  ];
}
