#include "sensor/web/pages.h"

#include <map>
#include <string>

#include "config/embedded.h"

namespace telltale {

// Made of the folder that `npm run build` writes; empty without Node.js.
std::span<const EmbeddedFile> dashboard_files();

namespace {

constexpr std::string_view kNoPages =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>telltale</title>"
    "<p>This telltale was built without its dashboard, as there was no Node.js. The API is at "
    "<a href=\"/api/v1/openapi.json\">/api/v1</a>.</p></html>";

struct Ending {
  std::string_view ending;
  const char* type;
};

constexpr Ending kTypes[] = {{".html", "text/html; charset=utf-8"},
                             {".js", "text/javascript; charset=utf-8"},
                             {".css", "text/css; charset=utf-8"},
                             {".svg", "image/svg+xml"},
                             {".ico", "image/x-icon"},
                             {".json", "application/json; charset=utf-8"},
                             {".webmanifest", "application/manifest+json"},
                             {".png", "image/png"}};

const char* type_of(std::string_view name) {
  for (const Ending& known : kTypes) {
    if (name.ends_with(known.ending)) return known.type;
  }
  return "application/octet-stream";
}

std::map<std::string, PageFile, std::less<>> all_pages() {
  std::map<std::string, PageFile, std::less<>> pages;
  for (const EmbeddedFile& file : dashboard_files()) {
    const std::string path = "/" + std::string(file.name);
    pages[path] = {file.text, type_of(file.name), path.starts_with("/assets/")};
  }
  const auto index = pages.find("/index.html");
  pages["/"] = index == pages.end() ? PageFile{kNoPages, kTypes[0].type, false} : index->second;
  return pages;
}

}  // namespace

bool has_dashboard_pages() { return !dashboard_files().empty(); }

const PageFile* find_page(std::string_view path) {
  static const auto kPages = all_pages();
  const auto found = kPages.find(path);
  return found == kPages.end() ? nullptr : &found->second;
}

}  // namespace telltale
