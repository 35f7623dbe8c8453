#include "sensor/detect/known_names.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(KnownNames, MakersAreToldApart) {
  for (const char* maker : {"samsung", "HUAWEI", "Xiaomi", " Nokia ", "小米"}) EXPECT_TRUE(is_phone_maker(maker)) << maker;
  for (const char* none : {"Nike", "BMW", "", "samsungs"}) EXPECT_FALSE(is_phone_maker(none)) << none;
  EXPECT_TRUE(is_car_maker("Volkswagen"));
  EXPECT_FALSE(is_car_maker("OPPO"));
}

TEST(KnownNames, OperatorsBeginWithTheirName) {
  for (const char* name : {"T-Mobile", "Vodafone.de", "airtel", "CHINA MOBILE", "МТС", "o2 - de"}) {
    EXPECT_TRUE(is_network_operator(name)) << name;
  }
  EXPECT_FALSE(is_network_operator("vodafonex"));
  EXPECT_TRUE(is_courier("DHL Express"));
}

TEST(KnownNames, LanguageModelsAreNoDevices) {
  for (const char* name : {"gpt-4o", "bert-base-uncased", "openai/gpt-4", "llama3:8b", "claude-3-opus", "text-embedding-3"}) {
    EXPECT_TRUE(is_language_model(name)) << name;
    EXPECT_FALSE(looks_like_device_model(name)) << name;
  }
}

TEST(KnownNames, DeviceModels) {
  for (const char* name : {"SM-A536B", "Pixel 7", "iPhone14,2", "CPH2211", "M2101K6G", "Redmi Note 8", "OLED55C1", "ELS-NX9"}) {
    EXPECT_TRUE(looks_like_device_model(name)) << name;
  }
  for (const char* name : {"user", "v2", "default", "2024-01-01", "K"}) {
    EXPECT_FALSE(looks_like_device_model(name)) << name;
  }
}

// Lists that Debian's packages fill up at build time.
TEST(KnownNames, OperatorsAndMakersOfDebiansPackages) {
#ifdef TELLTALE_MOBILE_PROVIDERS
  EXPECT_TRUE(is_network_operator("Sasktel Mobility"));
  EXPECT_TRUE(is_network_operator("Nepal Telecom"));
  EXPECT_FALSE(is_network_operator("Sunday")) << "a word of everyday language";
#endif
#ifdef TELLTALE_USER_AGENT_REGEXES
  EXPECT_TRUE(is_phone_maker("ViewSonic"));
  EXPECT_FALSE(is_phone_maker("Generic"));
#endif
}

}  // namespace
}  // namespace telltale
