#include <gmock/gmock.h>

#include "tests/proto/notes.h"

namespace telltale::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Sender kSpeaker{"192.168.1.9", 1900, 1900};

std::string notify(const std::string& server, const std::string& kind = "ssdp:alive") {
  return "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNTS: " + kind +
         "\r\nSERVER: " + server + "\r\nUSN: uuid:1\r\n\r\n";
}

TEST(Ssdp, ADeviceSaysWhichProductItIs) {
  const std::string input = notify("Linux UPnP/1.0 Sonos/63.2-88230 (ZPS9)");
  EXPECT_THAT(notes(kSpeaker, input), ElementsAre("ssdp product Sonos (ZPS9)"));
  EXPECT_THAT(notes(kSpeaker, notify("Roku/9.4.0, UPnP/1.0, Roku/9.4.0")),
              ElementsAre("ssdp product Roku"));
  EXPECT_THAT(notes({"192.168.1.9", 1900, 40000},
                    "HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nServer: Hue/1.0 UPnP/1.0 "
                    "IpBridge/1.56\r\n\r\n"),
              ElementsAre("ssdp product IpBridge"));
  survive(kSpeaker, input);
}

TEST(Ssdp, LibrariesSearchesAndFarewellsNameNothing) {
  EXPECT_THAT(notes(kSpeaker, notify("Linux/5 UPnP/1.0 Portable SDK for UPnP devices/1.6")),
              IsEmpty());
  EXPECT_THAT(notes(kSpeaker, notify("Debian UPnP/1.1 MiniUPnPd/2.3")), IsEmpty());
  EXPECT_THAT(notes(kSpeaker, notify("no product here")), IsEmpty());
  EXPECT_THAT(notes(kSpeaker, notify("Tomato UPnP/1.0 1.28 K26 USB Ext UPnP/1.0 MiniUPnPd/1.6")),
              IsEmpty());
  EXPECT_THAT(notes(kSpeaker, notify("Linux UPnP/1.0 Sonos/63.2", "ssdp:byebye")), IsEmpty());
  EXPECT_THAT(notes(kSpeaker, "M-SEARCH * HTTP/1.1\r\nUSER-AGENT: Google Chrome/100\r\n\r\n"),
              IsEmpty());
}

}  // namespace
}  // namespace telltale::test
