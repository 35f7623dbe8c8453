// Build-time tool: config/keys/*.yaml -> key_names.inc, the names normalised by the sensor's own code.
//
//   telltale_key_compiler OUT.inc IN.yaml...
//
// It reads the part of YAML that these files use: `family:` at the start of a line, below it `strong:` and
// `weak:` with flow lists ([a, b, c], over several lines), comments after '#'. The families own_words,
// device_words and foreign_words have `words:`. Exits 1 with FILE:LINE on anything else.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <set>
#include <string>

#include "sensor/detect/key_norm.h"

namespace {

// The places of one file that decide what a name belongs to.
struct Place {
  std::string file;
  int line = 0;
  std::string family;
  std::string list;
};

bool fail(const Place& place, const std::string& what) {
  std::cerr << place.file << ":" << place.line << ": " << what << "\n";
  return false;
}

bool write_name(std::ostream& out, std::set<std::string>& seen, const Place& place, std::string name) {
  if (name.size() > 1 && (name.front() == '"' || name.front() == '\'')) {
    name = name.substr(1, name.size() - 2);
  }
  telltale::NormalKey normal;
  telltale::normalise_key(name, normal);
  if (normal.size == 0) return fail(place, "not a key name: " + name);
  const std::string text(normal.view());
  if (!seen.insert(place.family + " " + text).second) return true;
  if (place.list == "words") {
    const char* const kind = place.family == "own_words"      ? "OWN_WORD(\""
                             : place.family == "device_words" ? "DEVICE_WORD(\""
                                                              : "FOREIGN_WORD(\"";
    out << kind << text << "\")\n";
    return true;
  }
  if (place.list != "strong" && place.list != "weak") return fail(place, "no such list: " + place.list);
  out << "KEY(" << place.family << ", " << place.list << ", \"" << text << "\")\n";
  return true;
}

// Takes the names of the rest of a line; a word before a colon names the list or the family.
bool take_line(std::ostream& out, std::set<std::string>& seen, Place& place, const std::string& line) {
  std::string word;
  bool quoted = false;
  const auto finish = [&] {
    if (word.empty()) return true;
    const bool ok = !place.list.empty() && !place.family.empty()
                        ? write_name(out, seen, place, word)
                        : fail(place, "a name outside of any list: " + word);
    word.clear();
    return ok;
  };
  const bool at_margin = !line.empty() && line[0] != ' ' && line[0] != '#';
  for (const char c : line) {
    if (c == '"' || c == '\'') quoted = !quoted;
    if (!quoted && c == '#') break;
    if (!quoted && c == ':') {
      (at_margin ? place.family : place.list) = word;
      if (at_margin) place.list.clear();
      word.clear();
    } else if (!quoted && (c == '[' || c == ']' || c == ',' || c == ' ' || c == '\r')) {
      if (!finish()) return false;
    } else {
      word += c;
    }
  }
  return finish();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: telltale_key_compiler OUT.inc IN.yaml...\n";
    return 2;
  }
  std::ofstream out(argv[1]);
  out << "// Made from config/keys by telltale_key_compiler.\n";
  std::set<std::string> seen;
  for (int i = 2; i < argc; ++i) {
    Place place{argv[i], 0, "", ""};
    std::ifstream in(argv[i]);
    if (!in) return fail(place, "cannot be read") ? 0 : 1;
    std::string line;
    while (std::getline(in, line)) {
      ++place.line;
      if (!take_line(out, seen, place, line)) return 1;
    }
  }
  out.close();
  return out ? 0 : 1;
}
