// The names of the events in plain words. What is not known here is shown as it is named.

export type Words = { label: string; about?: string };

export const CLASSES: Record<string, Words> = {
  contacts: { label: "Contacts", about: "address book, calls and messages" },
  location: { label: "Location", about: "where the device is" },
  identifiers: { label: "Identifiers", about: "numbers and names that tell who it is" },
};

const TYPES: Record<string, Words> = {
  contact_list: { label: "contact list", about: "names with phone numbers or e-mail addresses" },
  call_log: { label: "call log", about: "who was called, and when" },
  message_log: { label: "messages", about: "text messages, with whom and when" },
  coordinates: { label: "coordinates", about: "latitude and longitude of the device" },
  cell_tower: { label: "cell tower", about: "the radio cell it is in, which tells where it is" },
  wifi_scan: { label: "Wi-Fi networks nearby", about: "the networks around it, which tell where it is" },
  imei: { label: "IMEI (phone's serial)", about: "fixed number of the phone" },
  imsi: { label: "IMSI (SIM's number)", about: "fixed number of the subscriber" },
  iccid: { label: "ICCID (SIM card's serial)" },
  phone_number: { label: "own phone number" },
  email: { label: "own e-mail address" },
  android_id: { label: "Android ID", about: "number of the phone that lasts until it is reset" },
  advertising_id: { label: "advertising ID", about: "number that advertisers know the device by" },
  mac_address: { label: "MAC address", about: "fixed number of its network card" },
  serial_number: { label: "serial number" },
  device_model: { label: "device model" },
  device_brand: { label: "device brand" },
  carrier_name: { label: "carrier's name", about: "name of the phone company" },
  mcc: { label: "carrier's country (MCC)" },
  sim_operator: { label: "SIM's carrier (MCC+MNC)" },
  hostname: { label: "host name", about: "what the device calls itself" },
  installed_apps: { label: "installed apps" },
  tracking_id: {
    label: "tracking ID",
    about: "the same token told to servers that have nothing to do with each other",
  },
};

const REASONS: Record<string, string> = {
  tls_no_keys: "encrypted (TLS), no keys were given",
  tls_wrong_keys: "encrypted (TLS), the keys given do not fit",
  tls_unsupported_cipher: "encrypted (TLS) with a cipher not spoken here",
  tls_handshake_missing: "encrypted (TLS), joined after its handshake",
  tls_record_damaged: "encrypted (TLS), damaged on the way",
  quic: "encrypted (QUIC)",
  encrypted_protocol: "encrypted (VPN, SSH and the like)",
  unknown_binary: "looks random: packed or encrypted by the app itself",
  body_cap: "a body larger than is kept",
  buffer_cap: "more header lines than are kept",
  unwrap_ratio_cap: "compressed data that grows too much",
  unwrap_expanded_cap: "wrappings that would take too much room",
  unwrap_fields_cap: "a message with too many fields",
  inbound: "begun from outside",
  lateral: "between two devices at home",
  not_content: "control messages, no content (ICMP and the like)",
};

export const COVERAGE: { key: CoverageKey; label: string; about: string }[] = [
  { key: "clear", label: "read in clear", about: "read as it stood on the wire" },
  { key: "decrypted", label: "decrypted", about: "read inside TLS, with keys" },
  { key: "opaque", label: "opaque", about: "encrypted or unknown: nobody here could read it" },
  { key: "lost", label: "lost", about: "missing from the capture" },
  { key: "skipped", label: "skipped", about: "not read, by design or because of a limit" },
];
export type CoverageKey = "clear" | "decrypted" | "opaque" | "lost" | "skipped";

export const TRUST: Record<string, Words> = {
  trusted: { label: "trusted", about: "a list vouches for it" },
  unknown: { label: "unknown", about: "nobody vouched for it" },
  untrusted: { label: "untrusted", about: "a list warns of it" },
};

const ANOMALIES: Record<string, Words> = {
  dns_tunnel: { label: "data hidden in DNS questions" },
  icmp_tunnel: { label: "data hidden in pings" },
  beacon: { label: "calls home at even intervals" },
  bulk_upload: { label: "unusually large upload" },
  overlap_conflict: { label: "two contents for one place of a stream" },
};

const PLACES: Record<string, string> = {
  path: "path",
  query: "query",
  header: "header",
  cookie: "cookie",
  body: "body",
  topic: "topic",
  payload: "content",
  text: "text message",
  binary: "binary message",
  data: "data",
  name: "name asked for",
};

const PROTOCOLS: Record<string, string> = {
  http: "HTTP request",
  http2: "HTTP/2 request",
  http3: "HTTP/3 request",
  mqtt: "MQTT message",
  dns: "DNS question",
  smtp: "e-mail",
  ftp: "FTP transfer",
  coap: "CoAP request",
  websocket: "WebSocket",
  syslog: "syslog line",
  raw: "stream",
};

export const SEVERITIES: Record<number, Words> = {
  1: { label: "high", about: "severity 1: look at it now" },
  2: { label: "medium", about: "severity 2: look at it today" },
  3: { label: "low", about: "severity 3: worth knowing" },
};

const NAME_SOURCES: Record<string, string> = {
  "http.host": "said by the device (HTTP Host)",
  "tls.sni": "said by the device (TLS)",
  "quic.sni": "said by the device (QUIC)",
  dns: "from a DNS answer",
  cert: "from the server's certificate",
  dhcp: "said by the device (DHCP)",
  mdns: "said by the device (mDNS)",
  config: "given by you",
};

const plain = (name: string): string => name.replaceAll("_", " ");

export const typeLabel = (type: string): string => TYPES[type]?.label ?? plain(type);
export const typeAbout = (type: string): string => TYPES[type]?.about ?? "";
export const classLabel = (name: string): string => CLASSES[name]?.label ?? plain(name);
export const anomalyLabel = (type: string): string => ANOMALIES[type]?.label ?? plain(type);
export const reasonLabel = (reason: string): string => REASONS[reason] ?? plain(reason);
export const sourceLabel = (source: string): string => NAME_SOURCES[source] ?? source;
const CONTACTS = ["contact_list", "call_log", "message_log"];
const LOCATION = ["coordinates", "cell_tower", "wifi_scan"];
export const classOf = (type: string): string =>
  CONTACTS.includes(type) ? "contacts" : LOCATION.includes(type) ? "location" : "identifiers";
// The sensor's sentence with plain words for the type; only where it stands as data, not in a name.
export const sentenceWords = (reason: string): string =>
  reason.replace(/\bsent (\w+) \((contacts|location|identifiers)\)/g, (_, type: string) => `sent ${typeLabel(type)}`);
export const typeList = (types: string): string => types.split(/,\s*/).map(typeLabel).join(", ");
export const typeNames = (): string[] => Object.keys(TYPES);
export const anomalyNames = (): string[] => Object.keys(ANOMALIES);

// "http.request.body:$.device.imei" -> "body of the HTTP request, at $.device.imei".
export function locationWords(location: string): string {
  const colon = location.indexOf(":");
  const path = colon < 0 ? location : location.slice(0, colon);
  const inside = colon < 0 ? "" : location.slice(colon + 1);
  const parts = path.split(".");
  const protocol = PROTOCOLS[parts[0] ?? ""];
  const place = PLACES[parts[parts.length - 1] ?? ""];
  if (!protocol || !place || parts.length < 2) return location;
  return `${place} of the ${protocol}${inside ? `, at ${inside}` : ""}`;
}

// Where the deciding entry of a trust reason stands: "untrusted.packs.in-69a-2020: ushareit.com".
export function trustWords(reason: string | undefined): string {
  if (!reason) return "";
  const colon = reason.indexOf(": ");
  if (colon < 0) return reason;
  const list = reason.slice(0, colon);
  const entry = reason.slice(colon + 2);
  if (list === "default") return "no list names it";
  const pack = /^(?:untrusted|trusted)\.packs\.(.+)$/.exec(list);
  if (pack) return `pack ${pack[1]} lists ${entry}`;
  const feed = /(?:^|\.)feeds?\.(.+)$/.exec(list);
  if (feed) return `feed ${feed[1]} lists ${entry}`;
  const own = /^(trusted|untrusted)\.(\w+)$/.exec(list);
  if (own) return `your list ${own[1]}.${own[2]} names ${entry}`;
  return reason;
}
