// Feeds as JSON: MISP warning lists and events, TinyCheck's indicators, STIX 2.1 bundles. The only
// user of simdjson in the policy stage.
#include <string>

#include <fmt/format.h>
#include <simdjson.h>

#include "sensor/base/encoding.h"
#include "sensor/policy/feed_format.h"
#include "sensor/policy/stix_pattern.h"

namespace telltale {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr size_t kEveryLine = static_cast<size_t>(-1);

bool is_json(std::string_view sample) {
  sample = trim(sample);
  if (sample.size() < 2 || (sample.front() != '{' && sample.front() != '[')) return false;
  const std::string_view next = trim(sample.substr(1));
  return next.starts_with('"') || next.starts_with('{') || next.starts_with('}');
}

bool mentions(std::string_view sample, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (sample.find(word) != std::string_view::npos) return true;
  }
  return false;
}

size_t fits_stix(std::string_view sample) {
  const bool fits =
      is_json(sample) && mentions(sample, {"\"bundle\"", "indicator--", "\"spec_version\""});
  return fits ? kEveryLine : 0;
}

size_t fits_misp(std::string_view sample) { return is_json(sample) ? kEveryLine : 0; }

std::string_view text_at(object from, std::string_view key) {
  std::string_view text;
  if (from[key].get(text) != simdjson::SUCCESS) return {};
  return text;
}

bool flag_at(object from, std::string_view key, bool otherwise) {
  bool flag = otherwise;
  if (from[key].get(flag) != simdjson::SUCCESS) return otherwise;
  return flag;
}

// A whole document; simdjson's text and tape live as long as this.
class Document {
 public:
  explicit Document(FeedLines& input) : padded_(input.whole()) {
    const auto status = parser_.parse(padded_).get(root_);
    if (status == simdjson::SUCCESS) return;
    throw FeedError(
        fmt::format("{}:1:1: not valid JSON ({})", input.name(), simdjson::error_message(status)));
  }
  element root() const { return root_; }

 private:
  simdjson::padded_string padded_;
  simdjson::dom::parser parser_;
  element root_;
};

// MISP. A warning list has {"type": "hostname"|"cidr"|"string"|..., "list": [...]}.

void read_warning_list(object list, FeedBuilder& feed) {
  const std::string_view type = text_at(list, "type");
  const bool exact = type.empty() || type == "hostname" || type == "string" || type == "cidr";
  array values;
  if (list["list"].get(values) != simdjson::SUCCESS) return;
  for (const element value : values) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) {
      feed.skip(FeedSkip::garbage, 0, "a value that is no text");
    } else if (!exact) {
      feed.skip(FeedSkip::partial, 0, text);
    } else {
      feed.add(text, 0);
    }
  }
}

bool is_destination_type(std::string_view type) {
  for (const std::string_view known :
       {"domain", "hostname", "ip-dst", "ip-src", "ip-dst|port", "hostname|port", "domain|ip",
        "url", "uri", "ip4addr", "ip6addr", "cidr", "freedns"}) {
    if (type == known) return true;
  }
  return false;
}

// An attribute of MISP, or an indicator of TinyCheck: {"type": "domain", "value": "x", ...}.
// Composed ones are joined by '|': their first part is the destination.
void read_attribute(element from, std::string_view label, FeedBuilder& feed) {
  object attribute;
  if (from.get(attribute) != simdjson::SUCCESS) return feed.skip(FeedSkip::garbage, 0, "no object");
  const std::string_view value = text_at(attribute, "value");
  if (!is_destination_type(text_at(attribute, "type")))
    return feed.skip(FeedSkip::other_kind, 0, value);
  if (flag_at(attribute, "deleted", false)) return feed.skip(FeedSkip::withdrawn, 0, value);
  const std::string_view tag = text_at(attribute, "tag");
  feed.add(value.substr(0, value.find('|')), 0, tag.empty() ? label : tag);
}

void read_attributes(object from, std::string_view key, std::string_view label, FeedBuilder& feed) {
  array attributes;
  if (from[key].get(attributes) != simdjson::SUCCESS) return;
  for (const element attribute : attributes) read_attribute(attribute, label, feed);
}

void read_event(object event, FeedBuilder& feed) {
  const std::string_view info = text_at(event, "info");
  read_attributes(event, "Attribute", info, feed);
  array objects;
  if (event["Object"].get(objects) != simdjson::SUCCESS) return;
  for (const element item : objects) {
    object part;
    if (item.get(part) == simdjson::SUCCESS) read_attributes(part, "Attribute", info, feed);
  }
}

void read_misp_object(object root, FeedBuilder& feed, int depth = 0) {
  read_warning_list(root, feed);
  read_attributes(root, "iocs", {}, feed);
  read_event(root, feed);
  object inner;
  if (depth < 2 && root["Event"].get(inner) == simdjson::SUCCESS) read_event(inner, feed);
  if (depth < 2 && root["response"].get(inner) == simdjson::SUCCESS) {
    read_misp_object(inner, feed, depth + 1);
  }
  array several;
  if (root["response"].get(several) != simdjson::SUCCESS) return;
  for (const element item : several) {
    if (depth < 2 && item.get(inner) == simdjson::SUCCESS) read_misp_object(inner, feed, depth + 1);
  }
}

void read_misp(FeedLines& input, FeedBuilder& feed) {
  const Document document(input);
  object root;
  if (document.root().get(root) == simdjson::SUCCESS) return read_misp_object(root, feed);
  array all;
  if (document.root().get(all) != simdjson::SUCCESS) return;
  for (const element item : all) {
    std::string_view text;
    if (item.get(text) == simdjson::SUCCESS) {
      feed.add(text, 0);
    } else if (item.get(root) == simdjson::SUCCESS) {
      read_misp_object(root, feed);
    }
  }
}

// STIX 2.1: objects of type indicator, with a pattern.

void read_indicator(object indicator, FeedBuilder& feed) {
  if (text_at(indicator, "type") != "indicator") return;
  const std::string_view pattern = text_at(indicator, "pattern");
  const std::string_view language = text_at(indicator, "pattern_type");
  if (flag_at(indicator, "revoked", false)) return feed.skip(FeedSkip::withdrawn, 0, pattern);
  if (!language.empty() && language != "stix") return feed.skip(FeedSkip::other_kind, 0, pattern);
  const StixValues found = stix_destinations(pattern);
  if (!found.sound) return feed.skip(FeedSkip::garbage, 0, pattern);
  if (found.values.empty()) {
    return feed.skip(found.partial ? FeedSkip::partial : FeedSkip::other_kind, 0, pattern);
  }
  for (const std::string& value : found.values) feed.add(value, 0, text_at(indicator, "name"));
}

void read_stix(FeedLines& input, FeedBuilder& feed) {
  const Document document(input);
  array objects;
  object root;
  if (document.root().get(root) == simdjson::SUCCESS) {
    if (root["objects"].get(objects) != simdjson::SUCCESS) return read_indicator(root, feed);
  } else if (document.root().get(objects) != simdjson::SUCCESS) {
    return;
  }
  for (const element item : objects) {
    object part;
    if (item.get(part) == simdjson::SUCCESS) read_indicator(part, feed);
  }
}

}  // namespace

const FeedFormat k_misp_format = {"misp", fits_misp, read_misp};
const FeedFormat k_stix_format = {"stix", fits_stix, read_stix};

}  // namespace telltale
