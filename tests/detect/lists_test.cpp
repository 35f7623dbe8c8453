// Lists of people, calls, messages, apps, access points; cells; and where the device is: each as a table.
#include "tests/detect/detected.h"

namespace telltale::test {
namespace {

TEST(ContactList, ThreePeopleWhateverTheFormat) {
  expect_types({
      {"JSON", R"({"contacts":[{"name":"Ada","phone":"+442079460011"},{"name":"Bob","phone":"+442079460022"},{"name":"Cy","phone":"+442079460033"}]})", "contact_list"},
      {"under an unknown key", R"({"list":[{"name":"Ada","phone":"+442079460011"},{"name":"Bob","phone":"+442079460022"},{"name":"Cy","phone":"+442079460033"}]})", "contact_list"},
      {"several numbers each, silent keys", R"({"items":[{"n":"Ada Low","phones":[{"t":"mobile","v":"+442079460011"}]},{"n":"Bob","phones":[{"t":"home","v":"+442079460022"},{"t":"mobile","v":"+442079460023"}]},{"n":"Cy","phones":[{"t":"mobile","v":"+442079460033"}]}]})", "contact_list"},
      {"Greek", R"({"επαφές":[{"όνομα":"Άννα","κινητό":"+306911111111"},{"όνομα":"Νίκος","κινητό":"+306922222222"},{"όνομα":"Ελένη","κινητό":"+306933333333"}]})", "contact_list"},
      {"several numbers each", R"([{"displayName":"Ada","phones":[{"number":"+442079460011"},{"number":"+442079460012"}]},{"displayName":"Bob","phones":[{"number":"+442079460022"}]},{"displayName":"Cy","phones":[{"number":"+442079460033"}]}])", "contact_list"},
      {"addresses", R"({"contacts":[{"name":"Ada","email":"ada@x.example"},{"name":"Bob","email":"bob@x.example"},{"name":"Cy","email":"cy@x.example"}]})", "contact_list"},
      {"table without a header", "Ada Lovelace,+44 20 7946 0011\nAlan Turing,+44 20 7946 0022\nGrace Hopper,+44 20 7946 0033\n", "contact_list", "", "text/csv"},
      {"numbered form", "contacts[0][name]=Ada&contacts[0][phone]=%2B442079460011&contacts[1][name]=Bob&contacts[1][phone]=%2B442079460022&contacts[2][name]=Cy&contacts[2][phone]=%2B442079460033", "contact_list", "", "application/x-www-form-urlencoded"},
      {"parallel arrays", R"({"names":["Ada","Bob","Cy"],"phones":["+442079460011","+442079460022","+442079460033"]})", "contact_list"},
      {"numbers only", R"({"phonebook":["+442079460011","+442079460022","+442079460033"]})", "contact_list"},
      {"vCards", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nTEL:+442079460011\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bob\r\nTEL:+442079460022\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nFN:Cy\r\nTEL:+442079460033\r\nEND:VCARD\r\n", "contact_list", "", "text/vcard"},
      {"keys are numbers", R"([{"1":"Ada Lovelace","2":"+442079460011"},{"1":"Alan Turing","2":"+442079460022"},{"1":"Grace Hopper","2":"+442079460033"}])", "contact_list"},
      {"Japanese", R"({"連絡先":[{"氏名":"佐藤花子","電話番号":"090-1234-5678"},{"氏名":"鈴木一郎","電話番号":"080-2345-6789"},{"氏名":"高橋健","電話番号":"070-3456-7890"}]})", "contact_list"},
      {"map of people", R"({"contacts":{"17":{"name":"Ada","phone":"+442079460011"},"18":{"name":"Bob","phone":"+442079460022"},"19":{"name":"Cy","phone":"+442079460033"}}})", "contact_list"},
  });
}

TEST(ContactList, IsNotToldOf) {
  expect_types({
      {"two people", R"({"contacts":[{"name":"Ada","phone":"+442079460011"},{"name":"Bob","phone":"+442079460022"}]})", ""},
      {"one person three times", R"({"contacts":[{"name":"Ada","phone":"+442079460011"},{"name":"Ada","phone":"+442079460011"},{"name":"Ada","phone":"+442079460011"}]})", ""},
      {"one person's three numbers", R"({"contacts":[{"name":"Ada","phones":["+442079460011","+442079460012","+442079460013"]}]})", ""},
      {"names without numbers", R"({"contacts":[{"name":"Ada"},{"name":"Bob"},{"name":"Cy"}]})", ""},
      {"shops", R"({"stores":[{"name":"Mitte","phone":"+493011111111"},{"name":"Nord","phone":"+493022222222"},{"name":"West","phone":"+493033333333"}]})", ""},
      {"companies", R"([{"company":"A","name":"x y","phone":"+493011111111"},{"company":"B","name":"z","phone":"+493022222222"},{"company":"C","name":"w","phone":"+493033333333"}])", ""},
      {"recipients", R"({"cc":[{"name":"Ada","email":"ada@x.example"},{"name":"Bob","email":"bob@x.example"},{"name":"Cy","email":"cy@x.example"}]})", ""},
      {"room", R"({"room":{"members":[{"name":"Ada","email":"ada@x.example"},{"name":"Bob","email":"bob@x.example"},{"name":"Cy","email":"cy@x.example"}]}})", ""},
      {"articles", R"([{"name":"Shoe","price":1.5,"number":"4006381333931"},{"name":"Sock","price":2.5,"number":"4006381333932"},{"name":"Hat","price":3.5,"number":"4006381333933"}])", ""},
      {"cities", R"([["Berlin",3664088],["Hamburg",1852478],["Munich",1488202]])", ""},
      {"times", R"([["Ada",1700000000],["Bob",1700000001],["Cy",1700000002]])", ""},
      {"schema", R"({"columns":[{"name":"phone","type":"string"},{"name":"email","type":"string"},{"name":"id","type":"int"}]})", ""},
      {"parallel prices", R"({"productos":["Mesa","Silla","Banco"],"precios":[120,45,80]})", ""},
      {"one person's phones, silent keys", R"({"n":"Ada Low","phones":[{"t":"home","v":"+442079460022"},{"t":"mobile","v":"+442079460023"},{"t":"work","v":"+442079460024"}]})", ""},
      {"one vCard", "BEGIN:VCARD\nFN:Ada\nTEL:+442079460011\nEND:VCARD\n", ""},
  });
}

TEST(ContactList, CountsItsPeopleAndSaysWhere) {
  const Detected seen = detected(R"({"contacts":[{"name":"Ada","phone":"+442079460011"},{"name":"Bob","phone":"+442079460022"},
    {"name":"Cy","phone":"+442079460033"},{"name":"Di","phone":"+442079460044"}]})");
  ASSERT_NE(seen.best(DataType::contact_list), nullptr);
  EXPECT_EQ(seen.best(DataType::contact_list)->count, 4u);
  EXPECT_EQ(seen.location(DataType::contact_list), "http.request.body:$.contacts");
  EXPECT_GE(seen.best(DataType::contact_list)->evidence.size(), 6u) << "three names and numbers";
}

TEST(CallLog, RowsWithANumberAndADuration) {
  expect_types({
      {"JSON", R"({"calls":[{"number":"+442079460011","duration":31,"date":1700000000000,"type":"OUTGOING"},{"number":"+442079460022","duration":0,"date":1700000100000,"type":"MISSED"}]})", "call_log"},
      {"unknown container", R"([{"phone":"+442079460011","duration":31,"date":1},{"phone":"+442079460022","duration":3,"date":2},{"phone":"+442079460033","duration":9,"date":3}])", "call_log"},
      {"XML", "<calllog><call><number>611222333</number><type>incoming</type><duration>20</duration></call><call><number>622333444</number><type>incoming</type><duration>5</duration></call><call><number>633444555</number><type>missed</type><duration>0</duration></call></calllog>", "call_log", "", "text/xml"},
      {"pinyin", R"({"thjl":[{"dh":"13900001111","thsc":61,"thsj":"2026-01-01 10:00:00"},{"dh":"13900002222","thsc":5,"thsj":"2026-01-01 11:00:00"}]})", "call_log"},
      {"no header, no names of kinds", "+33612345678,Camille,1,64,2024-05-02 08:11:20\n+33798765432,Bureau,2,311,2024-05-02 09:30:00\n+33145678901,,3,0,2024-05-02 11:15:43\n", "call_log", "", "text/csv"},
      {"orders", "+33612345678,Camille,1,64,2024-05-02 08:11:20\n+33798765432,Bureau,2,311,2024-05-02 09:30:00\n+33145678901,Anne,3,12,2024-05-02 11:15:43\n", "", "", "text/csv"},
      {"songs", R"([{"number":"1","title":"A","duration":180},{"number":"2","title":"B","duration":200},{"number":"3","title":"C","duration":210}])", ""},
      {"videos", R"([{"id":"12345678","duration":180,"date":"2026-01-01"},{"id":"12345679","duration":200,"date":"2026-01-01"},{"id":"12345670","duration":1,"date":"2026-01-01"}])", ""},
      {"spans", R"({"spans":[{"name":"a","duration":1.5,"start_time":1},{"name":"b","duration":2.5,"start_time":2},{"name":"c","duration":3.5,"start_time":3}]})", ""},
      {"function calls", R"({"calls":[{"name":"open","duration":1},{"name":"read","duration":2},{"name":"close","duration":1}]})", ""},
  });
}

TEST(MessageLog, RowsWithABodyAndANumber) {
  expect_types({
      {"JSON", R"({"sms":[{"address":"+442079460011","body":"see you","date":1700000000000,"type":1},{"address":"+442079460022","body":"ok","date":1700000100000,"type":2}]})", "message_log"},
      {"table", "address,date,type,body\n+919800000001,1700000001,inbox,\"Your code is 111111, do not share\"\n+919800000002,1700000002,inbox,\"Your code is 222222, do not share\"\n+919800000003,1700000003,inbox,\"Your code is 333333, do not share\"\n", "message_log", "", "text/csv"},
      {"a sender with a name among numbers", R"([{"address":"+905551112233","body":"Eve geldin mi?","date":1718000000000},{"address":"AKBANK","body":"Kod 229104","date":1718000100000},{"address":"+905442223344","body":"Tamam","date":1718000300000}])", "message_log"},
      {"Spanish keys", R"({"mensajes":[{"de":"+34611222333","texto":"Hola","fecha":1717420800000},{"de":"BBVA","texto":"Su codigo es 481920","fecha":1717424400000}]})", "message_log"},
      {"chat export, brackets", "[12.06.24, 08:14] Sabine: Guten Morgen, bist du wach?\n[12.06.24, 08:15] Ich: Ja, gleich im Zug\n[12.06.24, 08:16] Sabine: Super, bis gleich\n", "message_log"},
      {"chat export, dashes", "6/12/24, 8:14 PM - Ana Lopez: are you coming?\n6/12/24, 8:15 PM - +34 611 222 333: ten minutes\nor more\n6/12/24, 8:16 PM - Ana Lopez: good, see you\n", "message_log"},
      {"two lines of an export", "[12.06.24, 08:14] Sabine: Guten Morgen, bist du wach?\n[12.06.24, 08:15] Ich: Ja, gleich im Zug\n", ""},
      {"log of a program", "[12.06.24, 08:14] INFO: server has started\n[12.06.24, 08:15] WARN: disk is nearly full\n[12.06.24, 08:16] nginx: reload of the config\n", ""},
      {"log with other moments", "[2024-06-12 08:14:01] Worker: job has started\n[2024-06-12 08:14:02] Queue: job is done\n[2024-06-12 08:14:03] Worker: idle again now\n", ""},
      {"notes of one person", "[12.06.24, 08:14] Changelog: first fix of it\n[12.06.24, 08:15] Changelog: second fix of it\n[12.06.24, 08:16] Changelog: third fix of it\n", ""},
      {"chat UI with names only", R"([{"from":"Ada","text":"hi there","time":1718000000000},{"from":"Bob","text":"good day","time":1718000100000},{"from":"Ada","text":"bye now","time":1718000300000}])", ""},
      {"names of senders", R"({"smsList":[{"phoneNo":"MyBank","msg":"balance 5"},{"phoneNo":"+34611222333","msg":"hola"}]})", "message_log"},
      {"language model", R"({"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"hello"}],"model":"gpt-4o"})", ""},
      {"chat", R"({"messages":[{"from":"u1","text":"hi","ts":1},{"from":"u2","text":"yo","ts":2},{"from":"u1","text":"bye","ts":3}]})", ""},
      {"comments", R"({"comments":[{"author":"Ada","body":"nice","date":1},{"author":"Bob","body":"no","date":2},{"author":"Cy","body":"yes","date":3}]})", ""},
      {"log lines", R"({"logs":[{"level":"info","message":"started","time":1},{"level":"warn","message":"slow","time":2},{"level":"info","message":"done","time":3}]})", ""},
  });
}

TEST(InstalledApps, FivePackagesOfSeveralMakers) {
  expect_types({
      {"array", R"({"installedApps":["com.whatsapp","com.facebook.katana","org.telegram.messenger","com.android.chrome","com.spotify.music"]})", "installed_apps"},
      {"table", "package,version\ncom.whatsapp,2.1\norg.telegram.messenger,9\ncom.ebay.mobile,6\nde.hafas.android.db,22\ncom.viber.voip,19\n", "installed_apps", "", "text/csv"},
      {"one value", "pkgs=com.whatsapp,org.telegram.messenger,com.ebay.mobile,de.hafas.android.db,com.viber.voip&v=1", "installed_apps", "", "application/x-www-form-urlencoded"},
      {"four", R"({"apps":["com.whatsapp","com.facebook.katana","org.telegram.messenger","com.android.chrome"]})", ""},
      {"of one maker", R"(["com.acme.a","com.acme.b","com.acme.c","com.acme.d","com.acme.e"])", ""},
      {"own package", R"({"packageName":"com.acme.app","os":"13"})", ""},
      {"hosts", R"(["www.a.example","www.b.example","www.c.example","www.d.example","www.e.example"])", ""},
  });
}

TEST(CellTower, AllFourTogether) {
  expect_types({
      {"JSON", R"({"cell":{"mcc":262,"mnc":2,"lac":4711,"cid":26221313}})", "cell_tower mcc sim_operator"},
      {"codes above", R"({"mcc":262,"mnc":2,"cells":[{"lac":4711,"cid":26221313}]})", "cell_tower mcc sim_operator"},
      {"beside an operator", R"({"operator_code":"26202","tac":4711,"ci":26221313})", "cell_tower sim_operator"},
      {"one value", R"({"bts":"460,0,4711,26221313,-71"})", "cell_tower"},
      {"unknown area", R"({"mcc":262,"mnc":2,"lac":65535,"cid":26221313})", "mcc sim_operator"},
      {"no cell", R"({"mcc":262,"mnc":2,"lac":4711})", "mcc sim_operator"},
      {"no codes", R"({"lac":4711,"cid":26221313})", ""},
      {"cells of a table", R"({"cells":["A1","B2"],"cid":"c-1"})", ""},
  });
}

TEST(WifiScan, SeveralAccessPoints) {
  expect_types({
      {"JSON", R"({"wifi":[{"bssid":"3c:52:82:0f:aa:71","ssid":"a","rssi":-61},{"bssid":"3c:52:82:0f:aa:72","ssid":"b","rssi":-70}]})", "wifi_scan"},
      {"MACs with a signal", R"({"wifiAccessPoints":[{"macAddress":"3c:52:82:0f:aa:71","signalStrength":-61},{"macAddress":"3c:52:82:0f:aa:72","signalStrength":-70}]})", "wifi_scan"},
      {"array", R"({"bssids":["3c:52:82:0f:aa:71","3c:52:82:0f:aa:72"]})", "wifi_scan"},
      {"lines of pairs", "scan 2024-06-12\nBSSID=50:c7:bf:90:7c:be SSID=\"Livebox-3A2F\" RSSI=-48 CH=1\nBSSID=c4:6e:1f:ac:0d:dd SSID=\"FreeWifi\" RSSI=-63 CH=6\nBSSID=d8:bb:2c:01:32:f9 SSID=\"SFR_88C0\" RSSI=-80 CH=11\n", "wifi_scan"},
      {"table under a heading", "=== Nearby WiFi ===\nKyivstar_2G  f0:18:98:d2:99:3a  82%\nTP-LINK_77A1  3c:5a:b4:70:36:1f  61%\n", "wifi_scan"},
      {"table of a network", "=== ARP table ===\nprinter  f0:18:98:d2:99:3a  82%\nnas  3c:5a:b4:70:36:1f  61%\n", ""},
      {"clients of an access point", "=== WiFi clients ===\nphone  f0:18:98:d2:99:3a  -52\ntablet  3c:5a:b4:70:36:1f  -61\n", ""},
      {"ports of a switch", "Port  MAC  Load\neth1  f0:18:98:d2:99:3a  82%\neth2  3c:5a:b4:70:36:1f  61%\n", ""},
      {"one value", R"({"wf":"3c:52:82:0f:aa:71;-61;a|3c:52:82:0f:aa:72;-70;b"})", "wifi_scan"},
      {"the one connected to", R"({"bssid":"3c:52:82:0f:aa:71","ssid":"a","rssi":-61})", ""},
      {"one twice", R"({"wifi":[{"bssid":"3c:52:82:0f:aa:71"},{"bssid":"3c:52:82:0f:aa:71"}]})", ""},
      {"anonymised", R"({"wifi":[{"bssid":"02:00:00:00:00:00"},{"bssid":"02:00:00:00:00:00"}]})", ""},
      {"names only", R"({"wifi":[{"ssid":"a"},{"ssid":"b"}]})", ""},
      {"clients of a router", R"({"clients":[{"mac":"3c:52:82:0f:aa:71","rssi":-61},{"mac":"3c:52:82:0f:aa:72","rssi":-70}]})", ""},
  });
}

TEST(Coordinates, OfTheDevice) {
  expect_types({
      {"siblings", R"({"latitude":52.5163,"longitude":13.3777})", "coordinates"},
      {"query", "", "coordinates", "lat=52.5163&lng=13.3777"},
      {"text", R"({"lat":"52.516312","lon":"13.377701"})", "coordinates"},
      {"array", R"({"location":[13.377701,52.516312]})", "coordinates"},
      {"pair in a value", R"({"gps":"52.516312,13.377701"})", "coordinates"},
      {"object in an object", R"({"device":{"geo":{"lat":52.516312,"lon":13.377701}}})", "coordinates"},
      {"x and y in a position", R"({"position":{"x":113.943211,"y":22.532456}})", "coordinates"},
      {"track", R"({"points":[{"lat":52.5163,"lng":13.3777,"ts":1},{"lat":52.5164,"lng":13.3778,"ts":2},{"lat":52.5165,"lng":13.3779,"ts":3}]})", "coordinates"},
      {"one of several lines", "{\"cmd\":\"login\"}\n{\"cmd\":\"ping\"}\n{\"cmd\":\"gps\",\"lat\":52.516312,\"lng\":13.377701}\n", "coordinates"},
      {"lines", "{\"lat\":52.516312,\"lng\":13.377701}\n{\"lat\":52.516412,\"lng\":13.377801}\n{\"lat\":52.516512,\"lng\":13.377901}\n", "coordinates"},
      {"headers", "", "coordinates", "X-Latitude=52.5163&X-Longitude=13.3777"},
      {"geohash", R"({"geohash":"u33db2m3"})", "coordinates"},
      {"southern hemisphere", R"({"lat":-33.8688,"lng":151.2093})", "coordinates"},
      {"log line", "fix lat=52.516312 lon=13.377701 acc=5", "coordinates"},
      {"broken JSON", R"({"lat":52.516312,"lng":13.377701,"note":"cut o)", "coordinates"},
      {"latitude alone", R"({"latitude":52.5163})", ""},
      {"x and y anywhere", R"({"x":113.943211,"y":22.532456})", ""},
      {"mouse", R"({"type":"move","x":113.943,"y":22.532,"t":12.345})", ""},
      {"version", R"({"location":"1.2.3,4.5.6"})", ""},
      {"page", R"({"location":"https://shop.example/a"})", ""},
      {"four decimals of something", R"({"long":1.2345,"short":2.3456})", ""},
      {"box in an array", R"({"location":[13.0883,52.3382,13.7611,52.6755]})", ""},
      {"equal numbers", R"({"lat":12.3456,"lng":12.3456})", ""},
      {"shop around", R"({"shop":{"lat":52.5163,"lng":13.3777}})", ""},
      {"rows of places", R"([{"title":"A","lat":52.5163,"lng":13.3777},{"title":"B","lat":52.5263,"lng":13.3877},{"title":"C","lat":52.5363,"lng":13.3977}])", ""},
  });
}

TEST(Coordinates, AreSurerBesideTimeAndAccuracy) {
  EXPECT_GT(detected(R"({"lat":52.5163,"lng":13.3777,"accuracy":12})").confidence(DataType::coordinates),
            detected(R"({"lat":52.5163,"lng":13.3777})").confidence(DataType::coordinates));
  EXPECT_EQ(detected(R"({"location":[13.377701,52.516312]})").value(DataType::coordinates),
            "13.377701,52.516312")
      << "without a word on the order, latitude comes first";
  EXPECT_EQ(detected(R"({"type":"Point","coordinates":[13.377701,52.516312]})").value(DataType::coordinates),
            "52.516312,13.377701");
}

}  // namespace
}  // namespace telltale::test
