#include "sensor/web/wireshark.h"

#include <algorithm>

#include <fmt/format.h>
#include <simdjson.h>

#include "sensor/base/encoding.h"
#include "sensor/base/ip_address.h"

namespace telltale {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

std::string_view text_at(object from, std::string_view key) {
  std::string_view text;
  return from[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

uint64_t number_at(object from, std::string_view key) {
  uint64_t number = 0;
  return from[key].get(number) == simdjson::SUCCESS ? number : 0;
}

}  // namespace

std::string wireshark_filter(std::string_view line) {
  simdjson::dom::parser parser;
  object event;
  if (parser.parse(line.data(), line.size()).get(event) != simdjson::SUCCESS) return {};
  const auto device = IpAddress::parse(text_at(event, "src_ip"));
  const auto server = IpAddress::parse(text_at(event, "dest_ip"));
  if (!device || !server) return {};
  const char* family = device->is_v4() ? "ip" : "ipv6";
  std::string filter = fmt::format("{0}.addr == {1} && {0}.addr == {2}", family,
                                   device->to_string(), server->to_string());
  const std::string proto = ascii_lower(text_at(event, "proto"));
  if (proto == "tcp" || proto == "udp" || proto == "sctp") {
    filter += fmt::format(" && {0}.port == {1} && {0}.port == {2}", proto,
                          number_at(event, "src_port"), number_at(event, "dest_port"));
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
  element event;
  if (parser.parse(line.data(), line.size()).get(event) != simdjson::SUCCESS) return frames;
  const auto add = [&frames](object finding) {
    const uint64_t frame = number_at(finding, "packet");
    if (frame > 0) frames.push_back(frame);
  };
  object finding;
  if (event.at_pointer("/finding").get(finding) == simdjson::SUCCESS) add(finding);
  simdjson::dom::array findings;
  if (event.at_pointer("/verdict/findings").get(findings) == simdjson::SUCCESS) {
    for (const element one : findings) {
      if (one.get(finding) == simdjson::SUCCESS) add(finding);
    }
  }
  std::sort(frames.begin(), frames.end());
  frames.erase(std::unique(frames.begin(), frames.end()), frames.end());
  return frames;
}

}  // namespace telltale
