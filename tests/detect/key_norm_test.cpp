#include "sensor/detect/key_norm.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace telltale {
namespace {

// The key with a '|' before each word but the first.
std::string words(std::string_view key) {
  NormalKey normal;
  normalise_key(key, normal);
  std::string out;
  for (size_t i = 0; i < normal.size; ++i) {
    if (i > 0 && normal.word_starts_at(i)) out += '|';
    out += normal.text[i];
  }
  return out;
}

TEST(KeyNorm, SplitsWords) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"deviceImei", "device|imei"}, {"device_imei", "device|imei"}, {"X-Device-IMEI", "x|device|imei"},
      {"IMEINumber", "imei|number"}, {"androidID", "android|id"}, {"ro.product.model", "ro|product|model"},
      {"device[imei]", "device|imei"}, {"latE7", "lat|e7"}, {"imei", "imei"}, {"IMEI", "imei"},
      {"wifi2Mac", "wifi2|mac"}, {"", ""}, {"__", ""}};
  for (const auto& [key, expected] : cases) EXPECT_EQ(words(key), expected) << key;
}

TEST(KeyNorm, DropsAccentsAndKeepsOtherScripts) {
  EXPECT_EQ(words("Número_Teléfono"), "numero|telefono");
  EXPECT_EQ(words("vĩ_độ"), "vi|do");
  EXPECT_EQ(words("telefon_numarası"), "telefon|numarasi");
  EXPECT_EQ(words("ШИРОТА"), "широта");
  EXPECT_EQ(words("手机号"), "手|机|号");  // any letter may begin a word
}

TEST(KeyNorm, GivesUpOnWhatIsNoKey) {
  EXPECT_EQ(words(std::string(65, 'a')), "");
  EXPECT_EQ(words(std::string(64, 'a')), std::string(64, 'a'));
  EXPECT_EQ(words(std::string(5000, 'a')), "");
  EXPECT_EQ(words(std::string(40, '\xd0')), std::string(40, '\xd0')) << "broken UTF-8 stays bytes";
}

}  // namespace
}  // namespace telltale
