#include "sensor/web/wireshark.h"

#include <algorithm>

#include <fmt/format.h>

#include "sensor/base/encoding.h"
#include "sensor/base/ip_address.h"
#include "sensor/base/json_members.h"

namespace telltale {
std::string wireshark_filter(std::string_view line) {
  simdjson::dom::parser parser;
  simdjson::dom::element event;
  if (parser.parse(line.data(), line.size()).get(event) != simdjson::SUCCESS) return {};
  const auto device = IpAddress::parse(text_at(event, "/src_ip"));
  const auto server = IpAddress::parse(text_at(event, "/dest_ip"));
  if (!device || !server) return {};
  const char* family = device->is_v4() ? "ip" : "ipv6";
  std::string filter = fmt::format("{0}.addr == {1} && {0}.addr == {2}", family,
                                   device->to_string(), server->to_string());
  const std::string proto = ascii_lower(text_at(event, "/proto"));
  if (proto == "tcp" || proto == "udp" || proto == "sctp") {
    filter += fmt::format(" && {0}.port == {1} && {0}.port == {2}", proto,
                          number_at(event, "/src_port"), number_at(event, "/dest_port"));
  } else if (proto == "icmp") {
    filter += " && icmp";
  } else if (proto == "ipv6-icmp") {
    filter += " && icmpv6";
  }
  return filter;
}

std::vector<uint64_t> frames_of(std::string_view line) {
  std::vector<uint64_t> frames;
  simdjson::dom::parser parser;
  simdjson::dom::element event;
  if (parser.parse(line.data(), line.size()).get(event) != simdjson::SUCCESS) return frames;
  const auto add = [&frames](simdjson::dom::element finding) {
    const uint64_t frame = number_at(finding, "/packet");
    if (frame > 0) frames.push_back(frame);
  };
  simdjson::dom::element finding;
  if (event.at_pointer("/finding").get(finding) == simdjson::SUCCESS) add(finding);
  simdjson::dom::array findings;
  if (event.at_pointer("/verdict/findings").get(findings) == simdjson::SUCCESS) {
    for (const simdjson::dom::element one : findings) add(one);
  }
  std::sort(frames.begin(), frames.end());
  frames.erase(std::unique(frames.begin(), frames.end()), frames.end());
  return frames;
}

}  // namespace telltale
