#include "sensor/policy/registrable_domain.h"

#include <string>

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(RegistrableDomain, IsTheSuffixAndOneLabel) {
  const std::pair<const char*, const char*> table[] = {
      {"a.b.example.co.uk", "example.co.uk"},
      {"example.com", "example.com"},
      {"www.example.com", "example.com"},
      {"com", ""},
      {"co.uk", ""},
      {"x.appspot.com", "x.appspot.com"},
      {"", ""},
      {"192.168.1.1", ""},
      {"::1", ""},
      {".example.com", ""},
      {"example.com.", ""},
      {"xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"}};
  for (const auto& [host, domain] : table) EXPECT_EQ(registrable_domain(host), domain) << host;
}

TEST(RegisteredDomain, KnowsTheSuffixesOfRegistriesOnly) {
  const std::pair<const char*, const char*> table[] = {{"fcm.googleapis.com", "googleapis.com"},
                                                       {"x.appspot.com", "appspot.com"},
                                                       {"a.b.example.co.uk", "example.co.uk"},
                                                       {"example.com", "example.com"},
                                                       {"co.uk", ""},
                                                       {"com", ""},
                                                       {"", ""},
                                                       {"192.168.1.1", ""}};
  for (const auto& [host, domain] : table) EXPECT_EQ(registered_domain(host), domain) << host;
}

TEST(RegistrableDomain, HostileNamesAreNone) {
  EXPECT_EQ(registrable_domain(std::string(1000, 'a') + ".com"), "");
  EXPECT_EQ(registrable_domain(std::string_view("a\0b.com", 7)), "");
}

TEST(RegistrableDomain, PublicSuffixes) {
  EXPECT_TRUE(is_public_suffix("com"));
  EXPECT_TRUE(is_public_suffix("co.uk"));
  EXPECT_FALSE(is_public_suffix("example.com"));
}

}  // namespace
}  // namespace telltale
