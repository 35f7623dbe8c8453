// Build-time tool: config/names/*.yaml -> name_lists.inc, a LIST(name, items...) for each list, sorted.
//
//   telltale_name_compiler OUT.inc IN.yaml...
//
// A list may stand in several files: its names are those of all. It reads the part of YAML that these files use: `name: [item, "item", ...]` at the start of a line, over as many
// lines as it takes, comments after '#'. Exits 1 with FILE:LINE on anything else.
#include <cctype>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>

namespace {

using Lists = std::map<std::string, std::set<std::string>>;

class ListReader {
 public:
  ListReader(std::string file, Lists& lists) : file_(std::move(file)), lists_(lists) {}

  bool read() {
    std::ifstream in(file_);
    if (!in) return fail("cannot be read");
    for (std::string line; std::getline(in, line);) {
      ++line_;
      if (!take_line(line)) return false;
    }
    return list_.empty() || fail("no ']' ends " + list_);
  }

 private:
  bool fail(const std::string& what) {
    std::cerr << file_ << ":" << line_ << ": " << what << "\n";
    return false;
  }

  bool take_line(const std::string& line) {
    for (size_t at = 0; at < line.size();) {
      const char c = line[at];
      if (c == '#') return true;
      if (std::isspace(static_cast<unsigned char>(c)) != 0) {
        ++at;
      } else if (list_.empty()) {
        if (!open_list(line, at)) return false;
      } else if (c == ',') {
        ++at;
      } else if (c == ']') {
        ++at;
        close_list();
      } else if (!take_item(line, at)) {
        return false;
      }
    }
    return true;
  }

  bool open_list(const std::string& line, size_t& at) {
    const size_t colon = line.find(':', at);
    const size_t bracket = colon == std::string::npos ? colon : line.find_first_not_of(' ', colon + 1);
    if (at != 0 || bracket == std::string::npos || line[bracket] != '[') {
      return fail("wanted a list, \"name: [item, ...]\"");
    }
    list_ = line.substr(0, colon);
    at = bracket + 1;
    return true;
  }

  bool take_item(const std::string& line, size_t& at) {
    std::string item;
    if (line[at] == '"') {
      const size_t end = line.find('"', at + 1);
      if (end == std::string::npos) return fail("no '\"' ends this item");
      item = line.substr(at + 1, end - at - 1);
      at = end + 1;
    } else {
      const size_t end = std::min(line.find_first_of(",]#", at), line.size());
      item = line.substr(at, end - at);
      at = end;
      while (!item.empty() && (item.back() == ' ' || item.back() == '\r')) item.pop_back();
    }
    if (item.empty() || item.find('\\') != std::string::npos) return fail("not a name: " + item);
    if (!items_.insert(item).second) return fail("twice in " + list_ + ": " + item);
    return true;
  }

  void close_list() {
    lists_[list_].merge(items_);
    items_.clear();
    list_.clear();
  }

  std::string file_;
  Lists& lists_;
  int line_ = 0;
  std::string list_;             // being read; empty between lists
  std::set<std::string> items_;  // of it
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: telltale_name_compiler OUT.inc IN.yaml...\n";
    return 2;
  }
  Lists lists;
  for (int i = 2; i < argc; ++i) {
    if (!ListReader(argv[i], lists).read()) return 1;
  }
  std::ofstream out(argv[1]);
  out << "// Made from config/names by telltale_name_compiler.\n";
  for (const auto& [list, items] : lists) {
    out << "LIST(" << list;
    for (const std::string& item : items) out << ",\n     \"" << item << '"';
    out << ")\n";
  }
  out.close();
  return out ? 0 : 1;
}
