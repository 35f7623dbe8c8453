#include "sensor/output/event_text.h"

#include "sensor/base/json_members.h"

namespace telltale {
namespace {

using simdjson::dom::element;

std::string_view first_of(std::string_view one, std::string_view other) {
  return one.empty() ? other : one;
}

// "coordinates, imei" of an alert's findings.
std::string types_of(const element& root) {
  simdjson::dom::array findings;
  if (root.at_pointer("/verdict/findings").get(findings) != simdjson::SUCCESS) {
    return std::string(first_of(text_at(root, "/finding/type"), text_at(root, "/anomaly/type")));
  }
  std::string types;
  for (const element finding : findings) {
    const std::string_view type = text_at(finding, "/type");
    if (type.empty()) continue;
    if (!types.empty()) types += ", ";
    types += type;
  }
  return types;
}

}  // namespace

EventText text_of(std::string_view line) {
  simdjson::dom::parser parser;
  element root;
  EventText text;
  if (parser.parse(line.data(), line.size()).get(root) != simdjson::SUCCESS) return text;
  text.type = text_at(root, "/event_type");
  text.id = text_at(root, "/event_id");
  text.timestamp = text_at(root, "/timestamp");
  text.severity = static_cast<int>(number_at(root, "/alert/severity"));
  text.signature_id = static_cast<int>(number_at(root, "/alert/signature_id"));
  text.src_ip = text_at(root, "/src_ip");
  text.dest_ip = text_at(root, "/dest_ip");
  text.src_port = static_cast<int>(number_at(root, "/src_port"));
  text.dest_port = static_cast<int>(number_at(root, "/dest_port"));
  text.proto = text_at(root, "/proto");
  text.device_id = text_at(root, "/device/id");
  text.device = first_of(text_at(root, "/device/name"), text_at(root, "/device/id"));
  text.host = first_of(text_at(root, "/destination/hostname"), text.dest_ip);
  text.title = first_of(text_at(root, "/alert/signature"), text.type);
  text.country = text_at(root, "/destination/country");
  text.body = std::string(first_of(text.device, "a device")) + ": ";
  text.body += first_of(types_of(root), text.type);
  if (!text.host.empty()) text.body += " to " + text.host;
  if (!text.country.empty()) text.body += " (" + text.country + ")";
  return text;
}

}  // namespace telltale
