// The typed client of /api/v1. Names are those of the events.

export interface Session {
  login_required: boolean;
  logged_in: boolean;
  csrf: string;
}

export interface Device {
  id: string;
  mac?: string;
  vendor?: string;
  name?: string;
  name_source?: string;
  ip?: string;
  group?: string;
  inferred?: boolean;
}

export interface Destination {
  ip: string;
  hostname?: string;
  hostname_source?: string;
  hostname_unverified?: boolean;
  dns_name?: string;
  country?: string;
  asn?: number;
  as_org?: string;
  app?: string;
  operator?: string;
  operator_country?: string;
  trust: string;
  trust_reason?: string;
}

export interface Finding {
  class: string;
  type: string;
  confidence: number;
  count: number;
  location: string;
  encodings: string[];
  sample?: string;
  fingerprint?: string;
  owner?: string;
  cleartext: boolean;
  packet: number;
}

export interface Sums {
  flows: number;
  bytes_out: number;
  bytes_in: number;
  clear: number;
  decrypted: number;
  opaque: number;
  lost: number;
  skipped: number;
  gaps: number;
}

export interface Coverage extends Sums {
  not_read: { reason: string; bytes: number }[];
  hours: (Sums & { start: string })[];
}

export interface TelltaleEvent {
  timestamp: string;
  event_type: string;
  event_id: string;
  sensor?: string;
  flow_id?: number;
  community_id?: string;
  in_iface?: string;
  pcap_filename?: string;
  vlan?: number[];
  src_ip?: string;
  src_port?: number;
  dest_ip?: string;
  dest_port?: number;
  proto?: string;
  app_proto?: string;
  device?: Device;
  destination?: Destination;
  finding?: Finding;
  alert?: { signature: string; category: string; severity: number };
  verdict?: {
    rule: string;
    reason: string;
    findings: Finding[];
    anomaly?: string;
    count: number;
    first: string;
    last: string;
  };
  anomaly?: { type: string; score: number; evidence: Record<string, string> };
  flow?: {
    pkts_toserver: number;
    pkts_toclient: number;
    bytes_toserver: number;
    bytes_toclient: number;
    start: string;
    end: string;
    age: number;
  };
  ndpi?: { protocol: string; category?: string; risks?: string[] };
  suspected?: { app: string; types: string[]; source: string };
  tls?: { sni?: string; version?: string; alpn?: string; ja3?: string; ja4?: string; decrypted: boolean };
  inspection?: Omit<Sums, "flows" | "bytes_in"> & { bytes_inspected: number; reason_not_inspected?: string };
  stats?: {
    packets: number;
    bytes: number;
    drops: number;
    flows: number;
    memory: number;
    findings: number;
    alerts: number;
  };
  muted_by?: string;
}

export interface Count {
  key: string;
  label: string;
  findings: number;
}

export type Bucket = { start: string } & Record<string, number | string>;

export interface Totals {
  findings: number;
  cleartext: number;
  classes: Count[];
  types: Count[];
  trust: Count[];
  devices: Count[];
  destinations: Count[];
  countries: Count[];
  operators: Count[];
  operator_countries: Count[];
  apps: Count[];
  timeline: Bucket[];
}

export interface Overview {
  since?: string;
  until?: string;
  bucket?: number; // seconds
  totals: Totals;
  coverage: Coverage;
  alerts: TelltaleEvent[];
}

export interface Activity {
  first_seen: string;
  last_seen: string;
  flows: number;
  bytes_out: number;
  bytes_in: number;
  findings: number;
  alerts: number;
  anomalies: number;
  types: string[];
}

export interface DeviceRow extends Device, Activity {
  score: number;
  score_reasons: { text: string; points: number }[];
}

export interface DevicePage extends DeviceRow {
  device?: Device;
  totals: Totals;
  coverage: Coverage;
}

export interface Group extends Partial<Omit<Destination, "hostname">>, Activity {
  key: string;
  label: string;
  devices: number;
  destinations: number;
}

export interface Explanation {
  catalogue: {
    app: string;
    kind?: string;
    vendor?: string;
    country?: string;
    domain?: string;
    asn?: number;
    source?: string;
    collects?: string;
    known_to_collect_this: boolean;
  }[];
  trust: {
    rank: number;
    kind: string;
    asked?: string;
    matches: { trust: string; entry: string }[];
    decided: boolean;
  }[];
  rules: { name: string; origin: string; line: number; outcome: string; decided: boolean }[];
  mutes: { name: string; reason?: string; covers: boolean }[];
  verdict: { verdict: string; severity?: number; rule?: string; reason: string; muted_by?: string };
  changes: string[];
}

export interface EventPage {
  event: TelltaleEvent;
  wireshark: string;
  frames: number[];
  explanation?: Explanation;
  mute?: { yaml: string };
}

export interface Mute {
  id: string; // empty: stands in the configuration and cannot be removed here
  name: string;
  yaml: string;
  until?: string | null;
  reason: string;
  devices: string[];
  classes: string[];
  types: string[];
  anomalies: string[];
  domains: string[];
  addresses: string[];
  over: boolean;
}

export interface MuteRequest {
  event_id: string;
  scope: { device: boolean; data: boolean; destination: boolean };
  until: string | null;
  reason: string;
  preview?: boolean;
}

export interface Upload {
  id: string;
  name: string;
  state: "receiving" | "waiting" | "running" | "done" | "failed" | "cancelled";
  progress: number;
  bytes: number;
  findings: number;
  alerts: number;
  problem: string;
}

export interface Status {
  sensor: string;
  version: string;
  mode: "live" | "store";
  now: string;
  started: string;
  interfaces?: { name: string; up: boolean; packets: number; bytes?: number; dropped: number }[];
  geoip: { name: string; kind: string; built: string; age_days: number; too_old: boolean; licence?: string }[];
  store: { bytes: number; devices: number; oldest?: string; newest?: string };
  can: { mute: boolean; rename: boolean; upload: boolean };
  max_upload: number;
  stats: TelltaleEvent | null;
  policy: { packs: string[]; rules: number };
}

export interface Page<T> {
  items: T[];
  next: string;
}

export type Query = Record<string, string | number | undefined>;

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export const BASE = "api/v1";
let csrf = "";
let whenLoggedOut: () => void = () => {};

export function onLoggedOut(action: () => void): void {
  whenLoggedOut = action;
}

export const csrfToken = (): string => csrf;

export function queryText(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `?${text}` : "";
}

// What a failed answer says; a plain sentence in any case.
export function problemOf(status: number, body: string): ApiError {
  try {
    const told = (JSON.parse(body) as { error?: { message?: unknown } }).error?.message;
    if (typeof told === "string" && told) return new ApiError(status, told);
  } catch {
    // not from the API: a proxy in between, or cut off
  }
  return new ApiError(status, `the sensor answered with status ${status}`);
}

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = {};
  if (method !== "GET") headers["X-Telltale-CSRF"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let reply: Response;
  try {
    reply = await fetch(`${BASE}${path}`, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "the sensor does not answer; is telltale still running?");
  }
  const text = await reply.text();
  if (!reply.ok) {
    if (reply.status === 401) whenLoggedOut();
    throw problemOf(reply.status, text);
  }
  return (text ? JSON.parse(text) : null) as T;
}

const get = <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> =>
  call<T>("GET", `${path}${queryText(query)}`, undefined, signal);

function withToken(session: Session): Session {
  csrf = session.csrf;
  return session;
}

export type EventKind = "alerts" | "findings" | "anomalies" | "flows";
const part = encodeURIComponent;

export const api = {
  session: async () => withToken(await get<Session>("/session")),
  logIn: async (password: string) => withToken(await call<Session>("POST", "/session", { password })),
  logOut: async () => withToken(await call<Session>("DELETE", "/session")),
  status: (signal?: AbortSignal) => get<Status>("/status", {}, signal),
  overview: (query: Query, signal?: AbortSignal) => get<Overview>("/overview", query, signal),
  devices: (query: Query, signal?: AbortSignal) => get<Page<DeviceRow>>("/devices", query, signal),
  device: (id: string, query: Query, signal?: AbortSignal) => get<DevicePage>(`/devices/${part(id)}`, query, signal),
  rename: (id: string, change: { name: string; group: string }) =>
    call<DevicePage>("PATCH", `/devices/${part(id)}`, change),
  destinations: (query: Query, signal?: AbortSignal) => get<Page<Group>>("/destinations", query, signal),
  events: (kind: EventKind, query: Query, signal?: AbortSignal) => get<Page<TelltaleEvent>>(`/${kind}`, query, signal),
  countEvents: (kind: EventKind, query: Query, signal?: AbortSignal) =>
    get<{ count: number }>(`/${kind}`, { ...query, count: 1 }, signal),
  event: (id: string, signal?: AbortSignal) => get<EventPage>(`/events/${part(id)}`, {}, signal),
  mutes: (signal?: AbortSignal) => get<Page<Mute>>("/mutes", {}, signal),
  mute: (request: MuteRequest, signal?: AbortSignal) =>
    call<{ id: string; yaml: string }>("POST", "/mutes", request, signal),
  unmute: (id: string) => call<null>("DELETE", `/mutes/${part(id)}`),
  uploads: (signal?: AbortSignal) => get<Page<Upload>>("/uploads", {}, signal),
  newUpload: () => call<{ id: string }>("POST", "/uploads", {}),
  upload: (id: string, signal?: AbortSignal) => get<Upload>(`/uploads/${part(id)}`, {}, signal),
  startUpload: (id: string) => call<Upload>("POST", `/uploads/${part(id)}/start`, {}),
  removeUpload: (id: string) => call<null>("DELETE", `/uploads/${part(id)}`),
  reportAddress: (id: string) => `${BASE}/uploads/${part(id)}/report`,
};
