#include "geoip/text_formats.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "geoip/countries.h"
#include "sensor/base/encoding.h"

namespace telltale {
namespace {

using Uint128 = unsigned __int128;

IpAddress v6_of(Uint128 value) {
  uint8_t bytes[16];
  for (int i = 15; i >= 0; --i, value >>= 8) bytes[i] = static_cast<uint8_t>(value);
  return IpAddress::v6(bytes);
}

Uint128 number_of(const IpAddress& address) {
  Uint128 value = 0;
  for (const uint8_t byte : address.bytes()) value = value << 8 | byte;
  return value;
}

std::optional<Uint128> decimal(std::string_view text) {
  if (text.empty() || text.size() > 39) return std::nullopt;
  Uint128 value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    const Uint128 next = value * 10 + static_cast<Uint128>(c - '0');
    if (next / 10 != value) return std::nullopt;
    value = next;
  }
  return value;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// Addresses as text or as decimal numbers; a number beyond 32 bits makes both IPv6.
bool read_range(std::string_view first, std::string_view last, GeoLine& line) {
  const auto low = decimal(first);
  const auto high = decimal(last);
  if (low && high) {
    if (*low > *high) return false;
    constexpr Uint128 kV4 = std::numeric_limits<uint32_t>::max();
    const auto address = [&](Uint128 value) {
      return *high <= kV4 ? IpAddress::v4(static_cast<uint32_t>(value)) : v6_of(value);
    };
    line.first = address(*low);
    line.last = address(*high);
    return line.first.is_v4() == line.last.is_v4();
  }
  const auto from = IpAddress::parse(first);
  const auto to = IpAddress::parse(last);
  if (!from || !to || from->is_v4() != to->is_v4() || *to < *from) return false;
  line.first = *from;
  line.last = *to;
  return true;
}

bool read_prefix(const IpAddress& network, std::string_view bits_text, GeoLine& line) {
  int bits = 0;
  const auto [end, error] =
      std::from_chars(bits_text.data(), bits_text.data() + bits_text.size(), bits);
  const int widest = network.is_v4() ? 32 : 128;
  if (error != std::errc{} || end != bits_text.data() + bits_text.size() || bits < 0 ||
      bits > widest) {
    return false;
  }
  const Uint128 hosts = widest - bits == 128 ? ~Uint128{0} : (Uint128{1} << (widest - bits)) - 1;
  const Uint128 first = number_of(network) & ~hosts;
  line.first = v6_of(first);
  line.last = v6_of(first | hosts);
  return line.first.is_v4() == line.last.is_v4();
}

// Two letters, or what sources write for "unknown".
bool is_country_field(std::string_view text) {
  return text.empty() || text == "-" || text == "??" || text == "None" ||
         (text.size() == 2 && is_alpha(text[0]) && (is_alpha(text[1]) || is_digit(text[1])));
}

LineKind told(const GeoLine& line) {
  const GeoRecord& record = line.record;
  return record.country.empty() && record.asn == 0 ? LineKind::nothing : LineKind::range;
}

// registry|cc|type|start|value|date|status[|opaque-id]: the statistics format of the RIRs,
// https://www.apnic.net/about-apnic/corporate-documents/documents/resource-guidelines/rir-statistics-exchange-format/
LineKind read_delegated(const Fields& fields, GeoLine& line) {
  if (fields.size() < 6) return LineKind::bad;
  // The version line, sums, AS numbers.
  if (is_digit(fields[0].empty() ? '\0' : fields[0][0]) || fields.back() == "summary") {
    return LineKind::nothing;
  }
  if (fields[2] == "asn") return LineKind::nothing;
  const auto start = IpAddress::parse(fields[3]);
  if (fields.size() < 7 || !start) return LineKind::bad;
  if (fields[2] == "ipv6") {
    if (start->is_v4() || !read_prefix(*start, fields[4], line)) return LineKind::bad;
  } else if (fields[2] == "ipv4" && start->is_v4()) {
    const auto count = decimal(fields[4]);
    const Uint128 room = (Uint128{1} << 32) - start->v4_host_order();
    if (!count || *count == 0 || *count > room) return LineKind::bad;
    line.first = *start;
    line.last = IpAddress::v4(start->v4_host_order() + static_cast<uint32_t>(*count - 1));
  } else {
    return LineKind::bad;
  }
  if (fields[6] != "allocated" && fields[6] != "assigned") return LineKind::nothing;
  line.record.country = country_code(fields[1]);
  return told(line);
}

// network, length, AS: RouteViews prefix-to-AS as CAIDA publishes it. Of several origins (1_2, 1,2)
// the first.
LineKind read_pfx2as(const Fields& fields, GeoLine& line) {
  if (fields.size() != 3) return LineKind::bad;
  const auto network = IpAddress::parse(fields[0]);
  if (!network || !is_number(fields[1]) || !read_prefix(*network, fields[1], line)) {
    return LineKind::bad;
  }
  line.record.asn = parse_asn(fields[2].substr(0, fields[2].find_first_of("_,")));
  return line.record.asn == 0 ? LineKind::bad : LineKind::range;
}

// first, last, AS, country, name: iptoasn.com.
LineKind read_iptoasn(const Fields& fields, GeoLine& line) {
  if (fields.size() != 5 || !is_number(fields[2]) || !is_country_field(fields[3])) {
    return LineKind::bad;
  }
  if (!read_range(fields[0], fields[1], line)) return LineKind::bad;
  line.record.asn = parse_asn(fields[2]);
  if (line.record.asn == 0) return LineKind::nothing;
  line.record.country = country_code(fields[3]);
  line.record.as_org = to_valid_utf8(fields[4]);
  return LineKind::range;
}

// "first","last","network","AS","name": IP2Location LITE ASN.
LineKind read_ip2location_asn(const Fields& fields, GeoLine& line) {
  if (fields.size() < 5 || fields[2].find('/') == std::string_view::npos) return LineKind::bad;
  if (!read_range(fields[0], fields[1], line)) return LineKind::bad;
  if (fields[3] != "-" && !is_number(fields[3])) return LineKind::bad;
  line.record.asn = parse_asn(fields[3]);
  if (fields[4] != "-") line.record.as_org = to_valid_utf8(fields[4]);
  return told(line);
}

// first, last, continent, country, region, city, latitude, longitude: DB-IP city.
LineKind read_city(const Fields& fields, GeoLine& line) {
  constexpr std::string_view kContinents[] = {"AF", "AN", "AS", "EU", "NA", "OC", "SA", "ZZ"};
  if (fields.size() < 6 || !is_country_field(fields[3]) ||
      std::find(std::begin(kContinents), std::end(kContinents), fields[2]) ==
          std::end(kContinents) ||
      !read_range(fields[0], fields[1], line)) {
    return LineKind::bad;
  }
  line.record.country = country_code(fields[3]);
  return told(line);
}

// first, last, AS, name: DB-IP ASN and its like.
LineKind read_asn(const Fields& fields, GeoLine& line) {
  if (fields.size() != 4 || !is_number(fields[2]) || !read_range(fields[0], fields[1], line)) {
    return LineKind::bad;
  }
  line.record.asn = parse_asn(fields[2]);
  line.record.as_org = to_valid_utf8(fields[3]);
  return told(line);
}

// first, last, country and perhaps more: DB-IP country, Tor's geoip, iptoasn's ip2country.
LineKind read_country(const Fields& fields, GeoLine& line) {
  if (fields.size() < 3 || !is_country_field(fields[2]) ||
      !read_range(fields[0], fields[1], line)) {
    return LineKind::bad;
  }
  line.record.country = country_code(fields[2]);
  return told(line);
}

// "first","last","country","name" and perhaps region and city: IP2Location LITE DB1 and larger.
LineKind read_ip2location(const Fields& fields, GeoLine& line) {
  if (fields.size() < 4 || is_country_field(fields[3]) == (fields[2] != "-") ||
      !is_number(fields[0])) {
    return LineKind::bad;
  }
  return read_country(fields, line);
}

constexpr std::string_view kUnstated = "not stated in the file";
constexpr std::string_view kIp2LocationLicence =
    "CC BY-SA 4.0 (IP2Location LITE, https://lite.ip2location.com)";

constexpr GeoTextFormat kFormats[] = {
    {"RIR delegated statistics", '|', "the RIRs", "free use with attribution", read_delegated},
    {"prefix to AS (RouteViews)", '\t', "CAIDA", "CAIDA Acceptable Use Agreement", read_pfx2as},
    {"iptoasn (TSV)", '\t', "iptoasn.com", "PDDL 1.0", read_iptoasn},
    {"IP2Location LITE ASN (CSV)", ',', "IP2Location", kIp2LocationLicence, read_ip2location_asn},
    {"city (CSV)", ',', "", kUnstated, read_city},
    {"IP2Location LITE (CSV)", ',', "IP2Location", kIp2LocationLicence, read_ip2location},
    {"ASN (CSV)", ',', "", kUnstated, read_asn},
    {"country (CSV)", ',', "", kUnstated, read_country},
    {"country (TSV)", '\t', "", kUnstated, read_country},
};

}  // namespace

std::span<const GeoTextFormat> geo_text_formats() { return kFormats; }

void split_fields(std::string_view line, char separator, Fields& fields, std::string& storage) {
  fields.clear();
  storage.clear();
  storage.reserve(line.size());  // so that what points into it stays where it is
  size_t at = 0;
  while (true) {
    if (at < line.size() && line[at] == '"' && separator == ',') {
      const size_t start = storage.size();
      for (++at; at < line.size(); ++at) {
        if (line[at] == '"' && (at + 1 >= line.size() || line[at + 1] != '"')) break;
        if (line[at] == '"') ++at;
        storage += line[at];
      }
      fields.push_back(std::string_view(storage).substr(start));
      at = line.find(separator, std::min(at, line.size()));
    } else {
      const size_t end = line.find(separator, at);
      fields.push_back(trim(line.substr(at, end == std::string_view::npos ? end : end - at)));
      at = end;
    }
    if (at == std::string_view::npos) return;
    ++at;
  }
}

}  // namespace telltale
