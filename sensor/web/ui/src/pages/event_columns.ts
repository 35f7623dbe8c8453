// The columns of the lists of events.
import type { EventKind, TelltaleEvent } from "../api";
import { type Child, h } from "../dom";
import { bytes, count, countryName, percent, shorten, visible } from "../format";
import { address } from "../page";
import {
  badge,
  deviceLink,
  deviceName,
  destinationName,
  severityBadge,
  time,
  trustBadge,
  typeChips,
  whereabouts,
} from "../parts";
import type { Column } from "../table";
import { anomalyLabel, locationWords, typeAbout, typeLabel } from "../words";

type Columns = Column<TelltaleEvent>[];

const stamp = (event: TelltaleEvent): string => event.timestamp;
const open = (event: TelltaleEvent, text: Child): Child =>
  h("a", { class: "open", href: `#/event/${encodeURIComponent(event.event_id)}` }, text);

const WHEN: Column<TelltaleEvent> = {
  key: "when",
  label: "When",
  cls: "first",
  cell: (e) => time(e.timestamp),
  sort: stamp,
};
const DEVICE: Column<TelltaleEvent> = {
  key: "device",
  label: "Device",
  cell: (e) => deviceLink(e.device),
  sort: (e) => deviceName(e.device),
};
const TO: Column<TelltaleEvent> = {
  key: "to",
  label: "To",
  wide: true,
  cell: (e) => [
    h(
      "a",
      {
        class: "host subtle",
        href: address("findings", { destination: e.destination?.hostname || e.destination?.ip }),
      },
      destinationName(e.destination),
    ),
    e.destination?.hostname_unverified
      ? badge("warn", "name not confirmed", "The device says so; the DNS answers it got say otherwise")
      : null,
  ],
  sort: (e) => destinationName(e.destination),
};
const WHERE: Column<TelltaleEvent> = {
  key: "where",
  label: "Where",
  cls: "where",
  cell: (e) => whereabouts(e.destination),
  sort: (e) => countryName(e.destination?.country),
};
const TRUST: Column<TelltaleEvent> = {
  key: "trust",
  label: "Trust",
  cell: (e) => trustBadge(e.destination?.trust, e.destination?.trust_reason),
  sort: (e) => e.destination?.trust ?? "",
};

function alertWhat(event: TelltaleEvent): Child {
  const types = event.verdict?.findings.map((finding) => finding.type) ?? [];
  if (types.length > 0) return typeChips(types, 4);
  if (event.verdict?.anomaly) return anomalyLabel(event.verdict.anomaly);
  return "contact";
}

const ALERTS: Columns = [
  {
    key: "severity",
    label: "Severity",
    cls: "first",
    cell: (e) => severityBadge(e.alert?.severity ?? 3),
    sort: (e) => -(e.alert?.severity ?? 3),
  },
  WHEN,
  {
    key: "what",
    label: "What was sent",
    cls: "first",
    wide: true,
    cell: (e) => [
      open(e, alertWhat(e)),
      e.muted_by !== undefined ? badge("muted", "muted", `By ${visible(e.muted_by || "a mute without a name")}`) : null,
    ],
    sort: (e) => e.verdict?.findings[0]?.type ?? e.verdict?.anomaly ?? "",
  },
  DEVICE,
  TO,
  WHERE,
  TRUST,
  {
    key: "times",
    label: "Times",
    number: true,
    cell: (e) => count(e.verdict?.count ?? 1),
    sort: (e) => e.verdict?.count ?? 1,
  },
];

const FINDINGS: Columns = [
  WHEN,
  {
    key: "type",
    label: "What was sent",
    cls: "first",
    cell: (e) =>
      open(e, h("span", { class: "chip", title: typeAbout(e.finding?.type ?? "") }, typeLabel(e.finding?.type ?? ""))),
    sort: (e) => typeLabel(e.finding?.type ?? ""),
  },
  {
    key: "sample",
    label: "Sample",
    wide: true,
    cell: (e) => [
      h("code", {}, visible(e.finding?.sample ?? "") || "–"),
      h(
        "small",
        { title: visible(e.finding?.location ?? "") },
        shorten(visible(locationWords(e.finding?.location ?? "")), 70),
      ),
    ],
  },
  DEVICE,
  TO,
  TRUST,
  {
    key: "clear",
    label: "Sent",
    cell: (e) =>
      e.finding?.cleartext ? badge("warn", "in clear", "Anyone on the way could read it") : badge("good", "encrypted"),
    sort: (e) => (e.finding?.cleartext ? 1 : 0),
  },
  {
    key: "sure",
    label: "Sure",
    number: true,
    cell: (e) => percent(e.finding?.confidence ?? 0, 1),
    sort: (e) => e.finding?.confidence ?? 0,
  },
];

const ANOMALIES: Columns = [
  WHEN,
  {
    key: "type",
    label: "Behaviour",
    cls: "first",
    wide: true,
    cell: (e) => open(e, anomalyLabel(e.anomaly?.type ?? "")),
    sort: (e) => e.anomaly?.type ?? "",
  },
  {
    key: "score",
    label: "Score",
    number: true,
    cell: (e) => percent(e.anomaly?.score ?? 0, 1),
    sort: (e) => e.anomaly?.score ?? 0,
  },
  DEVICE,
  TO,
  WHERE,
];

const FLOWS: Columns = [
  WHEN,
  DEVICE,
  TO,
  WHERE,
  {
    key: "proto",
    label: "Protocol",
    cell: (e) => open(e, e.app_proto || e.proto || "flow"),
    sort: (e) => e.app_proto ?? "",
  },
  {
    key: "out",
    label: "Sent",
    number: true,
    cell: (e) => bytes(e.inspection?.bytes_out ?? 0),
    sort: (e) => e.inspection?.bytes_out ?? 0,
  },
  {
    key: "back",
    label: "Came back",
    number: true,
    cell: (e) => bytes(e.flow?.bytes_toclient ?? 0),
    sort: (e) => e.flow?.bytes_toclient ?? 0,
  },
  {
    key: "read",
    label: "Read",
    number: true,
    cell: (e) => percent(e.inspection?.bytes_inspected ?? 0, e.inspection?.bytes_out ?? 0),
    sort: (e) => (e.inspection?.bytes_inspected ?? 0) / Math.max(1, e.inspection?.bytes_out ?? 1),
  },
];

export const COLUMNS: Record<EventKind, Columns> = {
  alerts: ALERTS,
  findings: FINDINGS,
  anomalies: ANOMALIES,
  flows: FLOWS,
};
