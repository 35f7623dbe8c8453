// The identifiers of a device, its SIM card and its owner, each as a table of what must be told and what not.
// (imei_test.cpp has the IMEI.)
#include "tests/detect/detected.h"

namespace telltale::test {
namespace {

TEST(Imsi, ByKeyOrNeighbours) {
  expect_types({
      {"strong key", R"({"imsi":"262021234567890"})", "imsi"},
      {"14 digits", R"({"subscriberId":"46001555123456"})", "imsi"},
      {"in two slots", R"({"imsi1":"262021234567890","imsi2":""})", "imsi"},
      {"header", "", "imsi", "x-imsi=404101234567890"},
      {"hashed", R"({"imsi_md5":"9e107d9d372bb6826bd81d3542a419d6"})", "imsi"},
      {"weak key beside device data", R"({"os":"13","sim":"262021234567890"})", "imsi"},
      {"unassigned country", R"({"imsi":"999021234567890"})", ""},
      {"only zeros", R"({"imsi":"000000000000000"})", ""},
      {"zeros behind the country", R"({"imsi":"262020000000000"})", ""},
      {"too short", R"({"imsi":"2620212345"})", ""},
      {"small subscription id", R"({"subscriptionId":"1"})", ""},
      {"weak key alone", R"({"sim":"262021234567890"})", ""},
      {"number without a key", R"(["262021234567890"])", ""},
  });
}

TEST(Iccid, ByKeyAndCheckDigit) {
  expect_types({
      {"strong key", R"({"iccid":"8949020000123456789"})", "iccid"},
      {"20 digits", R"({"simSerialNumber":"89860318740012345670"})", "iccid"},
      {"without a check digit", R"({"iccid":"8949020000123456780"})", "iccid"},
      {"Chinese card with a letter", R"({"iccid":"898600A1234567890123"})", "iccid"},
      {"does not begin with 89", R"({"iccid":"7949020000123456789"})", ""},
      {"too short", R"({"iccid":"89490200001"})", ""},
      {"only zeros behind", R"({"iccid":"8900000000000000000"})", ""},
      {"no telling key", R"({"n":"8949020000123456780"})", ""},
      {"card of a shop", R"({"order":"8949020000123456789"})", ""},
  });
}

TEST(AndroidId, ByKey) {
  expect_types({
      {"strong key", R"({"android_id":"4b1f8e0c9a7d3e52"})", "android_id"},
      {"leading zero dropped", R"({"androidId":"b1f8e0c9a7d3e52"})", "android_id"},
      {"upper case", R"({"ANDROID_ID":"4B1F8E0C9A7D3E52"})", "android_id"},
      {"general key beside device data", R"({"deviceId":"4b1f8e0c9a7d3e52","os":"Android"})", "android_id"},
      {"weak key beside device data", R"({"hwid":"a375db57ef62d1c5","device_type":3})", "android_id"},
      {"hashed", R"({"androididmd5":"9e107d9d372bb6826bd81d3542a419d6"})", "android_id"},
      {"the constant of a bug", R"({"android_id":"9774d56d682e549c"})", ""},
      {"counted up", R"({"android_id":"0123456789abcdef"})", ""},
      {"only digits", R"({"android_id":"1234098712340987"})", ""},
      {"trace id", R"({"spanId":"4b1f8e0c9a7d3e52"})", ""},
      {"weak key alone", R"({"id":"4b1f8e0c9a7d3e52"})", ""},
      {"not hexadecimal", R"({"android_id":"4b1f8e0c9a7d3e5z"})", ""},
      {"too short", R"({"android_id":"4b1f8e0c"})", ""},
  });
}

TEST(AdvertisingId, ByKey) {
  expect_types({
      {"GAID", R"({"gaid":"6f1c9a52-8f0e-4d0b-9a35-0b6c1df7a3f1"})", "advertising_id"},
      {"IDFA in upper case", R"({"idfa":"7C1B2B6E-6B0F-4BE2-8F50-2D5B3F5C6C11"})", "advertising_id"},
      {"OAID of 64 digits", R"({"oaid":"f0c1e2d3a4b5968778695a4b3c2d1e0ff0c1e2d3a4b5968778695a4b3c2d1e0a"})", "advertising_id"},
      {"header", "", "advertising_id", "X-Advertising-Id=6f1c9a52-8f0e-4d0b-9a35-0b6c1df7a3f1"},
      {"weak key beside device data", R"({"aid":"6f1c9a52-8f0e-4d0b-9a35-0b6c1df7a3f1","os":"android"})", "advertising_id"},
      {"zeros", R"({"gaid":"00000000-0000-0000-0000-000000000000"})", ""},
      {"request id", R"({"request_id":"6f1c9a52-8f0e-4d0b-9a35-0b6c1df7a3f1"})", ""},
      {"session", R"({"uuid":"6f1c9a52-8f0e-4d0b-9a35-0b6c1df7a3f1"})", ""},
      {"number of an ad", R"({"ad_id":"23851"})", ""},
      {"empty", R"({"gaid":""})", ""},
      {"weak key alone", R"({"aid":"6f1c9a52-8f0e-4d0b-9a35-0b6c1df7a3f1"})", ""},
  });
}

TEST(MacAddress, OfTheDeviceItself) {
  expect_types({
      {"with colons", R"({"mac":"3c:52:82:0f:aa:71"})", "mac_address"},
      {"with dashes", "", "mac_address", "mac=3C-52-82-0F-AA-71"},
      {"without separators", R"({"wifiMac":"3c52820faa71"})", "mac_address"},
      {"of Bluetooth", R"({"bluetoothAddress":"3C:52:82:0F:AA:71"})", "mac_address"},
      {"randomised", R"({"mac":"da:52:82:0f:aa:71"})", "mac_address"},
      {"beside the access point", R"({"mac":"3c:52:82:0f:aa:71","bssid":"b4:0f:3b:44:55:61","ssid":"x","rssi":-60})", "mac_address"},
      {"in a log line", "eth0 up mac=3c:52:82:0f:aa:71", "mac_address"},
      {"Android's constant", R"({"mac":"02:00:00:00:00:00"})", ""},
      {"broadcast", R"({"mac":"ff:ff:ff:ff:ff:ff"})", ""},
      {"multicast", R"({"mac":"01:00:5e:00:00:fb"})", ""},
      {"one access point", R"({"ssid":"x","mac":"3c:52:82:0f:aa:71","rssi":-60})", ""},
      {"router's", R"({"bssid":"3c:52:82:0f:aa:71"})", ""},
      {"gateway's", R"({"gatewayMac":"3c:52:82:0f:aa:71"})", ""},
      {"neighbours'", R"({"arp":[{"ip":"10.0.0.1","mac":"3c:52:82:0f:aa:71"},{"ip":"10.0.0.2","mac":"3c:52:82:0f:aa:72"}]})", ""},
      {"no MAC", R"({"mac":"MacBook"})", ""},
      {"hash of a file", R"({"etag":"3c52820faa71"})", ""},
  });
}

TEST(SerialNumber, ByKeyAndForm) {
  expect_types({
      {"strong key", R"({"serialNumber":"R58M123ABCD"})", "serial_number"},
      {"short key", "", "serial_number", "sn=R58M123ABCD"},
      {"only digits beside device data", R"({"serial":"1234509876","model":"X1","os":"13"})", "device_model serial_number"},
      {"German", R"({"Seriennummer":"C02XK1ABJGH5"})", "serial_number"},
      {"of an article", R"({"serial":"R58M123ABCD","price":12.5,"sku":"1"})", ""},
      {"sequence", R"({"sn":"17"})", ""},
      {"only digits alone", R"({"serial":"2023010101"})", ""},
      {"unknown", R"({"serial":"unknown"})", ""},
      {"default of a BIOS", R"({"bios_serial":"To be filled by O.E.M."})", ""},
      {"a word", R"({"serial":"television"})", ""},
      {"ICCID", R"({"serial":"7949020000123456789"})", ""},
  });
}

TEST(DeviceModel, WhereADeviceIsMeant) {
  expect_types({
      {"key of its own", R"({"deviceModel":"SM-A536B"})", "device_model"},
      {"beside an identifier", R"({"model":"Redmi 9","android_id":"4b1f8e0c9a7d3e52"})", "android_id device_model"},
      {"known line alone", R"({"model":"SM-A536B"})", "device_model"},
      {"client hint", "", "device_model", "Sec-CH-UA-Model=%22Pixel%207%22"},
      {"language model", R"({"model":"gpt-4o"})", ""},
      {"model of an API", R"({"model":"whisper-1","temperature":0})", ""},
      {"car", R"({"make":"BMW","model":"X5 40d"})", ""},
      {"shop", R"({"model":"SM-A536B","price":299})", ""},
      {"unknown thing", R"({"model":"deluxe"})", ""},
      {"database model", R"({"model":"users.profile","pk":7})", ""},
      {"many", R"([{"model":"SM-A1"},{"model":"SM-A2"},{"model":"SM-A3"},{"model":"SM-A4"}])", ""},
  });
}

TEST(DeviceModel, InAUserAgent) {
  const auto model = [](std::string_view agent) {
    return Detected(MessageBuilder().header("User-Agent", agent).take()).value(DataType::device_model);
  };
  EXPECT_EQ(model("Dalvik/2.1.0 (Linux; U; Android 13; M2101K6G Build/TKQ1.220829.002)"), "M2101K6G");
  EXPECT_EQ(model("Mozilla/5.0 (Linux; Android 12; moto g(60) Build/S2RI; wv) AppleWebKit/537.36"), "moto g(60)");
  EXPECT_EQ(model("Mozilla/5.0 (Linux; Android 12; SM-A536B) AppleWebKit/537.36"), "SM-A536B");
  EXPECT_EQ(model("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36"), "");
  EXPECT_EQ(model("Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"), "");
  EXPECT_EQ(model("okhttp/4.9.3"), "");
}

TEST(DeviceBrand, WhereADeviceIsMeant) {
  expect_types({
      {"beside a model", R"({"brand":"Xiaomi","model":"M2101K6G"})", "device_brand device_model"},
      {"key of its own", R"({"phoneBrand":"vivo"})", "device_brand"},
      {"unknown maker beside identifiers", R"({"manufacturer":"Sunsky","imei":"352458071234565"})", "device_brand imei"},
      {"weak key", R"({"make":"samsung","model":"SM-A536B","os":"13"})", "device_brand device_model"},
      {"shoes", R"({"brand":"Adidas"})", ""},
      {"article", R"({"brand":"samsung","price":3})", ""},
      {"car", R"({"brand":"Toyota","model":"Yaris","vin":"JT1"})", ""},
      {"filter of a shop", R"({"filter":{"brand":["samsung"]},"sort":"price","products":[]})", "device_brand"},
      {"unknown", R"({"brand":"unknown","os":"13"})", ""},
      {"long text", R"({"brand":"The best of all brands that we ever had, believe me!","os":"1"})", ""},
  });
}

TEST(CarrierName, NamesOfNetworks) {
  expect_types({
      {"key of its own", R"({"networkOperatorName":"Nordfunk"})", "carrier_name"},
      {"known operator", R"({"carrier":"T-Mobile"})", "carrier_name"},
      {"weak key beside SIM data", R"({"operator":"Nordfunk","mcc":"262","mnc":"01"})", "carrier_name mcc sim_operator"},
      {"Russian", R"({"оператор":"МТС RUS"})", "carrier_name"},
      {"courier", R"({"carrier":"UPS"})", ""},
      {"kind of network", R"({"carrier":"LTE"})", ""},
      {"Wi-Fi", R"({"carrier":"WIFI","os":"13"})", ""},
      {"logical operator", R"({"operator":"and"})", ""},
      {"comparison", R"({"operator":"contains","field":"name"})", ""},
      {"no card", R"({"simOperatorName":"No SIM card"})", ""},
      {"sign-in provider", R"({"provider":"google","email":""})", ""},
  });
}

TEST(MccAndSimOperator, AssignedCodes) {
  expect_types({
      {"country", R"({"mcc":"262"})", "mcc"},
      {"country as a number", R"({"mcc":460})", "mcc"},
      {"both", R"({"mcc":262,"mnc":2})", "mcc sim_operator"},
      {"code", R"({"simOperator":"26201"})", "sim_operator"},
      {"code with a dash", R"({"mccmnc":"310-260"})", "sim_operator"},
      {"code under carrier", "", "sim_operator", "_carrier=310260"},
      {"unassigned country", R"({"mcc":"999"})", ""},
      {"merchant category", R"({"mcc":"5411"})", ""},
      {"unassigned code", R"({"simOperator":"99901"})", ""},
      {"wrong length for the country", R"({"simOperator":"262011"})", ""},
      {"empty", R"({"mcc":"","simOperator":""})", ""},
      {"test network", R"({"mcc":"001"})", ""},
      {"other operators", R"({"operator":"12"})", ""},
  });
  EXPECT_EQ(detected(R"({"mcc":262,"mnc":2})").value(DataType::sim_operator), "26202");
}

TEST(Hostname, OfComputersNotServers) {
  expect_types({
      {"strong key", R"({"hostname":"DESKTOP-7Q2K9LM"})", "hostname"},
      {"query", "", "hostname", "computername=WIN-9K3J2H1"},
      {"private network", R"({"hostname":"nas.fritz.box"})", "hostname"},
      {"given name under a weak key", R"({"device_name":"Lena's iPhone"})", "hostname"},
      {"of a page", R"({"hostname":"www.shop.example"})", ""},
      {"address", R"({"hostname":"10.0.0.12"})", ""},
      {"loopback", R"({"hostname":"localhost"})", ""},
      {"of a container", R"({"hostname":"9e107d9d372bb6826bd81d3542a419d6"})", ""},
      {"host alone", R"({"host":"db1"})", ""},
      {"weak key with a model", R"({"device_name":"SM-A536B","os":"13"})", "device_model"},
  });
  EXPECT_EQ(Detected(MessageBuilder().host("intranet").header("Host", "intranet").take()).types(), "");
  EXPECT_EQ(Detected(MessageBuilder().host("intranet").body(R"({"hostname":"intranet"})").take()).types(), "");
}

TEST(PhoneNumber, OfTheOwner) {
  expect_types({
      {"key of one's own", R"({"msisdn":"+4915112345678"})", "phone_number"},
      {"account", R"({"account":{"phone":"+4915112345678"}})", "phone_number"},
      {"beside device data", R"({"phone":"13822204417","imei":"352458071234565"})", "imei phone_number"},
      {"user name", R"({"username":"09154974536","os":"android"})", "phone_number"},
      {"hotline", R"({"support":{"phone":"+49 30 123456"}})", ""},
      {"company", R"({"company":"ACME","phone":"+49 30 123456"})", ""},
      {"rows", R"([{"phone":"+4915112345671"},{"phone":"+4915112345672"},{"phone":"+4915112345673"}])", ""},
      {"time", R"({"phone":"1700000000"})", ""},
      {"date", R"({"phone":"2026-11-23"})", ""},
      {"a model", R"({"phone":"Pixel 7"})", ""},
      {"schema", R"({"phone":"string"})", ""},
      {"invitation", R"({"invite":{"name":"Ada","phone":"+4915112345671"}})", ""},
  });
}

TEST(Email, OfTheOwnersAccount) {
  expect_types({
      {"alone", R"({"email":"lena.hart@mail.example"})", "email"},
      {"account", R"({"account":{"name":"Lena","email":"lena.hart@mail.example"}})", "email"},
      {"login", "login=lena.hart%40mail.example&device_type=ios", "email", "", "application/x-www-form-urlencoded"},
      {"hashed", R"({"hashed_email":"f0c1e2d3a4b5968778695a4b3c2d1e0ff0c1e2d3a4b5968778695a4b3c2d1e0a"})", "email"},
      {"role", R"({"email":"noreply@shop.example"})", ""},
      {"support", R"({"support_email":"lena@shop.example"})", ""},
      {"recipient", R"({"to":{"email":"ada@x.example"},"subject":"hi"})", ""},
      {"author", R"({"author":{"email":"ada@x.example"}})", ""},
      {"image", R"({"email":"logo@2x.png"})", ""},
      {"rows", R"({"members":[{"email":"a@x.example"},{"email":"b@x.example"},{"email":"c@x.example"}]})", ""},
      {"in a text", R"({"body":"write to ada@x.example"})", ""},
      {"empty", R"({"email":""})", ""},
  });
}

}  // namespace
}  // namespace telltale::test
