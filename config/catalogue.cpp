#include "config/catalogue.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/section.h"
#include "config/shipped.h"
#include "config/values.h"
#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr std::string_view kFolder = "catalogue/";

struct NamedSource {
  std::string key;
  CatalogSource source;
};
using Sources = std::vector<NamedSource>;

std::string kind(const YamlNode& node) {
  static const auto kKind = values::one_of<std::string>({{"app", "app"},
                                                         {"sdk", "sdk"},
                                                         {"device", "device"},
                                                         {"network", "network"},
                                                         {"stalkerware", "stalkerware"},
                                                         {"watchware", "watchware"}});
  return kKind(node);
}

const std::vector<std::pair<YamlNode, YamlNode>>& members(const YamlNode& node,
                                                          std::string_view what) {
  if (node.kind != YamlNode::Kind::map) {
    node.fail(fmt::format("{} must be a section of keys, not {}", what, node.described()));
  }
  return node.members;
}

Sources read_sources(const YamlNode& node) {
  Sources sources;
  for (const auto& [key, value] : members(node, "sources")) {
    Section section(value, "a source");
    CatalogSource source;
    section.read("name", source.name, values::non_empty_text);
    section.read("licence", source.licence, values::non_empty_text);
    section.done();
    if (source.name.empty()) section.missing("name", "vendor's documentation");
    if (source.licence.empty()) section.missing("licence", "CC0");
    sources.push_back({key.text, std::move(source)});
  }
  return sources;
}

const CatalogSource& source_named(const YamlNode& key, const Sources& sources) {
  std::vector<std::string_view> names;
  for (const NamedSource& there : sources) {
    if (there.key == key.text) return there.source;
    names.push_back(there.key);
  }
  const std::string_view meant = nearest(key.text, names);
  if (!meant.empty()) {
    key.fail(fmt::format("no source is named {}; did you mean '{}'?", in_quotes(key.text), meant));
  }
  key.fail(fmt::format("no source is named {}; name it under sources", in_quotes(key.text)));
}

template <typename T, typename Parse>
void read_items(const YamlNode& list, std::vector<T>& out, Parse parse) {
  if (list.kind != YamlNode::Kind::list) {
    list.fail(fmt::format("expected a list, not {}", list.described()));
  }
  for (const YamlNode& item : list.items) out.push_back(parse(item));
}

void read_domains(const YamlNode& node, const Sources& sources, CatalogEntry& entry) {
  for (const auto& [key, list] : members(node, "domains")) {
    CatalogSource source = source_named(key, sources);
    const size_t before = entry.domains.size();
    read_items(list, entry.domains, values::domain);
    source.domains = entry.domains.size() - before;
    entry.sources.push_back(std::move(source));
  }
}

// Facts under the keys of their sources; the sources.
template <typename T, typename Parse>
std::string read_facts(const std::vector<std::pair<YamlNode, YamlNode>>& by_source,
                       const Sources& sources, std::vector<T>& out, Parse parse) {
  std::string told;
  for (const auto& [key, list] : by_source) {
    const CatalogSource& source = source_named(key, sources);
    read_items(list, out, parse);
    if (!told.empty()) told += "; ";
    told += fmt::format("{} ({})", source.name, source.licence);
  }
  return told;
}

CatalogEntry read_entry(const YamlNode& node, const Sources& sources, const std::string& of_kind) {
  Section section(node, "an entry");
  CatalogEntry entry;
  entry.kind = of_kind;
  section.read("name", entry.app, values::non_empty_text);
  section.read("kind", entry.kind, kind);
  section.read("vendor", entry.operator_name, values::non_empty_text);
  section.read("country", entry.operator_country, values::country);
  section.read("note", entry.note, values::text);
  if (const YamlNode* collects = section.find("collects")) {
    entry.collects_source =
        read_facts(members(*collects, "collects"), sources, entry.collects, values::data_type);
  }
  if (const YamlNode* asns = section.find("asns")) {
    entry.asns_source = read_facts(members(*asns, "asns"), sources, entry.asns, values::asn);
  }
  if (const YamlNode* domains = section.find("domains")) read_domains(*domains, sources, entry);
  section.done();
  if (entry.app.empty()) section.missing("name", "Example");
  return entry;
}

std::vector<CatalogEntry> read_shipped() {
  std::vector<CatalogEntry> all;
  for (const EmbeddedFile& file : shipped_policies()) {
    if (!file.name.starts_with(kFolder)) continue;
    const YamlDocument document(file.text, fmt::format("shipped {}", file.name));
    std::vector<CatalogEntry> entries = read_catalogue(document.root());
    all.insert(all.end(), std::make_move_iterator(entries.begin()),
               std::make_move_iterator(entries.end()));
  }
  return all;
}

template <typename Wanted>
std::vector<CatalogEntry> shipped_where(Wanted wanted) {
  std::vector<CatalogEntry> found;
  std::copy_if(shipped_catalogue().begin(), shipped_catalogue().end(), std::back_inserter(found),
               wanted);
  return found;
}

}  // namespace

std::vector<CatalogEntry> read_catalogue(const YamlNode& root) {
  Section section(root, "a catalogue");
  std::string about;
  std::string of_kind = "app";
  Sources sources;
  std::vector<CatalogEntry> entries;
  for (const char* key : {"title", "date", "note"}) section.read(key, about, values::text);
  section.read("kind", of_kind, kind);
  if (const YamlNode* node = section.find("sources")) sources = read_sources(*node);
  section.read_list("entries", entries,
                    [&](const YamlNode& node) { return read_entry(node, sources, of_kind); });
  section.done();
  return entries;
}

const std::vector<CatalogEntry>& shipped_catalogue() {
  static const std::vector<CatalogEntry> kShipped = read_shipped();
  return kShipped;
}

std::vector<CatalogEntry> catalogue_named(std::string_view name) {
  return shipped_where([&](const CatalogEntry& entry) { return iequals(entry.app, name); });
}

std::vector<CatalogEntry> catalogue_of_kind(std::string_view kind) {
  return shipped_where([&](const CatalogEntry& entry) { return entry.kind == kind; });
}

}  // namespace telltale
