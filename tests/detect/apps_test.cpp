// Whole messages in the styles of other apps: everything in them must be told, and nothing else.
#include "tests/detect/detected.h"

namespace telltale::test {
namespace {

TEST(Apps, AdvertisingKits) {
  expect_types({
      {"query of an ad request", "",
       "advertising_id carrier_name device_brand device_model mcc sim_operator",
       "brand=samsung&model=SM-A325F&gaid=6f1c9a52-8f0e-4d0b-9a35-0b6c1df7a3f1&mcc=262&mnc=02&network_str=Vodafone.de&sdk_version=16.1"},
      {"OpenRTB device",
       R"({"id":"8e1f","imp":[{"id":"1"}],"device":{"ua":"Mozilla/5.0","ifa":"0d1f7a9e-9b6e-4a76-a7a4-0a1f0a4ff27b",
           "make":"Xiaomi","model":"M2012K11AG","os":"android","osv":"12","carrier":"Turkcell","mccmnc":"286-01",
           "geo":{"lat":41.0131,"lon":28.9550,"type":1,"accuracy":20}}})",
       "advertising_id carrier_name coordinates device_brand device_model sim_operator"},
      {"attribution form",
       "gps_adid=1b1ea0d5-34ef-4b4c-8d9d-6a8d7c8f1a22&android_id=4b1f8e0c9a7d3e52&device_name=Pixel+7&device_manufacturer=Google&os_name=android&app_token=2fm9gkqubvpc&tracking_enabled=1",
       "advertising_id android_id device_brand device_model", "", "application/x-www-form-urlencoded"},
      {"opted out", R"({"ifa":"00000000-0000-0000-0000-000000000000","dnt":1,"os":"android"})", ""},
      {"iOS kit", R"({"idfa":"7C1B2B6E-6B0F-4BE2-8F50-2D5B3F5C6C11","idfv":"A2D2B1E4-1111-4C8E-9C61-6B7A2D5B3F5C","device":{"hw_machine":"iPhone14,2","osv":"16.1"}})",
       "advertising_id device_model"},
  });
}

TEST(Apps, ChineseKits) {
  expect_types({
      {"pinyin abbreviations",
       R"({"sbxh":"V2055A","pinpai":"vivo","yys":"中国移动","jingdu":"113.264385","weidu":"23.129112","sjhm":"13822204417","imei1":"861234059871239"})",
       "carrier_name coordinates device_brand device_model imei phone_number"},
      {"hanzi keys",
       R"({"设备型号":"PCLM10","品牌":"OPPO","运营商":"中国联通","经度":113.934528,"纬度":22.540503,"系统版本":"12"})",
       "carrier_name coordinates device_brand device_model"},
      {"header of a log kit",
       R"({"magic_tag":"ss_app_log","header":{"openudid":"1f6a0c5d9be3427a","mc":"5c:c3:07:1a:2b:3d","mcc_mnc":"46011","carrier":"CHINA TELECOM","device_model":"LIO-AN00","device_brand":"HUAWEI","os":"Android","sim_serial_number":""}})",
       "android_id carrier_name device_brand device_model mac_address sim_operator"},
      {"contacts in one form field",
       "leixing=dhb&yhm=a1&data=%5B%7B%22xm%22%3A%22%E5%BC%A0%E4%BC%9F%22%2C%22dh%22%3A%2213900001111%22%7D%2C%7B%22xm%22%3A%22%E7%8E%8B%E8%8A%B3%22%2C%22dh%22%3A%2213900002222%22%7D%2C%7B%22xm%22%3A%22%E6%9D%8E%E5%A8%9C%22%2C%22dh%22%3A%2213900003333%22%7D%5D",
       "contact_list", "", "application/x-www-form-urlencoded"},
      {"location service with x and y in a position",
       R"({"location":{"x":113.943211,"y":22.532456},"imsi":"460015551234567"})", "coordinates imsi"},
      {"MAC and access points in one value",
       R"({"bts":"460,01,9511,132456789,-71","macs":"a0:8c:f8:11:22:31,-61,office|b4:0f:3b:44:55:61,-72,guest","mmac":"a0:8c:f8:11:22:31"})",
       "cell_tower wifi_scan"},
  });
}

TEST(Apps, LoanAndSpyApps) {
  expect_types({
      {"Indian loan app",
       R"({"loanUser":{"mobile":"9876501234"},"deviceInfo":{"brand":"realme","model":"RMX3231","imei":"864321045678914","simOperatorName":"Jio 4G","wifiBSSID":"b0:4e:26:aa:10:01"},
          "contacts":[{"naam":"Asha Rao","mobile":"9811100011"},{"naam":"Vikas Jain","mobile":"+91 98222 00022"},{"naam":"Neha Nair","mobile":"09833300033"}],
          "smsList":[{"address":"VM-HDFCBK","body":"Rs 500 debited","date":1690000000000,"type":1},{"address":"+919844400044","body":"kal milte hain","date":1690000100000,"type":1}]})",
       "carrier_name contact_list device_brand device_model imei message_log phone_number"},
      {"remote access tool",
       R"({"contactsList":[{"phoneNo":"+34 611 222 333","name":"Mamá"},{"phoneNo":"622333444","name":"Pepe"},{"phoneNo":"633444555","name":"Lola"}]})",
       "contact_list"},
      {"its calls",
       R"({"callsList":[{"phoneNo":"611222333","name":"Pepe","duration":"61","type":2},{"phoneNo":"622333444","name":null,"duration":"0","type":3},{"phoneNo":"112","name":null,"duration":"33","type":2}]})",
       "call_log"},
      {"its apps",
       R"({"apps":[{"appName":"WhatsApp","packageName":"com.whatsapp"},{"appName":"Signal","packageName":"org.thoughtcrime.securesms"},{"appName":"Bank","packageName":"es.bancosantander.apps"},{"appName":"Chrome","packageName":"com.android.chrome"},{"appName":"Maps","packageName":"com.google.android.apps.maps"}]})",
       "installed_apps"},
      {"its access points", R"({"networks":[{"BSSID":"a0:8c:f8:11:22:31","SSID":"casa"},{"BSSID":"b4:0f:3b:44:55:61","SSID":"vecino"}]})",
       "wifi_scan"},
      {"its position", R"({"enable":true,"lat":40.415363,"lng":-3.707398})", "coordinates"},
      {"Russian stealer as text", "imei: 865432041234567\nширота: 55.755831\nдолгота: 37.617673\n",
       "coordinates imei"},
      {"Portuguese contacts in XML",
       "<contatos><contato><nome>João Silva</nome><telefone>+55 11 91234-5678</telefone></contato><contato><nome>Maria Souza</nome><telefone>(21) 99876-5432</telefone></contato><contato><nome>Zé</nome><celular>11987654321</celular></contato></contatos>",
       "contact_list", "", "text/xml"},
      {"Turkish call log as a table",
       "numara;ad;süre;tarih;tür\n05321112233;Ayşe;120;2026-01-05 10:00;giden\n05337778899;Mehmet;5;2026-01-05 11:00;gelen\n02123334455;;300;2026-01-05 12:00;gelen\n",
       "call_log", "", "text/csv"},
      {"Google's contact table",
       "Name,Given Name,Family Name,E-mail 1 - Value,Phone 1 - Value\r\nAda Lovelace,Ada,Lovelace,ada@uni.example,+44 20 7946 0011\r\nAlan Turing,Alan,Turing,alan@uni.example,+44 20 7946 0022\r\nGrace Hopper,Grace,Hopper,,+1 202 555 0133\r\n",
       "contact_list", "", "text/csv"},
  });
}

TEST(Apps, TrackersAndAgents) {
  expect_types({
      {"OsmAnd protocol", "", "coordinates",
       "id=123456&lat=48.137154&lon=11.576124&timestamp=1700000000&hdop=0.9&altitude=520&speed=0"},
      {"NMEA", "$GPRMC,081836,A,3751.65,S,14507.36,E,000.0,360.0,130998,011.3,E*62\r\n", "coordinates"},
      {"tracker with hemispheres", "*HQ,865205030330012,V1,145452,A,2240.55181,N,11358.32389,E,0.00,0,100815,FFFFFBFF#",
       "coordinates imei"},
      {"geo URI", R"({"uri":"geo:48.137154,11.576124;u=25"})", "coordinates"},
      {"scaled integers", R"({"latitudeE7":481371540,"longitudeE7":115761240,"accuracy":18})", "coordinates"},
      {"ISO 6709", R"({"com.apple.quicktime.location.ISO6709":"+48.1371+011.5761+520/"})", "coordinates"},
      {"GeoJSON point", R"({"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[11.576124,48.137154]},"properties":{"speed":3.1,"timestamp":1700000000}})",
       "coordinates"},
      {"degrees, minutes and seconds", R"({"lat":"48°08'13.8\"N","lng":"11°34'34.0\"E"})", "coordinates"},
      {"inventory agent",
       R"({"computer_name":"BUCHHALTUNG-03","os":"Windows 11","bios_serial":"5CG1234XYZ","mac_address":"3c:52:82:0f:aa:71","installed_software":[{"name":"Firefox","version":"128"},{"name":"7-Zip","version":"23"},{"name":"Office","version":"16"},{"name":"VLC","version":"3"},{"name":"Teams","version":"1"}]})",
       "hostname installed_apps mac_address serial_number"},
      {"SOAP registration",
       "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><a:Register xmlns:a=\"urn:x\"><a:Imei>864321045678914</a:Imei><a:Msisdn>+905321112233</a:Msisdn><a:Iccid>8990011916180280008</a:Iccid></a:Register></s:Body></s:Envelope>",
       "iccid imei phone_number", "", "text/xml"},
      {"syslog line", "<134>Nov 23 10:01:00 cam01 netd: boot mac=3c:52:82:0f:aa:71 serial=5CG1234XYZ up",
       "mac_address serial_number"},
      {"French keys", R"({"appareil":{"modele":"Galaxy A52","fabricant":"samsung","operateur":"Orange F","os":"Android"}})",
       "carrier_name device_brand device_model"},
      {"Indonesian keys", R"({"perangkat":{"merek":"OPPO","tipe_hp":"CPH2239","operator_seluler":"TELKOMSEL"},"lintang":-6.200123,"bujur":106.816677,"no_hp":"081234567890"})",
       "carrier_name coordinates device_brand device_model phone_number"},
      {"Vietnamese keys", R"({"vĩ_độ":21.028511,"kinh_độ":105.804817,"số_điện_thoại":"0912345678"})",
       "coordinates phone_number"},
      {"Arabic keys", R"({"خط_العرض":24.713552,"خط_الطول":46.675297,"رقم_الجوال":"0501234567"})",
       "coordinates phone_number"},
      {"Hindi keys", R"({"अक्षांश":28.613939,"देशांतर":77.209021})", "coordinates"},
  });
}

TEST(Apps, Accounts) {
  expect_types({
      {"sign-in", R"({"user":{"email":"lena.hart77@mail.example","lang":"de"},"os":"android"})", "email"},
      {"address as user name", R"({"login":"j.doe@mail.example","password":"x","device":{"os":"ios"}})", "email"},
      {"owner's number", R"({"msisdn":"4915112345678"})", "phone_number"},
      {"accounts on the device", R"({"androidVersion":"13","google_account":"jo.bloggs@gmail.com"})", "email"},
      {"SIM data", R"({"sim":{"imsi":"262021234567890","iccid":"89490200001234567896","line1Number":"+4917612345678","spn":"o2 - de"}})",
       "carrier_name iccid imsi phone_number"},
  });
}

TEST(Apps, PeopleOneByOneArePieces) {
  const Detected seen = detected(R"({"name":"Ada Lovelace","phone":"+44 20 7946 0011"})");
  ASSERT_EQ(seen.seen.pieces.size(), 1u);
  EXPECT_EQ(seen.seen.pieces[0].type, DataType::contact_list);
  const Detected same = detected(R"({"name":"A. Lovelace","phone":"020 7946 0011"})");
  ASSERT_EQ(same.seen.pieces.size(), 1u);
  EXPECT_EQ(seen.seen.pieces[0].identity, same.seen.pieces[0].identity) << "the same number";
}

}  // namespace
}  // namespace telltale::test
