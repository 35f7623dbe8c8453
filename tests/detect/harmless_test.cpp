// Messages that look like leaks and are none: nothing may be told of them.
#include "tests/detect/detected.h"

namespace telltale::test {
namespace {

TEST(Harmless, Shops) {
  expect_types({
      {"order", R"({"orderId":"352458071234565","amount":1999,"currency":"EUR","items":[{"sku":"4006381333931","qty":2,"price":19.995}]})", ""},
      {"article of a phone shop", R"({"product":{"brand":"samsung","model":"Galaxy S23","price":799.0,"color":"black","storage":"128GB"}})", ""},
      {"catalogue", R"([{"brand":"Xiaomi","model":"Redmi 9","price":99},{"brand":"OPPO","model":"A5","price":89},{"brand":"Nokia","model":"G21","price":79}])", ""},
      {"shoe", R"({"brand":"Nike","model":"Air Max 90","size":"42","color":"white"})", ""},
      {"car", R"({"make":"BMW","model":"320d","year":2018,"mileage":81000})", ""},
      {"car without more", R"({"make":"Volkswagen","model":"Golf"})", ""},
      {"parcel", R"({"carrier":"DHL","tracking_number":"JD014600003888888888","weight":1.25})", ""},
      {"payment", "card_number=378282246310005&exp=12%2F29&cvc=1234&amount=49.90", "", "", "application/x-www-form-urlencoded"},
      {"search for a brand", "", "", "q=samsung+galaxy&sort=price&page=2"},
      {"branches", R"({"stores":[{"name":"Mitte","phone":"+49 30 111111","lat":52.5201,"lng":13.4051},{"name":"Nord","phone":"+49 30 222222","lat":52.5503,"lng":13.3904},{"name":"West","phone":"+49 30 333333","lat":52.5002,"lng":13.2903}]})", ""},
      {"delivery address on a map", R"({"destination":{"lat":52.520812,"lng":13.409412,"street":"Karl-Marx-Allee 1"}})", ""},
  });
}

TEST(Harmless, Series) {
  expect_types({
      {"episode", R"({"serial":"S02E05","model":"16:9","host":"kino"})", ""},
      {"screen", R"({"model":"4:3","host":"saal","nr":7})", ""},
      {"catalogue in Thai", R"([{"ยี่ห้อ":"Samsung","รุ่น":"Galaxy A54","ราคา":9900},{"ยี่ห้อ":"OPPO","รุ่น":"A78","ราคา":7900}])", ""},
      {"article in Greek", R"({"μάρκα":"Samsung","μοντέλο":"Galaxy A54","τιμή":299.9})", ""},
      {"drill", R"({"brand":"Bosch","name":"GSR 12V"})", ""},
      {"network of a shop", R"({"network":"3","hops":4})", ""},
  });
}

TEST(Harmless, Schemas) {
  expect_types({
      {"required members", R"({"shapes":{"CreateModelRequest":{"type":"structure","required":["modelName","modelType"]}}})", ""},
      {"columns", R"({"columns":["brandName","brandOwner"]})", ""},
      {"required members of several words", R"({"shapes":{"DeleteModel":{"type":"structure","required":["ModelId","ApiId"]}}})", ""},
      {"options of a command", R"({"commands":{"create":{"flags":{"--hostname":"value","--imei":"value"}}}})", ""},
      {"sample code in a manual", R"({"methods":[{"name":"connect","desc":"<p>Opens.</p><pre><code>{\"host\":\"mail-gw\",\"hostname\":\"backup-2\"}</code></pre>"}]})", ""},
  });
}

TEST(Harmless, Documents) {
  const std::string manual = "Opens a profile. It is kept by the server. There it stays until it is deleted. Nobody else sees it. " + std::string(900, '-') +
                             "\nProgram: bc\nE-mail: phil@cs.uni.edu\nOS: unix\n";
  expect_types({
      {"a manual names its author", manual.c_str(), "", "", "text/plain"},
      {"an example of a form", "name: example\nemail: e@example.com (verified)\nphone: none\ndevice: none\n", "", "", "text/plain"},
      {"account of a program", R"({"type":"service_account","private_key_id":"1","client_email":"build@project.iam.gserviceaccount.com"})", ""},
      {"dependencies", R"({"bomFormat":"CycloneDX","components":[{"group":"org.eclipse.jetty","purl":"pkg:maven/a"},{"group":"com.google.guava","purl":"pkg:maven/b"},{"group":"io.netty.handler","purl":"pkg:maven/c"},{"group":"org.apache.commons","purl":"pkg:maven/d"},{"group":"net.java.dev","purl":"pkg:maven/e"}]})", ""},
      {"constants", "<def><define name='wxTIME_FOREVER' value='10000000'/><define name='wxITERATE_ALL' value='1679848484'/><define name='wxITERATE_HIDDEN' value='2097156'/><define name='wxSTYLE_MASK' value='419471360'/></def>", "", "", "application/xml"},
      {"packages and dates", "apt\tca-certificates\t20230311-1200\napt\tpublicsuffix\t20230209-2326\napt\ttzdata\t20240226-0900\napt\tfonts\t20220802-1001\n", "", "", "text/tab-separated-values"},
      {"keyboards a program knows", "<registry><modelList><model><item><name>latitude</name><vendor>Dell</vendor></item></model><model><item><name>thinkpad</name><vendor>Lenovo</vendor></item></model><model><item><name>inspiron</name><vendor>Dell</vendor></item></model><model><item><name>chromebook</name><vendor>Google</vendor></item></model><model><item><name>macbook</name><vendor>Apple</vendor></item></model><model><item><name>pavilion</name><vendor>HP</vendor></item></model><model><item><name>ideapad</name><vendor>Lenovo</vendor></item></model><model><item><name>precision</name><vendor>Dell</vendor></item></model></modelList></registry>", "", "", "application/xml"},
  });
}

TEST(Harmless, NumbersGivenOneAfterTheOtherAreNoPeople) {
  expect_types({
      {"articles", R"({"items":[{"name":"Tea","number":"100200300"},{"name":"Milk","number":"100200301"},{"name":"Salt","number":"100200302"}]})", ""},
      {"people all the same", R"({"items":[{"name":"Ann Lee","number":"5551234567"},{"name":"Bob Ray","number":"5558765432"},{"name":"Cy Twombly","number":"5557001122"}]})", "contact_list"},
  });
}

// Four models or more are a list of models; one device may have as many names, and a fleet tells which each is.
TEST(Harmless, ManyModelsAreNotTheSenders) {
  expect_types({
      {"supported", R"({"cfg":{"a":{"model":"SM-G991B"},"b":{"model":"SM-A536B"},"c":{"model":"Pixel 6"},"d":{"model":"CPH2269"}}})", ""},
      {"three", R"({"cfg":{"a":{"model":"SM-G991B"},"b":{"model":"SM-A536B"},"c":{"model":"Pixel 6"}}})", "device_model"},
      {"the sender beside them", R"({"device":{"model":"SM-G991B","imei":"356938035643809"},"cfg":{"a":{"model":"SM-A536B"},"b":{"model":"Pixel 6"},"c":{"model":"CPH2269"},"d":{"model":"RMX3085"}}})", "device_model imei"},
  });
}

TEST(Numbered, AFixInAMessageWithoutNames) {
  const char* const fix = R"({"2":{"1":52.520008,"2":13.404954,"3":8.5,"4":1718012345678}})";
  expect_types({
      {"pair, accuracy, time", fix, "coordinates"},
      {"no time", R"({"2":{"1":52.520008,"2":13.404954,"3":8.5,"4":17}})", ""},
      {"no accuracy", R"({"2":{"1":52.520008,"2":13.404954,"3":8,"4":1718012345678}})", ""},
      {"no pair", R"({"2":{"1":52.520008,"2":"x","3":8.5,"4":1718012345678,"5":13.404954}})", ""},
      {"an acceleration", R"({"2":{"1":0.020008,"2":-0.404954,"3":9.5,"4":1718012345678}})", ""},
  });
}

TEST(Harmless, Maps) {
  expect_types({
      {"tile", "", "", "z=14&x=8802&y=5373&style=dark"},
      {"bounding box", "", "", "SERVICE=WMS&BBOX=13.0883,52.3382,13.7611,52.6755&WIDTH=512&CRS=EPSG:4326"},
      {"corners", R"({"sw":{"lat":52.3382,"lng":13.0883},"ne":{"lat":52.6755,"lng":13.7611}})", ""},
      {"corners as members", R"({"minLat":52.3382,"minLon":13.0883,"maxLat":52.6755,"maxLon":13.7611})", ""},
      {"view of a map", R"({"center":{"lat":52.5163,"lng":13.3777},"zoom":12})", ""},
      {"viewport", R"({"viewport":{"latitude":52.5163,"longitude":13.3777,"zoom":12.5}})", ""},
      {"polygon", R"({"type":"Polygon","coordinates":[[[13.3777,52.5163],[13.3801,52.5163],[13.3801,52.5201],[13.3777,52.5163]]]})", ""},
      {"line", R"({"type":"LineString","coordinates":[[13.3777,52.5163],[13.3801,52.5201]]})", ""},
      {"route", R"({"route":[{"lat":52.5163,"lng":13.3777},{"lat":52.5201,"lng":13.3801},{"lat":52.5300,"lng":13.3900}]})", ""},
      {"places", R"({"results":[{"name":"Cafe","lat":52.5163,"lng":13.3777},{"name":"Bar","lat":52.5201,"lng":13.3801},{"name":"Zoo","lat":52.5080,"lng":13.3370}]})", ""},
      {"no fix", R"({"lat":0.000000,"lng":0.000000,"accuracy":0})", ""},
      {"city only", R"({"lat":52.52,"lon":13.40})", ""},
      {"out of range", R"({"lat":152.5163,"lng":213.3777})", ""},
      {"SVG", R"(<svg viewBox="0 0 512 512"><path d="M52.5163 13.3777 L48.85661 2.35222"/></svg>)", ""},
      {"style sheet", "a{margin:12.3456px;padding:7.5em}b{top:52.5163%;left:13.3777%}", ""},
      {"NMEA without a fix", "$GPRMC,081836,V,,,,,,,130998,,,N*50\r\n", ""},
      {"NMEA with a wrong checksum", "$GPRMC,081836,A,3751.65,S,14507.36,E,000.0,360.0,130998,011.3,E*63\r\n", ""},
  });
}

TEST(Harmless, Developers) {
  expect_types({
      {"language model", R"({"model":"gpt-4o-mini","messages":[{"role":"user","content":"my phone is broken"}],"temperature":0.7})", ""},
      {"embedding", R"({"model":"text-embedding-3-small","input":"52.5163, 13.3777"})", ""},
      {"model of a local server", R"({"model":"llama3:8b","prompt":"hello","stream":true})", ""},
      {"schema", R"({"schema":{"imei":{"type":"string"},"lat":{"type":"number"},"email":{"type":"string","format":"email"}}})", ""},
      {"GraphQL", R"({"query":"query($n:Int){contacts(first:$n){name phone email}}","variables":{"n":20}})", ""},
      {"trace", R"({"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","name":"render","duration":12.345})", ""},
      {"request ids", R"({"request_id":"6f1c9a52-8f0e-4d0b-9a35-0b6c1df7a3f1","session":"0d1f7a9e-9b6e-4a76-a7a4-0a1f0a4ff27b"})", ""},
      {"git hashes", "build a94a8fe5ccb19ba61c4c0873d391e987982fbbd3\nmodel cache warm: bert-base-uncased\ncommit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12\n", ""},
      {"package list of a project", R"({"name":"demo","author":{"name":"Ada","email":"ada@dev.example"},"contributors":[{"name":"Bob","email":"bob@dev.example"},{"name":"Cy","email":"cy@dev.example"},{"name":"Di","email":"di@dev.example"}],"dependencies":{"react":"^17"}})", ""},
      {"stack trace", "java.lang.NullPointerException\n at com.example.app.Main.run\n at com.example.app.Loop.go\n at com.example.app.Base.x\n at com.example.app.Base.y\n at com.example.app.Base.z\n", ""},
      {"permissions", R"({"permissions":["android.permission.CAMERA","android.permission.INTERNET","android.permission.READ_SMS","android.permission.NFC","android.permission.VIBRATE"]})", ""},
      {"image at two sizes", R"({"images":["logo@2x.png","logo@3x.png"],"mail":"logo@2x.png"})", ""},
      {"npm package", R"({"mail":"lodash@4.17.21"})", ""},
      {"certificate", R"({"serial":"1234567890","issuer":"CN=R3","notBefore":"2024-01-01"})", ""},
      {"DNS zone", R"({"serial":2023010101,"refresh":7200})", ""},
      {"continuous integration", R"({"job":"build","host":"runner","repository":"a/b","commit":"2fd4e1c6","status":"ok","duration":31})", ""},
  });
}

TEST(Harmless, Telemetry) {
  expect_types({
      {"sensors", R"({"t":21.53,"h":44.21,"pm25":12.345,"co2":812})", ""},
      {"table of measurements", "time,sensor,temp,hum\n2026-11-23T00:00:00Z,attic,18.123,40.456\n2026-11-23T01:00:00Z,attic,18.223,41.456\n", "", "", "text/csv"},
      {"page timing", R"({"trace":"4bf92f3577b34da6a3ce929d0e0e4736","span":"00f067aa0ba902b7","dur":12.345,"url":"https://shop.example/cart"})", ""},
      {"page view", "", "", "v=1&tid=UA-1234-1&cid=555.1700000000&dl=https%3A%2F%2Fshop.example%2F&ul=de-de&sr=1920x1080&vp=1200x800"},
      {"metrics", "srv1.load 0.125 1700000000\nsrv1.mem 81.337 1700000000\n", ""},
      {"fitness", R"({"steps":8123,"distance":5.312,"calories":301.5,"duration":3600,"heart_rate":[61,72,88]})", ""},
      {"chat", R"({"type":"msg","text":"lunch at 12.30? call me on 555","id":"6f1c9a52-8f0e-4d0b-9a35-0b6c1df7a3f1","from":"bob"})", ""},
      {"chat history", R"({"messages":[{"sender_id":"u1","text":"hi","ts":1700000000},{"sender_id":"u2","text":"hello","ts":1700000001},{"sender_id":"u1","text":"bye","ts":1700000002}]})", ""},
      {"article", R"({"title":"Release 4.12.3","body":"We fixed 12 bugs. Questions go to support@blog.example. Thanks."})", ""},
      {"support address", R"({"email":"support@shop.example","subject":"help"})", ""},
      {"recipients", R"({"to":[{"name":"Ada","email":"ada@x.example"},{"name":"Bob","email":"bob@x.example"},{"name":"Cy","email":"cy@x.example"}],"subject":"hi"})", ""},
      {"two people", R"({"invite":[{"name":"Ada Lovelace","phone":"+442079460011"},{"name":"Alan Turing","phone":"+442079460022"}]})", ""},
      {"placeholders", "", "", "gaid=00000000-0000-0000-0000-000000000000&imei=000000000000000&lat=0.000000&lng=0.000000&mac=02:00:00:00:00:00&serial=unknown&android_id=9774d56d682e549c"},
      {"devices found nearby", R"({"ble_devices":[{"mac":"3c:52:82:0f:aa:71","rssi":-60},{"mac":"3c:52:82:0f:aa:72","rssi":-61}]})", ""},
      {"filters with operators", R"({"filter":{"operator":"and","conditions":[{"field":"price","op":"gt","value":"12.345"}]}})", ""},
      {"random words", R"({"a":"lorem ipsum dolor","b":[1,2,3],"c":{"d":"2026-11-23T10:11:12Z"}})", ""},
      {"host of a page", R"({"hostname":"www.shop.example","path":"/cart"})", ""},
      {"weather by name", "", "", "city=Berlin&units=metric"},
      {"speed test", R"({"server":{"name":"Berlin","lat":"52.5163","lon":"13.3777","sponsor":"ISP"},"ping":12.345})", ""},
      {"calendar", R"({"event":{"title":"Dinner","start":"2026-11-23T19:00:00Z","attendees":[{"email":"a@x.example"},{"email":"b@x.example"},{"email":"c@x.example"}]}})", ""},
      {"numbers", R"([1234567890,9876543210,5551234567,1112223334])", ""},
      {"phone prefixes of countries", R"([{"name":"Germany","code":"+49"},{"name":"France","code":"+33"},{"name":"Spain","code":"+34"}])", ""},
      {"cities with populations", R"([["Berlin",3664088],["Hamburg",1852478],["Munich",1488202],["Cologne",1083498]])", ""},
      {"users with time stamps", R"([["ada","1700000000"],["bob","1700000001"],["cyd","1700000002"]])", ""},
  });
}

}  // namespace
}  // namespace telltale::test
