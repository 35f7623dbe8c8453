// Why an event got its verdict: every list and rule that was asked, in order.
import type { Explanation } from "../api";
import { type Child, h } from "../dom";
import { countryName, plural, visible } from "../format";
import { trustBadge } from "../parts";
import { sentenceWords, trustWords } from "../words";

const TRUST_ASKS: Record<string, string> = {
  domains: "Does a list name the server?",
  cidrs: "Does a list name its address?",
  asns: "Does a list name its network?",
  operators: "Does a list name who runs it?",
  operator_countries: "Does a list name the country of who runs it?",
  countries: "Does a list name the country of its address?",
  default: "What holds where no list decides?",
};

export function verdictBody(explanation: Explanation, told: string | undefined): Child {
  const asked = explanation.rules.filter((rule) => rule.outcome !== "not asked");
  const rest = explanation.rules.length - asked.length;
  const trust = explanation.trust.filter((step) => step.asked || step.decided || step.matches.length > 0);
  return [
    told === explanation.verdict.reason
      ? null
      : h("p", { class: "lead" }, `${visible(sentenceWords(explanation.verdict.reason))}.`),
    h("h3", {}, "Is the server trusted?"),
    h(
      "ol",
      { class: "steps" },
      trust.map((step) =>
        h(
          "li",
          { class: step.decided ? "decided" : "" },
          h(
            "span",
            {},
            TRUST_ASKS[step.kind] ?? step.kind,
            step.asked
              ? h("code", {}, step.kind.endsWith("countries") ? countryName(step.asked) : visible(step.asked))
              : null,
          ),
          h("span", { class: "outcome" }, outcome(step)),
        ),
      ),
    ),
    h("h3", {}, "Which rule decides?"),
    h(
      "ol",
      { class: "steps" },
      asked.map((rule) =>
        h(
          "li",
          { class: rule.decided ? "decided" : "" },
          h(
            "span",
            {},
            visible(rule.name),
            h("small", {}, `${visible(rule.origin)}${rule.line > 0 ? `, line ${rule.line}` : ""}`),
          ),
          h("span", { class: "outcome" }, visible(rule.outcome)),
        ),
      ),
    ),
    rest > 0
      ? h(
          "p",
          { class: "quiet" },
          `${plural(rest, "later rule was", "later rules were")} not asked: the first that holds decides.`,
        )
      : null,
    explanation.mutes.length > 0
      ? [
          h("h3", {}, "Does a mute cover it?"),
          h(
            "ul",
            { class: "steps" },
            explanation.mutes.map((mute) =>
              h(
                "li",
                { class: mute.covers ? "decided" : "" },
                h(
                  "span",
                  {},
                  visible(mute.name || "a mute without a name"),
                  mute.reason ? h("small", {}, visible(mute.reason)) : null,
                ),
                h("span", { class: "outcome" }, mute.covers ? "covers it" : "does not cover it"),
              ),
            ),
          ),
        ]
      : null,
    explanation.changes.length > 0
      ? [
          h("h3", {}, "What would change it?"),
          h(
            "ul",
            { class: "plain" },
            explanation.changes.map((change) => h("li", {}, visible(change))),
          ),
        ]
      : null,
  ];
}

function outcome(step: Explanation["trust"][number]): Child {
  if (step.matches.length === 0) return "no";
  return step.matches.map((match) => [
    trustBadge(match.trust, match.entry),
    h("small", {}, visible(trustWords(match.entry))),
  ]);
}
