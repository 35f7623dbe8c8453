// SSDP (UPnP Device Architecture 2.0 sections 1.2.2 and 1.3.3): a device that announces itself or
// answers a search says which product it is.
//
// The SERVER header is "OS/version UPnP/version product/version", often with a remark in brackets.
// Names of widespread UPnP libraries are no products.
#include <array>

#include "sensor/base/encoding.h"
#include "sensor/proto/announcement.h"

namespace telltale {
namespace {

constexpr size_t kMaxHead = 2048;

constexpr std::array<std::string_view, 12> kLibraries = {
    "portable", "miniupnpd", "minidlna",  "libupnp", "gupnp",   "private",
    "mini",     "intel",     "cyberlink", "upnp",    "dlnadoc", "platinum"};

std::string_view header(std::string_view head, std::string_view name) {
  size_t at = head.find('\n');
  while (at != std::string_view::npos) {
    const size_t begin = at + 1;
    at = head.find('\n', begin);
    const std::string_view line =
        head.substr(begin, at == std::string_view::npos ? at : at - begin);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (iequals(trim(line.substr(0, colon)), name)) return trim(line.substr(colon + 1));
  }
  return {};
}

// "Linux/4.9 UPnP/1.0 Sonos/63.2-88230 (ZPS9)" -> "Sonos (ZPS9)".
std::string product_of(std::string_view server) {
  const size_t upnp = server.find("UPnP/");
  if (upnp == std::string_view::npos) return {};
  size_t begin = server.find_first_of(" ,", upnp);
  if (begin == std::string_view::npos) return {};
  begin = server.find_first_not_of(" ,", begin);
  if (begin == std::string_view::npos) return {};
  const std::string_view product = server.substr(begin);
  const size_t slash = product.find('/');
  std::string name(trim(product.substr(0, slash)));
  const std::string first = ascii_lower(name.substr(0, name.find_first_of(" -_")));
  // Some put more before the versions than the standard says.
  if (first.empty() || is_digit(first[0]) || name.find("UPnP") != std::string::npos) return {};
  for (const std::string_view library : kLibraries) {
    if (first == library) return {};
  }
  const size_t open = product.find('(');
  const size_t close = product.find(')', open == std::string_view::npos ? 0 : open);
  if (slash != std::string_view::npos && open != std::string_view::npos && open > slash &&
      close != std::string_view::npos) {
    name += ' ';
    name += product.substr(open, close + 1 - open);
  }
  return name;
}

void read(const Segment& segment, NoteSink& sink) {
  const std::string_view head = as_text(segment.payload).substr(0, kMaxHead);
  const bool announces = head.starts_with("NOTIFY * ") && header(head, "NTS") == "ssdp:alive";
  const bool answers = head.starts_with("HTTP/1.1 200") && !header(head, "ST").empty();
  if (!announces && !answers) return;
  const std::string product = product_of(header(head, "SERVER"));
  if (!product.empty()) {
    sink.on_note({.source = "ssdp", .kind = NameKind::product, .name = product});
  }
}

}  // namespace

extern const Announcement ssdp_announcement{read};

}  // namespace telltale
