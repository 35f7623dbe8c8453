// One event with all that can be said of it: evidence, how to find it in the capture, why the verdict, how to mute it.
import { api, type EventPage, type Explanation, type Finding, type TelltaleEvent } from "../api";
import { type Child, h, replace } from "../dom";
import { bytes, count, countryName, percent, plural, visible } from "../format";
import { type Context, isAbort, type PageInfo } from "../page";
import {
  badge,
  button,
  card,
  copyButton,
  country,
  deviceLink,
  destinationName,
  pairs,
  problem,
  severityBadge,
  time,
  trustBadge,
} from "../parts";
import { Table } from "../table";
import {
  anomalyLabel,
  classLabel,
  COVERAGE,
  locationWords,
  reasonLabel,
  sentenceWords,
  sourceLabel,
  trustWords,
  typeAbout,
  typeLabel,
  typeList,
} from "../words";
import { openMute } from "./mute_dialog";
import { verdictBody } from "./verdict";

export const event: PageInfo = {
  title: "Event",
  show(context) {
    void load(context);
  },
};

async function load(context: Context): Promise<void> {
  try {
    const page = await api.event(context.part, context.signal);
    if (!context.signal.aborted) draw(context, page);
  } catch (error) {
    if (!isAbort(error))
      replace(
        context.root,
        problem(error, () => void load(context)),
      );
  }
}

const KINDS: Record<string, string> = {
  alert: "Alert",
  finding: "Finding",
  notice: "Notice",
  anomaly: "Unusual behaviour",
  flow: "Connection",
};

function draw(context: Context, page: EventPage): void {
  const { event: it, explanation } = page;
  context.setTitle(
    KINDS[it.event_type] ?? it.event_type,
    it.event_type === "finding" || it.event_type === "flow" ? "findings" : "alerts",
  );
  const findings = it.finding ? [it.finding] : (it.verdict?.findings ?? []);
  replace(
    context.root,
    summary(context, page, findings),
    findings.length > 0 ? card("What was sent", evidence(findings)) : null,
    it.anomaly ? card("What was unusual", anomalyBody(it)) : null,
    h(
      "div",
      { class: "columns two" },
      h(
        "div",
        { class: "stack" },
        card("The server", destinationBody(it)),
        explanation && explanation.catalogue.length > 0 ? card("What is known of it", catalogue(explanation)) : null,
      ),
      h(
        "div",
        { class: "stack" },
        card("Where to find it", coordinates(page)),
        it.inspection ? card("What could be read of it", inspectionBody(it)) : null,
      ),
    ),
    explanation ? card("Why this verdict", verdictBody(explanation, it.verdict?.reason)) : null,
  );
}

function sentence(it: TelltaleEvent, findings: Finding[]): Child {
  const device = deviceLink(it.device);
  const to = h("b", { class: "host" }, destinationName(it.destination));
  if (findings.length > 0) {
    const what = findings.map((finding) => typeLabel(finding.type)).join(", ");
    return [device, " told ", h("b", {}, what), " to ", to];
  }
  const behaviour = it.anomaly?.type ?? it.verdict?.anomaly;
  if (behaviour) return [device, ": ", h("b", {}, anomalyLabel(behaviour)), ", with ", to];
  return [device, " talked to ", to];
}

function summary(context: Context, page: EventPage, findings: Finding[]): Child {
  const it = page.event;
  const canMute =
    it.event_type === "alert" ||
    it.event_type === "notice" ||
    it.event_type === "finding" ||
    it.event_type === "anomaly";
  return h(
    "section",
    { class: "card summary" },
    h(
      "div",
      { class: "summary-badges" },
      it.alert ? severityBadge(it.alert.severity) : null,
      findings.some((finding) => finding.cleartext)
        ? badge("warn", "in clear", "Anyone on the way could read it")
        : null,
      it.muted_by !== undefined
        ? badge("muted", "muted", `By ${visible(it.muted_by || "a mute without a name")}`)
        : null,
    ),
    h("p", { class: "headline" }, sentence(it, findings)),
    it.verdict ? h("p", {}, `${visible(sentenceWords(it.verdict.reason))}.`) : null,
    h(
      "p",
      { class: "quiet" },
      time(it.timestamp),
      it.verdict && it.verdict.count > 1
        ? [` · ${plural(it.verdict.count, "time")}, from `, time(it.verdict.first), " to ", time(it.verdict.last)]
        : null,
      it.alert ? ` · rule: ${visible(it.alert.signature)}` : null,
    ),
    h(
      "div",
      { class: "actions" },
      canMute && page.mute
        ? button("Mute this…", () => openMute(page, context, () => void load(context)), "button primary")
        : null,
      button("Back", () => history.back()),
    ),
  );
}

function evidence(findings: Finding[]): Child {
  const table = new Table<Finding>(
    [
      {
        key: "type",
        label: "Data",
        cls: "first",
        wide: true,
        cell: (row) => [h("b", {}, typeLabel(row.type)), h("small", {}, typeAbout(row.type) || classLabel(row.class))],
      },
      {
        key: "sample",
        label: "Sample (masked)",
        cell: (row) => [
          h("code", {}, visible(row.sample ?? "") || "–"),
          row.owner ? h("small", {}, `of ${visible(row.owner)}`) : null,
        ],
      },
      {
        key: "path",
        label: "Where in the message",
        wide: true,
        cell: (row) => [
          h("span", {}, visible(locationWords(row.location))),
          h("small", {}, h("code", {}, visible(row.location))),
        ],
      },
      {
        key: "wrapped",
        label: "Wrapped in",
        cell: (row) => (row.encodings.length > 0 ? h("code", {}, visible(row.encodings.join(" → "))) : "nothing"),
      },
      { key: "count", label: "Times", number: true, cell: (row) => count(row.count) },
      { key: "sure", label: "Sure", number: true, cell: (row) => percent(row.confidence, 1) },
      { key: "packet", label: "Packet", number: true, cell: (row) => (row.packet > 0 ? String(row.packet) : "–") },
    ],
    { caption: "Evidence" },
  );
  table.set(findings);
  return table.element;
}

function anomalyBody(it: TelltaleEvent): Child {
  const found = it.anomaly;
  if (!found) return null;
  const rows: [string, Child][] = [
    ["Behaviour", anomalyLabel(found.type)],
    ["Score", percent(found.score, 1)],
  ];
  for (const [key, value] of Object.entries(found.evidence))
    rows.push([key.replaceAll("_", " "), visible(String(value))]);
  return pairs(rows);
}

function destinationBody(it: TelltaleEvent): Child {
  const to = it.destination;
  if (!to) return h("p", { class: "quiet" }, "Nobody outside.");
  return pairs([
    [
      "Name",
      to.hostname
        ? [visible(to.hostname), to.hostname_source ? h("small", {}, sourceLabel(to.hostname_source)) : null]
        : h("span", { class: "quiet" }, "not known"),
    ],
    [
      "DNS says",
      to.hostname_unverified
        ? [badge("warn", "name not confirmed"), ` ${visible(to.dns_name ?? "another name")}`]
        : null,
    ],
    ["Address", to.ip],
    ["Address in", country(to.country)],
    ["Network", to.as_org || to.asn ? `${visible(to.as_org ?? "")}${to.asn ? ` (AS${to.asn})` : ""}` : null],
    ["App", to.app ? visible(to.app) : null],
    [
      "Run by",
      to.operator
        ? `${visible(to.operator)}${to.operator_country ? `, ${countryName(to.operator_country)}` : ""}`
        : null,
    ],
    ["Trust", [trustBadge(to.trust, to.trust_reason), h("small", {}, visible(trustWords(to.trust_reason)))]],
  ]);
}

function frameList(frames: number[]): string {
  const most = 30;
  const shown = [...new Set(frames)].slice(0, most).join(", ");
  return frames.length > most ? `${shown} and ${frames.length - most} more` : shown;
}

function coordinates(page: EventPage): Child {
  const it = page.event;
  const end = (ip?: string, port?: number): string => (ip ? `${ip}${port !== undefined ? ` port ${port}` : ""}` : "");
  return [
    page.wireshark
      ? h(
          "div",
          { class: "copy-line" },
          h("p", { class: "copy-label" }, "Wireshark display filter"),
          h(
            "div",
            { class: "copy-box" },
            h("code", {}, page.wireshark),
            copyButton(page.wireshark, "the display filter"),
          ),
        )
      : null,
    pairs([
      ["Packets", page.frames.length > 0 ? frameList(page.frames) : null],
      ["Capture", it.pcap_filename ? h("span", { class: "break" }, visible(it.pcap_filename)) : null],
      ["Interface", it.in_iface ? visible(it.in_iface) : null],
      ["From", end(it.src_ip, it.src_port)],
      ["To", end(it.dest_ip, it.dest_port)],
      ["Protocol", [it.proto, it.app_proto].filter(Boolean).join(", ")],
      ["VLAN", it.vlan ? it.vlan.join(" in ") : null],
      ["Community ID", it.community_id ? h("code", { class: "break" }, it.community_id) : null],
      ["Event", h("code", {}, it.event_id)],
    ]),
  ];
}

function inspectionBody(it: TelltaleEvent): Child {
  const seen = it.inspection;
  if (!seen) return null;
  return pairs([
    ["Sent", bytes(seen.bytes_out)],
    ...COVERAGE.filter((part) => seen[part.key] > 0).map((part): [string, Child] => [
      part.label,
      `${bytes(seen[part.key])} (${percent(seen[part.key], seen.bytes_out)})`,
    ]),
    ["Because", seen.reason_not_inspected ? reasonLabel(seen.reason_not_inspected) : null],
    ["Came back", it.flow ? bytes(it.flow.bytes_toclient) : null],
    [
      "TLS",
      it.tls
        ? [it.tls.version, it.tls.sni]
            .filter((text): text is string => Boolean(text))
            .map(visible)
            .join(", ")
        : null,
    ],
    ["JA4", it.tls?.ja4 ? h("code", {}, it.tls.ja4) : null],
    ["nDPI", it.ndpi ? visible(it.ndpi.protocol) : null],
    [
      "Suspected",
      it.suspected
        ? `${visible(it.suspected.app)} is known to collect ${it.suspected.types.map(typeLabel).join(", ")}; what was sent could not be read`
        : null,
    ],
  ]);
}

function catalogue(explanation: Explanation): Child {
  return explanation.catalogue.map((fact) =>
    pairs([
      ["App", [visible(fact.app), fact.kind ? h("small", {}, visible(fact.kind)) : null]],
      ["Vendor", fact.vendor ? `${visible(fact.vendor)}${fact.country ? `, ${countryName(fact.country)}` : ""}` : null],
      fact.domain ? ["Domain", visible(fact.domain)] : ["Network", `AS${fact.asn}`],
      [
        "Collects",
        fact.collects
          ? `${visible(typeList(fact.collects))}${fact.known_to_collect_this ? "; so this was to be expected" : ""}`
          : null,
      ],
      ["Source", fact.source ? visible(fact.source) : null],
    ]),
  );
}
