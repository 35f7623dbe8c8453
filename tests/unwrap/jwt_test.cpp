#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

// RFC 7519 section 3.1.
constexpr std::string_view kToken =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    "."
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

TEST(Jwt, GivesHeaderAndClaims) {
  const Unwrapped token(kToken);
  EXPECT_THAT(token.lines(),
              ElementsAre("$.typ=JWT", "$.alg=HS256", "$.iss=joe", "$.exp=1300819380",
                          "$['http://example.com/is_root']=true"));
  EXPECT_EQ(token.at("$.iss").encodings, "jwt");
}

TEST(Jwt, IsFoundInHeadersFormsAndJson) {
  EXPECT_EQ(Unwrapped("Bearer " + std::string(kToken)).at("$.iss").value, "joe");
  EXPECT_EQ(Unwrapped("t=" + std::string(kToken) + "&x=1").at("t:$.iss").value, "joe");
  EXPECT_EQ(Unwrapped("{\"t\":\"" + std::string(kToken) + "\"}").at("$.t:$.iss").value, "joe");
}

TEST(Jwt, TheClaimsMayBeCutOff) {
  const Unwrapped cut(kToken.substr(0, 70), {}, {}, true);
  EXPECT_EQ(cut.at("$.iss").value, "joe");
}

TEST(Jwt, OtherDottedWordsAreNone) {
  for (const std::string text :
       {"eyJust.some.words", "www.example.com", "eyJ.eyJ.", "1.2.3.4.5.6.7.8.9.10"}) {
    EXPECT_THAT(unwrapped(text), ElementsAre("=" + text));
  }
}

}  // namespace
}  // namespace telltale
