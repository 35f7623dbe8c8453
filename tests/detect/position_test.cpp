#include "sensor/detect/position.h"

#include <gtest/gtest.h>

#include <string>

namespace telltale {
namespace {

std::string shown(const std::optional<Position>& position) {
  return position ? position->to_string() : "";
}

TEST(Position, Angles) {
  EXPECT_NEAR(parse_angle("52.5163")->degrees, 52.5163, 1e-9);
  EXPECT_NEAR(parse_angle("52,5163")->degrees, 52.5163, 1e-9);
  EXPECT_NEAR(parse_angle("33.8688S")->degrees, -33.8688, 1e-9);
  EXPECT_NEAR(parse_angle("W70.6693")->degrees, -70.6693, 1e-9);
  EXPECT_NEAR(parse_angle("52°30'58.7\"N")->degrees, 52.516306, 1e-5);
  EXPECT_NEAR(parse_angle("-525163000", 1e7)->degrees, -52.5163, 1e-9);
  for (const char* none : {"", "N", "abc", "52.51.63", "52.5163x", "52°99'N", "12e3"}) {
    EXPECT_FALSE(parse_angle(none).has_value()) << none;
  }
}

TEST(Position, ScaleIsTakenFromTheKey) {
  EXPECT_EQ(scale_of_key("latitudeE7"), 1e7);
  EXPECT_EQ(scale_of_key("lat_e6"), 1e6);
  EXPECT_EQ(scale_of_key("latitude"), 1);
  EXPECT_EQ(scale_of_key("e7"), 1);
}

TEST(Position, NeedsPrecisionAndAFix) {
  EXPECT_TRUE(make_position({52.516, 3}, {13.377, 3}).has_value());
  EXPECT_TRUE(make_position({52.5163, 4}, {13.4, 1}).has_value()) << "a trailing zero was not sent";
  EXPECT_FALSE(make_position({52.52, 2}, {13.41, 2}).has_value());
  EXPECT_FALSE(make_position({52, 0}, {13.377, 3}).has_value());
  EXPECT_FALSE(make_position({0.0001, 4}, {0.0002, 4}).has_value());
  EXPECT_FALSE(make_position({90.001, 3}, {13.377, 3}).has_value());
  EXPECT_FALSE(make_position({52.516, 3}, {180.001, 3}).has_value());
}

TEST(Position, PairsInOneValue) {
  EXPECT_EQ(shown(parse_pair("52.5163,13.3777", false)), "52.516300,13.377700");
  EXPECT_EQ(shown(parse_pair("13.3777 52.5163", true)), "52.516300,13.377700");
  EXPECT_EQ(shown(parse_pair("114.0579,22.5431", false)), "22.543100,114.057900") << "by its range";
  EXPECT_EQ(shown(parse_pair("[13.3777, 52.5163]", true)), "52.516300,13.377700");
  EXPECT_EQ(shown(parse_pair("POINT(13.3777 52.5163)", false)), "52.516300,13.377700");
  EXPECT_EQ(shown(parse_pair("52.5163N 13.3777E", false)), "52.516300,13.377700");
  EXPECT_EQ(shown(parse_pair("116.3971x39.9165x30", true)), "39.916500,116.397100");
  for (const char* none : {"52.5163", "1.5,2.5", "52.5163,13.3777,1,2", "a,b", "52.5163,north", "1.2.3,4.5.6"}) {
    EXPECT_EQ(shown(parse_pair(none, false)), "") << none;
  }
}

TEST(Position, GeoUris) {
  EXPECT_EQ(shown(parse_geo_uri("geo:52.5163,13.3777;u=35")), "52.516300,13.377700");
  EXPECT_EQ(shown(parse_geo_uri("geo:52.5163,13.3777?z=11")), "52.516300,13.377700");
  EXPECT_EQ(shown(parse_geo_uri("geo:0,0?q=Berlin")), "");
}

TEST(Position, Iso6709) {
  EXPECT_EQ(shown(parse_iso6709("+52.5163+013.3777+035.2/")), "52.516300,13.377700");
  EXPECT_EQ(shown(parse_iso6709("-33.8688+151.2093/")), "-33.868800,151.209300");
  EXPECT_EQ(shown(parse_iso6709("+5.5163+13.3777")), "");
  EXPECT_EQ(shown(parse_iso6709("+4930123456")), "");
}

TEST(Position, Nmea) {
  const std::string rmc = "$GPRMC,081836,A,3751.65,S,14507.36,E,000.0,360.0,130998,011.3,E*62";
  EXPECT_EQ(shown(parse_nmea(rmc)), "-37.860833,145.122667");
  std::string wrong = rmc;
  wrong.back() = '3';
  EXPECT_EQ(shown(parse_nmea(wrong)), "");
  EXPECT_EQ(shown(parse_nmea("$GPRMC,081836,V,3751.65,S,14507.36,E,000.0,360.0,130998,011.3,E*75")), "");
  for (size_t size = 0; size < rmc.size(); ++size) EXPECT_EQ(shown(parse_nmea(rmc.substr(0, size))), "");
}

TEST(Position, NmeaPairOfATracker) {
  EXPECT_EQ(shown(parse_nmea_pair("2234.1234,N,11354.3212,E,0.0")), "22.568723,113.905353");
  EXPECT_EQ(shown(parse_nmea_pair("2234.1234,N,11354.3212,East")), "");
  EXPECT_EQ(shown(parse_nmea_pair("2274.1234,N,11354.3212,E")), "") << "74 minutes";
}

TEST(Position, Geohash) {
  EXPECT_EQ(shown(parse_geohash("u33db2m3")).substr(0, 5), "52.51");
  EXPECT_EQ(shown(parse_geohash("u33db")), "");
  EXPECT_EQ(shown(parse_geohash("1234567")), "") << "a number";
  EXPECT_EQ(shown(parse_geohash("ailoail")), "") << "letters that do not occur";
}

}  // namespace
}  // namespace telltale
