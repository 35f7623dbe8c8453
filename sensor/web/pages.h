// The files of the dashboard (sensor/web/ui), built into the binary.
#pragma once

#include <string_view>

namespace telltale {

struct PageFile {
  std::string_view text;
  const char* type;
  bool is_immutable = false;  // its name has a hash of its content
};

// Of a path such as "/" or "/assets/index-1a2b.js". Null where there is none; where the dashboard
// was not built in, "/" is a page that says so.
const PageFile* find_page(std::string_view path);

// False where it was built without (no Node.js).
bool has_dashboard_pages();

}  // namespace telltale
