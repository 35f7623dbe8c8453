#include "sensor/detect/key_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace telltale {
namespace {

const KeyTable& table() {
  static const KeyTable kTable = KeyTable::shipped();
  return kTable;
}

struct Row {
  std::string_view key;
  KeyFamily family;
};

TEST(KeyTable, KnowsTheNamesThatAppsUse) {
  const std::vector<Row> cases = {
      {"imei", KeyFamily::imei},           {"IMEI1", KeyFamily::imei},
      {"X-Device-Imei", KeyFamily::imei},  {"phone_imei_2", KeyFamily::imei},
      {"ИМЕЙ", KeyFamily::imei},           {"subscriberId", KeyFamily::imsi},
      {"simSerialNumber", KeyFamily::iccid}, {"Settings.Secure.ANDROID_ID", KeyFamily::android_id},
      {"_gaid", KeyFamily::advertising_id}, {"wlan0_mac", KeyFamily::mac_address},
      {"ro.product.model", KeyFamily::device_model}, {"sbxh", KeyFamily::device_model},
      {"networkOperatorName", KeyFamily::carrier_name}, {"mcc", KeyFamily::mcc},
      {"sim_operator", KeyFamily::sim_operator}, {"ComputerName", KeyFamily::hostname},
      {"latitude", KeyFamily::latitude},   {"纬度", KeyFamily::latitude},
      {"경도", KeyFamily::longitude},      {"lastKnownLocation", KeyFamily::lat_lon},
      {"contactsList", KeyFamily::contact_container}, {"通讯录", KeyFamily::contact_container},
      {"rehber", KeyFamily::contact_container}, {"नाम", KeyFamily::person_name},
      {"no_hp", KeyFamily::phone},         {"Telefonnummer", KeyFamily::phone},
      {"الهاتف", KeyFamily::phone},        {"correo_electronico", KeyFamily::email},
      {"duración", KeyFamily::duration},   {"sms_body", KeyFamily::message_body},
      {"BSSID", KeyFamily::bssid},         {"cellId", KeyFamily::cell_id}};
  for (const Row& row : cases) {
    EXPECT_TRUE(table().find(row.key).is_strong(row.family)) << row.key;
  }
}

TEST(KeyTable, WordsInFrontDecideHowFarAMatchIsBelieved) {
  EXPECT_TRUE(table().find("userEmail").is_strong(KeyFamily::email));
  EXPECT_TRUE(table().find("deviceModel").is_strong(KeyFamily::device_model));
  EXPECT_TRUE(table().find("fooBarImei").is_strong(KeyFamily::imei)) << "specific whatever stands before";
  EXPECT_TRUE(table().find("fooEmail").has(KeyFamily::email));
  EXPECT_FALSE(table().find("fooEmail").is_strong(KeyFamily::email));
  EXPECT_FALSE(table().find("supportEmail").has(KeyFamily::email));
  EXPECT_FALSE(table().find("storeLatitude").has(KeyFamily::latitude));
  EXPECT_FALSE(table().find("minLat").has(KeyFamily::latitude));
  EXPECT_FALSE(table().find("carModel").has(KeyFamily::device_model));
  EXPECT_FALSE(table().find("serverHostname").has(KeyFamily::hostname));
}

TEST(KeyTable, EndsOfWordsAreNoWords) {
  EXPECT_TRUE(table().find("flat").empty());
  EXPECT_TRUE(table().find("plasma").empty());
  EXPECT_TRUE(table().find("supermodel").empty());
  EXPECT_FALSE(table().find("translation").has(KeyFamily::longitude));
}

TEST(KeyTable, UnknownAndOddKeysMeanNothing) {
  EXPECT_TRUE(table().find("").empty());
  EXPECT_TRUE(table().find("12").empty());
  EXPECT_TRUE(table().find(std::string(1000, 'x')).empty());
  EXPECT_TRUE(table().find("\xff\xfe\x00").empty());
}

TEST(KeyTable, IndexDigitsOnlyCount) {
  EXPECT_TRUE(table().find("imei0").is_strong(KeyFamily::imei));
  EXPECT_TRUE(table().find("phone2").has(KeyFamily::phone));
  EXPECT_TRUE(table().find("lat_e7").is_strong(KeyFamily::latitude));
}

TEST(KeyTable, HoldsManyNames) { EXPECT_GT(table().size(), 3000u); }

TEST(KeyTable, CanBeMadeOfOtherNames) {
  const KeyName names[] = {{"color", {KeyFamily::device_brand, KeyStrength::weak}}};
  const std::string_view own[] = {"my"};
  const std::string_view foreign[] = {"your"};
  const KeyTable small(names, {own, {}, foreign});
  EXPECT_TRUE(small.find("my_color").has(KeyFamily::device_brand));
  EXPECT_FALSE(small.find("your_color").has(KeyFamily::device_brand));
  EXPECT_TRUE(small.find("imei").empty());
}

}  // namespace
}  // namespace telltale
