#include "sensor/output/event_text.h"

#include <simdjson.h>

namespace telltale {
namespace {

using simdjson::dom::element;

std::string text_at(const element& root, const char* pointer) {
  std::string_view value;
  return root.at_pointer(pointer).get(value) == simdjson::SUCCESS ? std::string(value)
                                                                  : std::string();
}

int number_at(const element& root, const char* pointer) {
  int64_t value = 0;
  return root.at_pointer(pointer).get(value) == simdjson::SUCCESS ? static_cast<int>(value) : 0;
}

std::string first_of(std::string one, std::string other) { return one.empty() ? other : one; }

// "coordinates, imei" of an alert's findings.
std::string types_of(const element& root) {
  simdjson::dom::array findings;
  if (root.at_pointer("/verdict/findings").get(findings) != simdjson::SUCCESS) {
    return first_of(text_at(root, "/finding/type"), text_at(root, "/anomaly/type"));
  }
  std::string types;
  for (const element finding : findings) {
    const std::string type = text_at(finding, "/type");
    if (!type.empty()) types += (types.empty() ? "" : ", ") + type;
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
  text.severity = number_at(root, "/alert/severity");
  text.signature_id = number_at(root, "/alert/signature_id");
  text.src_ip = text_at(root, "/src_ip");
  text.dest_ip = text_at(root, "/dest_ip");
  text.src_port = number_at(root, "/src_port");
  text.dest_port = number_at(root, "/dest_port");
  text.proto = text_at(root, "/proto");
  text.device_id = text_at(root, "/device/id");
  text.device = first_of(text_at(root, "/device/name"), text_at(root, "/device/id"));
  text.host = first_of(text_at(root, "/destination/hostname"), text.dest_ip);
  text.title = first_of(text_at(root, "/alert/signature"), text.type);
  text.country = text_at(root, "/destination/country");
  text.body = first_of(text.device, "a device") + ": " + first_of(types_of(root), text.type);
  if (!text.host.empty()) text.body += " to " + text.host;
  if (!text.country.empty()) text.body += " (" + text.country + ")";
  return text;
}

}  // namespace telltale
