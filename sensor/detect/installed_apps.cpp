// installed_apps: which apps are on the device.
//
// Rule: at least five different package names (com.example.app) of at least three makers in one list: an
// array, the rows of a table, one delimited value. Names under one maker are classes, permissions or metrics.
// A list of programs by name counts where its key says "installed" and device data stands around it.
// Sources: Java Language Specification section 6.1 (package names); Android PackageManager.
//
//   under a telling key           0.95
//   elsewhere                     0.8
//   programs by name and version  0.7
//
// Blind spots: lists of app names without packages under other keys; hashed package names.
#include <algorithm>

#include "sensor/base/char_set.h"
#include "sensor/base/hash.h"
#include "sensor/detect/context.h"
#include "sensor/detect/rows.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr size_t kApps = 5;
constexpr size_t kMakers = 3;
constexpr size_t kPrograms = 5;

// "com.example" of "com.example.app.reader".
std::string_view maker_of(std::string_view package) {
  const size_t dot = package.find('.', package.find('.') + 1);
  return package.substr(0, dot);
}

constexpr CharSet kDelimiters(",;| \r\n\t");
constexpr CharSet kAfterName(":=@");

struct Apps {
  std::vector<uint64_t> packages;
  std::vector<uint64_t> makers;
  void add(std::string_view package) {
    if (package.starts_with("android.permission") || package.starts_with("android.intent")) return;
    packages.push_back(hash64(package));
    makers.push_back(hash64(maker_of(package)));
  }
  static size_t distinct(std::vector<uint64_t>& values) {
    std::sort(values.begin(), values.end());
    return static_cast<size_t>(std::unique(values.begin(), values.end()) - values.begin());
  }
  // How many packages; 0 when they are too few, or all of a kind.
  size_t count() {
    const size_t different = distinct(packages);
    return different >= kApps && distinct(makers) >= kMakers ? different : 0;
  }
};

bool says_apps(const Content& content, const Group& group) {
  return content.above(group).has(KeyFamily::app_container);
}

class InstalledAppsDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    detect_rows(content, sink);
    detect_delimited(content, sink);
    detect_programs(content, sink);
    if (content.has(KeyFamily::app_container)) detect_map(content, sink);
  }

 private:
  static void detect_rows(const Content& content, SightingSink& sink) {
    std::vector<Row> rows;
    if (content.dotted_names().size() < kApps) return;
    for (const uint32_t index : content.dotted_names()) {
      const Item& item = content.items()[index];
      if (!is_package_name(item.value)) continue;
      const Group& group = content.group_of(item);
      // Elements of an array are rows of it; members of a row belong to the row's list.
      const bool is_element = item.key.empty() || is_all_digits(item.key);
      if (!is_element && !item.meaning.has(KeyFamily::package_name) && rows_beside(content, group) < kApps) {
        continue;
      }
      rows.push_back({is_element && rows_beside(content, group) < kApps ? group.container : group.list,
                      index, hash64(item.value), index, kNoIndex});
    }
    if (rows.size() < kApps) return;
    for (const RowList& list : distinct_rows(std::move(rows))) {
      Apps apps;
      for (const Row& row : list.rows) apps.add(content.items()[row.item].value);
      const size_t count = apps.count();
      if (count == 0) continue;
      const Item& first = content.items()[list.rows.front().item];
      const bool telling = says_apps(content, content.group_of(first)) ||
                           first.meaning.has(KeyFamily::package_name);
      // What a project depends on is named like packages, too.
      const bool is_project = content.above(list.list).has(KeyFamily::business_context) ||
                              content.group_of(first).families.has(KeyFamily::business_context);
      if (!telling && is_project) continue;
      tell_apps(first, list.list, count, telling ? 0.95 : 0.8, sink);
    }
  }

  // "com.a.b,com.c.d;com.e.f" in one value, which may be longer than an item.
  static void detect_delimited(const Content& content, SightingSink& sink) {
    for (const FieldId id : content.texts()) {
      const std::string_view text = content[id].value;
      if (text.size() < 40 || (content.signs(id) & sign::kDot) == 0) continue;
      Apps apps;
      std::string_view first;
      size_t others = 0;
      for (size_t at = 0; at < text.size() && others < 4 * kApps;) {
        const size_t end = std::min(kDelimiters.find_in(text, at), text.size());
        std::string_view part = text.substr(at, end - at);
        at = end + 1;
        // What `pm list packages [-f]` and lists with versions print around the name.
        if (part.starts_with("package:")) part.remove_prefix(std::max<size_t>(8, part.rfind('=') + 1));
        part = part.substr(0, kAfterName.find_in(part));
        if (part.size() < 5) continue;
        if (is_package_name(part)) {
          apps.add(part);
          if (first.empty()) first = part;
        } else {
          ++others;
        }
      }
      if (apps.packages.size() < kApps || others * 2 > apps.packages.size()) continue;
      const size_t count = apps.count();
      if (count == 0) continue;
      Sighting sighting;
      sighting.type = DataType::installed_apps;
      sighting.confidence = content.above(id).has(KeyFamily::app_container) ? 0.95 : 0.75;
      sighting.field = id;
      sighting.count = static_cast<uint32_t>(count);
      sighting.value = std::string(first);
      tell(sink, std::move(sighting));
    }
  }

  // {"installed": {"com.whatsapp": "2.24", ...}}
  static void detect_map(const Content& content, SightingSink& sink) {
    for (const Group& group : content.groups()) {
      if (group.in_text || group.size < kApps || !says_apps(content, group)) continue;
      Apps apps;
      for_each_item(content, group, [&](const Item& item) {
        if (is_package_name(item.key)) apps.add(item.key);
      });
      const size_t count = apps.packages.size() * 2 < group.size ? 0 : apps.count();
      if (count > 0) tell_apps(content.items()[group.first], group.container, count, 0.9, sink);
    }
  }

  // {"installed_software": [{"name": "Firefox", "version": "128.0"}, ...]} of an inventory agent.
  static void detect_programs(const Content& content, SightingSink& sink) {
    if (!content.has(KeyFamily::app_container)) return;
    FieldId told = kNoField;
    for (const Group& group : content.groups()) {
      if (group.in_text || group.list == told || !says_apps(content, group)) continue;
      if (rows_beside(content, group) < kPrograms || group.size < 2) continue;
      const Item* name = content.find(group, KeyFamily::person_name);
      if (name == nullptr) name = content.find(group, KeyFamily::app_detail);
      const bool has_version = group.families.has_any({KeyFamily::app_detail, KeyFamily::device_context});
      if (name == nullptr || !has_version || is_package_name(name->value)) continue;
      const FieldId holder = content[group.list].parent;
      const Group* around = holder == kNoField ? nullptr : content.group_in(holder);
      if (around == nullptr || device_evidence(content, *around) == 0) {
        if (around == nullptr || !around->families.has(KeyFamily::hostname)) continue;
      }
      told = group.list;
      tell_apps(*name, group.list, content.rows_in(group.list), 0.7, sink);
    }
  }

  static void tell_apps(const Item& first, FieldId list, size_t count, double confidence,
                        SightingSink& sink) {
    Sighting sighting =
        sighting_of(DataType::installed_apps, confidence, first, std::string(first.value));
    sighting.evidence.push_back(sighting.field);
    sighting.field = list;
    sighting.count = static_cast<uint32_t>(count);
    tell(sink, std::move(sighting));
  }
};

}  // namespace

std::unique_ptr<const Detector> make_installed_apps_detector() {
  return std::make_unique<InstalledAppsDetector>();
}

}  // namespace telltale
