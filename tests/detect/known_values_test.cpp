// Known values in every spelling, encoding and digest, in every kind of place; and look-alikes that
// are none.
#include "sensor/detect/known_values.h"

#include <functional>

#include "sensor/base/digest.h"
#include "sensor/base/encoding.h"
#include "sensor/detect/vault.h"
#include "tests/detect/detected.h"

namespace telltale::test {
namespace {

constexpr std::string_view kMac = "a4:77:33:1c:9e:04";
constexpr std::string_view kImei = "358476102213048";
constexpr std::string_view kUuid = "7c9d1e52-0b3f-4e8a-9d61-2f50c7ab8e13";

std::vector<KnownValue> usual_values() {
  return {{DataType::mac_address, std::string(kMac), "phone-7"},
          {DataType::imei, std::string(kImei), ""},
          {DataType::phone_number, "+49 151 2345 6789", "Lena"},
          {DataType::email, "Lena.Meyer@gmail.com", ""},
          {DataType::advertising_id, std::string(kUuid), ""},
          {DataType::android_id, "9f0c3a51d7e284b6", ""},
          {DataType::iccid, "8949020000123456780", ""},
          {DataType::hostname, "Lena's iPhone", ""},
          {DataType::serial_number, "R58-M30-ABCX", ""}};
}

std::string base64url(std::string_view text) {
  std::string encoded = to_base64(as_bytes(text));
  encoded.erase(std::min(encoded.find('='), encoded.size()));
  for (char& c : encoded) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return encoded;
}
std::string base64(std::string_view text) { return to_base64(as_bytes(text)); }
std::string hex(std::string_view text) { return to_hex(as_bytes(text)); }
std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}
std::string unhex(std::string_view text) {
  std::string out;
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    out += static_cast<char>(hex_value(text[i]) << 4 | hex_value(text[i + 1]));
  }
  return out;
}

struct Seen {
  std::string types;  // with encodings: "imei mac_address[base64,md5]"
  std::vector<Sighting> sightings;
};

Seen seen_in(const KnownValues& known, Message message, const KnownIndex* own = nullptr) {
  WeirdCounts weird;
  expand(message, Limits{}, weird);
  Recorder recorder;
  known.run(message, own, recorder);
  Seen seen;
  for (const Sighting& sighting : recorder.sightings) {
    seen.types += (seen.types.empty() ? "" : " ") + std::string(name_of(sighting.type));
    std::vector<std::string> encodings = message.fields.encodings(sighting.field);
    encodings.insert(encodings.end(), sighting.encodings.begin(), sighting.encodings.end());
    for (size_t i = 0; i < encodings.size(); ++i) seen.types += (i == 0 ? "[" : ",") + encodings[i];
    if (!encodings.empty()) seen.types += "]";
  }
  seen.sightings = std::move(recorder.sightings);
  return seen;
}

const KnownValues& known() {
  static const KnownValues kKnown(usual_values(), nullptr, "test");
  return kKnown;
}

std::string in_body(std::string_view body) {
  return seen_in(known(), MessageBuilder().body(body).take()).types;
}

struct Row {
  std::string_view type;
  std::string text;
};

// Spellings that are the value itself.
const std::vector<Row>& spellings() {
  static const std::vector<Row> kRows = {
      {"mac_address", "a4:77:33:1c:9e:04"},
      {"mac_address", "A4:77:33:1C:9E:04"},
      {"mac_address", "a4-77-33-1c-9e-04"},
      {"mac_address", "A477331C9E04"},
      {"mac_address", "a477.331c.9e04"},
      {"mac_address", "a4 77 33 1c 9e 04"},
      {"imei", "358476102213048"},
      {"imei", "35847610221304"},
      {"imei", "35-847610-221304-8"},
      {"imei", "35 847610 221304 8"},
      {"imei", "3584761022130477"},  // with a software version in place of the check digit
      {"phone_number", "+4915123456789"},
      {"phone_number", "4915123456789"},
      {"phone_number", "004915123456789"},
      {"phone_number", "015123456789"},
      {"phone_number", "0151 2345 6789"},
      {"phone_number", "+49 (151) 2345-6789"},
      {"phone_number", "+49.151.23456789"},
      {"phone_number", "0151/23456789"},
      {"email", "lena.meyer@gmail.com"},
      {"email", "LENA.MEYER@GMAIL.COM"},
      {"email", "lenameyer@gmail.com"},
      {"email", "l.e.n.a.meyer+shop@googlemail.com"},
      {"advertising_id", "7c9d1e52-0b3f-4e8a-9d61-2f50c7ab8e13"},
      {"advertising_id", "7C9D1E52-0B3F-4E8A-9D61-2F50C7AB8E13"},
      {"advertising_id", "7c9d1e520b3f4e8a9d612f50c7ab8e13"},
      {"android_id", "9f0c3a51d7e284b6"},
      {"android_id", "9F0C3A51D7E284B6"},
      {"iccid", "8949020000123456780"},
      {"iccid", "8949020000123456780F"},
      {"iccid", "8949 0200 0012 3456 780"},
      {"hostname", "Lena's iPhone"},
      {"hostname", "lenas-iphone"},
      {"hostname", "Lena\xe2\x80\x99s iPhone"},
      {"hostname", "Lenas-iPhone.fritz.box"},
      {"serial_number", "R58-M30-ABCX"},
      {"serial_number", "r58m30abcx"},
  };
  return kRows;
}

TEST(KnownValues, AreFoundInEverySpellingAndPlace) {
  struct Place {
    std::string_view name;
    std::function<Message(const std::string&)> make;
  };
  const Place places[] = {
      {"body alone", [](const std::string& text) { return MessageBuilder().body(text).take(); }},
      {"in a sentence",
       [](const std::string& text) {
         return MessageBuilder().body("we saw " + text + ", then left").take();
       }},
      {"in JSON",
       [](const std::string& text) {
         return MessageBuilder().body(R"({"a":{"q":")" + text + R"("},"n":[1,2]})").take();
       }},
      {"in a header",
       [](const std::string& text) {
         return MessageBuilder().header("X-Q", "v=1;" + text).take();
       }},
      {"in a cookie",
       [](const std::string& text) { return MessageBuilder().cookie("q", text).take(); }},
      {"in brackets in a line",
       [](const std::string& text) {
         return MessageBuilder().body("1 GET [" + text + "] ok\n2 PUT []\n").take();
       }},
      {"behind much else",
       [](const std::string& text) {
         return MessageBuilder()
             .body(std::string(40'000, '.') + " " + text + " " + std::string(90, '.'))
             .take();
       }},
      {"across two windows",
       [](const std::string& text) {
         return MessageBuilder()
             .body(std::string(16'384 - 5, '.') + " " + text + std::string(900, '.'))
             .take();
       }},
      {"amid binary",
       [](const std::string& text) {
         return MessageBuilder()
             .body(std::string("\x01\x02\x00", 3) + text + std::string("\x00\xff\x03", 3))
             .take();
       }},
  };
  for (const Place& place : places) {
    for (const Row& row : spellings()) {
      const std::string types = seen_in(known(), place.make(row.text)).types;
      EXPECT_TRUE(types == row.type || types.starts_with(std::string(row.type) + "["))
          << place.name << ": " << row.text << ": " << types;
    }
  }
}

TEST(KnownValues, AreFoundInBase64AndHexadecimalTextInsideOtherText) {
  for (const Row& row : spellings()) {
    for (size_t before = 0; before < 3; ++before) {
      const std::string inner = std::string("id ").substr(3 - before) + row.text + " x";
      const std::string name(row.type);
      EXPECT_EQ(in_body("token: " + base64(inner) + "; q"), name + "[base64]") << inner;
      EXPECT_EQ(in_body("token: zz/" + base64(inner) + "; q"), name + "[base64]") << inner;
      EXPECT_EQ(in_body("[" + hex(inner) + "], [q]"), name + "[hex]") << inner;
    }
  }
}

TEST(KnownValues, AreFoundPercentEncoded) {
  for (const Row& row : spellings()) {
    std::string encoded;
    for (const char c : row.text) encoded += "%" + hex(std::string(1, c));
    const Seen seen = seen_in(known(), MessageBuilder().query("a=1&q=" + encoded).take());
    EXPECT_TRUE(seen.types.starts_with(row.type)) << row.text << ": " << seen.types;
  }
}

// What is hashed, of each value.
const std::vector<Row>& hashed_spellings() {
  static const std::vector<Row> kRows = {
      {"mac_address", "a4:77:33:1c:9e:04"},
      {"mac_address", "A4:77:33:1C:9E:04"},
      {"mac_address", "a4-77-33-1c-9e-04"},
      {"mac_address", "A4-77-33-1C-9E-04"},
      {"mac_address", "a477331c9e04"},
      {"mac_address", "A477331C9E04"},
      {"mac_address", "a477.331c.9e04"},
      {"mac_address", "\xa4\x77\x33\x1c\x9e\x04"},
      {"imei", "358476102213048"},
      {"imei", "35847610221304"},
      {"imei", "35-847610-221304-8"},
      {"phone_number", "+4915123456789"},
      {"phone_number", "4915123456789"},
      {"phone_number", "004915123456789"},
      {"phone_number", "015123456789"},
      {"phone_number", "+49 151 2345 6789"},
      {"email", "lena.meyer@gmail.com"},
      {"email", "Lena.Meyer@gmail.com"},
      {"email", "lenameyer@gmail.com"},
      {"email", "LENA.MEYER@GMAIL.COM"},
      {"advertising_id", std::string(kUuid)},
      {"advertising_id", "7C9D1E52-0B3F-4E8A-9D61-2F50C7AB8E13"},
      {"advertising_id", "7c9d1e520b3f4e8a9d612f50c7ab8e13"},
      {"android_id", "9f0c3a51d7e284b6"},
      {"android_id", "9F0C3A51D7E284B6"},
      {"iccid", "8949020000123456780"},
      {"hostname", "Lena's iPhone"},
      {"hostname", "lenas-iphone"},
      {"hostname", "lenas-iphone.local"},
      {"serial_number", "R58-M30-ABCX"},
      {"serial_number", "r58m30abcx"},
  };
  return kRows;
}

TEST(KnownValues, AreFoundAsDigestsInEveryEncoding) {
  for (const Row& row : hashed_spellings()) {
    for (const DigestKind kind : kDigestKinds) {
      const std::string raw = digest(kind, row.text);
      const std::string name = std::string(row.type) + "[";
      const std::string hash = std::string(name_of(kind)) + "]";
      const std::string shown = std::string(row.text) + " " + std::string(name_of(kind));
      EXPECT_EQ(in_body("{\"h\":\"" + hex(raw) + "\"}"), name + hash) << shown;
      EXPECT_EQ(in_body("h=" + upper(hex(raw)) + " q"), name + hash) << shown;
      EXPECT_EQ(in_body("{\"h\":\"" + base64(raw) + "\"}"), name + "base64," + hash)
          << shown << " " << base64(raw);
      EXPECT_TRUE(in_body("see " + base64url(raw) + ", q").ends_with("," + hash))
          << shown << base64url(raw);
      const Seen in_path =
          seen_in(known(), MessageBuilder().path("/v1/" + base64url(raw) + "/x").take());
      EXPECT_TRUE(in_path.types.ends_with("," + hash)) << shown << base64url(raw) << in_path.types;
      EXPECT_EQ(in_body("x=" + hex(digest(DigestKind::md5, "q")) + hex(raw)).empty(), false)
          << shown;
      const std::string binary =
          std::string("\x08\x01\x00\x12", 4) + raw + std::string("\x00\x01", 2);
      EXPECT_NE(in_body(binary), "") << shown;
    }
  }
}

TEST(KnownValues, AreFoundInOtherByteOrdersAndAsRawBytes) {
  const std::string mac = unhex("a477331c9e04");
  EXPECT_EQ(in_body("mac 04:9e:1c:33:77:a4 seen"), "mac_address[reversed]");
  EXPECT_EQ(in_body("049E1C3377A4"), "mac_address[reversed]");
  EXPECT_EQ(in_body(std::string("\x00\x01\x02", 3) + mac + std::string("\x00\x09", 2)),
            "mac_address");
  EXPECT_EQ(in_body(mac), "mac_address");
  EXPECT_EQ(in_body(base64(mac)), "mac_address[base64]");
  EXPECT_EQ(in_body("q 521e9d7c-3f0b-8a4e-9d61-2f50c7ab8e13 q"), "advertising_id[reversed]");
  EXPECT_EQ(in_body("q b684e2d7513a0c9f q"), "android_id[reversed]");
  EXPECT_EQ(in_body("q 840312201674853 q"), "imei[reversed]");
  EXPECT_EQ(in_body("q 53486701223140f8 q"), "imei[bcd]");
  EXPECT_EQ(in_body("q 0358476102213048 q"), "imei[bcd]");
}

TEST(KnownValues, AreNotSeenInLookAlikes) {
  const std::string_view texts[] = {
      "a4:77:33:1c:9e:05",
      "a4:77:33:1c:9e:04:11:22",  // an EUI-64
      "aa:a4:77:33:1c:9e:04",
      "a4:77:33-1c-9e-04",
      "13584761022130489",  // two digits more: another number
      "1358476102213048",
      "35847610221305",
      "+49 151 2345 6780",
      "xlena.meyer@gmail.com",
      "meyer@gmail.com",
      "lena.meyer@gmx.de",
      "7c9d1e52-0b3f-4e8a-9d61-2f50c7ab8e14",
      "9f0c3a51d7e284b67",
      "iPhone of Lena",
      "lenas-iphone7",
      "R58-M30-ABCXY",
      "R58",
      "d41d8cd98f00b204e9800998ecf8427e",
      "2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
      "",
  };
  for (const std::string_view text : texts) {
    EXPECT_EQ(in_body("q " + std::string(text) + " q"), "") << text;
  }
}

TEST(KnownValues, ThatAreShortCountAsWholeValuesOnly) {
  const KnownValues shorts({{DataType::sim_operator, "26201", ""},
                            {DataType::mcc, "262", ""},
                            {DataType::phone_number, "5551234", ""},
                            {DataType::device_brand, "Acmey", ""}},
                           nullptr, "test");
  EXPECT_EQ(seen_in(shorts, MessageBuilder().body(R"({"a":"26201"})").take()).types,
            "sim_operator");
  EXPECT_EQ(seen_in(shorts, MessageBuilder().body(R"({"a":"x 26201"})").take()).types, "");
  EXPECT_EQ(seen_in(shorts, MessageBuilder().body(R"({"a":"262"})").take()).types, "");
  EXPECT_EQ(seen_in(shorts, MessageBuilder().body(R"({"a":"acmey"})").take()).types,
            "device_brand");
  EXPECT_EQ(seen_in(shorts, MessageBuilder().body("acmey makes it").take()).types, "");
  EXPECT_EQ(seen_in(shorts, MessageBuilder().body("call 5551234 now").take()).types, "");
}

TEST(KnownValues, TellWhoseTheyAreAndOneSightingAType) {
  const Seen seen = seen_in(
      known(), MessageBuilder().body(R"({"a":"A477331C9E04","b":"a4:77:33:1c:9e:04"})").take());
  ASSERT_EQ(seen.sightings.size(), 1U);
  EXPECT_EQ(seen.sightings[0].owner, "phone-7");
  EXPECT_EQ(seen.sightings[0].value, kMac);
  EXPECT_EQ(seen.sightings[0].count, 2U);
  EXPECT_GE(seen.sightings[0].confidence, 0.95);
}

TEST(KnownValues, AreFoundAsKeysOfAnObject) {
  EXPECT_EQ(in_body(R"({"devices":{"358476102213048":{"ok":true}}})"), "imei");
}

TEST(KnownValues, OfADeviceMatchInItsOwnMessagesOnly) {
  const KnownValues none({}, nullptr, "test");
  const auto own = none.own_index(*MacAddress::parse(kMac), "DESKTOP-7Q2K9LM");
  ASSERT_NE(own, nullptr);
  const std::string body =
      "{\"m\":\"" + hex(digest(DigestKind::sha1, kMac)) + "\",\"h\":\"desktop-7q2k9lm\"}";
  EXPECT_EQ(seen_in(none, MessageBuilder().body(body).take(), own.get()).types,
            "mac_address[sha1] hostname");
  EXPECT_EQ(seen_in(none, MessageBuilder().body(body).take()).types, "");
  EXPECT_EQ(
      seen_in(none,
              MessageBuilder().host("desktop-7q2k9lm").header("Host", "DESKTOP-7Q2K9LM").take(),
              own.get())
          .types,
      "");
}

TEST(KnownValues, HostNamesThatAreWordsOrModelsAreNotLookedForInTexts) {
  const KnownValues none({}, nullptr, "test");
  for (const char* name : {"iPhone", "Galaxy-A54", "android", "nas", "", "12345678"}) {
    const auto own = none.own_index({}, name);
    const Message message = MessageBuilder().body("my " + std::string(name) + " is here").take();
    EXPECT_EQ(seen_in(none, MessageBuilder().body("my " + std::string(name) + " is here").take(),
                      own.get())
                  .types,
              "")
        << name;
  }
  const auto plain = none.own_index({}, "waldgeist");
  EXPECT_EQ(seen_in(none, MessageBuilder().body("der waldgeist kam").take(), plain.get()).types,
            "");
  EXPECT_EQ(seen_in(none, MessageBuilder().body(R"({"h":"waldgeist"})").take(), plain.get()).types,
            "hostname");
}

TEST(KnownValues, OfAVaultAreFoundWithoutTheValue) {
  Vault vault = Vault::create();
  for (const KnownValue& value : usual_values()) {
    ASSERT_NE(vault.add(value.type, value.value, value.owner, "2026-01-02"), nullptr)
        << name_of(value.type);
  }
  const std::string text = vault.to_text();
  const Vault read = Vault::parse(text, vault.key_text(), "v", "k");
  const KnownValues from_vault({}, &read, "test");
  for (const Row& row : spellings()) {
    const Seen seen =
        seen_in(from_vault, MessageBuilder().body("we saw " + row.text + ", then left").take());
    EXPECT_EQ(seen.types, row.type) << row.text;
    ASSERT_EQ(seen.sightings.size(), 1U);
    EXPECT_TRUE(seen.sightings[0].value.starts_with("vault:"));
    EXPECT_NE(seen.sightings[0].hint, "");
  }
  for (const Row& row : hashed_spellings()) {
    const std::string body = "h=" + hex(digest(DigestKind::sha256, row.text)) + " q";
    EXPECT_EQ(seen_in(from_vault, MessageBuilder().body(body).take()).types,
              std::string(row.type) + "[sha256]")
        << row.text;
  }
}

TEST(KnownValues, AreCappedInSizeAndHits) {
  EXPECT_TRUE(known_forms(DataType::serial_number, std::string(300, 'x')).empty());
  std::vector<KnownValue> many;
  std::string body;
  for (int i = 0; i < 200; ++i) {
    many.push_back({DataType::serial_number, "SN" + std::to_string(70'000'000 + i) + "Q", ""});
    body += many.back().value + " ";
  }
  const KnownValues all(many, nullptr, "test");
  const Seen seen = seen_in(all, MessageBuilder().body(body).take());
  ASSERT_EQ(seen.sightings.size(), 1U);
}

}  // namespace
}  // namespace telltale::test
