#include "sensor/base/idna.h"

#include <algorithm>
#include <memory>

#include <idn2.h>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kLongestName = 1024;  // bytes of UTF-8 that can still be a name of 253 octets

struct Freed {
  void operator()(char* text) const { idn2_free(text); }
};

}  // namespace

std::string to_ascii_domain(std::string_view domain) {
  const bool ascii = std::all_of(domain.begin(), domain.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii || domain.size() > kLongestName || domain.find('\0') != std::string_view::npos) {
    return ascii_lower(domain);
  }
  char* made = nullptr;
  const int status =
      idn2_to_ascii_8z(std::string(domain).c_str(), &made, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, Freed> owned(made);
  return status == IDN2_OK ? ascii_lower(owned.get()) : ascii_lower(domain);
}

}  // namespace telltale
