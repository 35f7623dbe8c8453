#include "tests/unwrap/unwrapped.h"
#include "tests/unwrap/wrap.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

const std::string kForm =
    "--xYzZY\r\nContent-Disposition: form-data; name=\"imei\"\r\n\r\n490154203237518\r\n"
    "--xYzZY\r\nContent-Disposition: form-data; name=\"f\"; filename=\"contacts.json\"\r\n"
    "Content-Type: application/json\r\n\r\n{\"n\":[{\"p\":\"+919876543210\"}]}\r\n--xYzZY--\r\n";

TEST(Multipart, PartsBecomeItemsUnderTheirNames) {
  for (const MediaHints hints :
       {MediaHints{.media_type = "multipart/form-data; boundary=xYzZY"},
        MediaHints{.media_type = "multipart/form-data; boundary=\"xYzZY\""},
        MediaHints{.media_type = "multipart/form-data"}, MediaHints{}}) {
    EXPECT_THAT(unwrapped(kForm, hints),
                ElementsAre("imei=490154203237518", "f.filename=contacts.json",
                            "f:$.n[0].p=+919876543210"));
  }
}

TEST(Multipart, EvidenceKeepsItsPlaceOnTheWire) {
  const Unwrapped form(kForm);
  const Field& number = form.field_at("f:$.n[0].p");
  EXPECT_EQ(kForm.substr(number.wire_begin, number.wire_end - number.wire_begin), "+919876543210");
}

TEST(Multipart, EncodingsOfAPartAreTakenOff) {
  const std::string text =
      "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Encoding: gzip\r\n\r\n" +
      test::gzip("{\"imei\":\"490154203237518\"}") +
      "\r\n--b\r\nContent-Disposition: form-data; name=\"q\"\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n\r\na=3Db =C3=A9\r\n--b\r\n"
      "Content-Disposition: form-data; name=\"c\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
      test::base64("short") + "\r\n--b--";
  EXPECT_THAT(unwrapped(text),
              ElementsAre("q=a=b \xc3\xa9", "c=short", "a:$.imei=490154203237518"));
  EXPECT_EQ(Unwrapped(text).at("c").encodings, "base64");
}

TEST(Multipart, PartsWithoutNamesAreNumbered) {
  EXPECT_THAT(unwrapped("preamble\r\n--b\r\n\r\nfirst part\r\n--b\r\nContent-Type: "
                        "text/plain\r\n\r\nsecond\r\n--b--",
                        {.media_type = "multipart/mixed; boundary=b"}),
              ElementsAre("1=first part", "2=second"));
}

TEST(Multipart, OneCanStandInTheOther) {
  EXPECT_THAT(unwrapped("--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\ninner "
                        "text\r\n--c--\r\n\r\n--b--",
                        {.media_type = "multipart/mixed; boundary=b"}),
              ElementsAre("1:1=inner text"));
}

TEST(Multipart, AnyTruncationGivesTheFirstParts) {
  const std::vector<test::Leaf> all = Unwrapped(kForm).leaves();
  for (size_t size = 60; size < kForm.size(); ++size) {
    const Unwrapped part(kForm.substr(0, size),
                         {.media_type = "multipart/form-data; boundary=xYzZY"}, {}, true);
    const std::vector<test::Leaf> leaves = part.leaves();
    if (leaves[0].path.empty()) continue;
    EXPECT_EQ(leaves[0].path, "imei") << size;
    EXPECT_TRUE(std::string_view("490154203237518\r\n--xYzZY").starts_with(leaves[0].value))
        << leaves[0].value;
    EXPECT_TRUE(leaves[0].value == "490154203237518" || leaves[0].truncated) << size;
  }
}

TEST(Multipart, TextWithDashesStays) {
  EXPECT_THAT(unwrapped("-- \r\nregards, somebody"), ElementsAre("=-- \r\nregards, somebody"));
}

}  // namespace
}  // namespace telltale
