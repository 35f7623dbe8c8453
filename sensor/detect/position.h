// A position on earth and the many ways it is written.
//
// Every reader returns nothing for what is no position: out of range, 0,0 and its neighbourhood (no fix),
// or fewer than three decimals (about 100 m; less does not tell where somebody is).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace telltale {

struct Position {
  double latitude = 0;
  double longitude = 0;
  std::string to_string() const;  // "52.516312,13.377701": what samples and fingerprints are made of
};

// One angle in degrees: "52.5163", "-3.70379", "52.5163N", "N52.5163", "52,5163", 52°30'58.7"N, or an
// integer scaled by 1e5, 1e6 or 1e7 when `scale` says so.
struct Angle {
  double degrees = 0;
  int decimals = 0;       // digits behind the point; of minutes and seconds and scaled ones their worth
  char hemisphere = '\0';  // N, S, E, W when written; already applied to degrees
};
std::optional<Angle> parse_angle(std::string_view text, double scale = 1);

// 1e5, 1e6, 1e7 for keys such as latitudeE7; 1 for all others.
double scale_of_key(std::string_view key);

std::optional<Position> make_position(const Angle& latitude, const Angle& longitude);

// Two numbers in one value: "52.5163,13.3777", "13.3777 52.5163", "[13.3777, 52.5163]", "52.5163;13.3777;30",
// "POINT(13.3777 52.5163)", "52.5163N 13.3777E". Which is which is taken from the hemispheres, the range,
// else from `longitude_first`. Exactly two, or a third that is an altitude or an accuracy.
std::optional<Position> parse_pair(std::string_view text, bool longitude_first);

// "geo:52.5163,13.3777;u=35" (RFC 5870).
std::optional<Position> parse_geo_uri(std::string_view text);

// "+52.5163+013.3777/" (ISO 6709, annex H, degrees).
std::optional<Position> parse_iso6709(std::string_view text);

// A GGA, RMC or GLL sentence with a valid fix and checksum (NMEA 0183), "$GPRMC,...*hh".
std::optional<Position> parse_nmea(std::string_view sentence);

// "5230.978,N,01322.662,E" at the start of `text`, as trackers send it without a sentence around it.
std::optional<Position> parse_nmea_pair(std::string_view text);

// A geohash of at least seven characters (about 150 m): its centre.
std::optional<Position> parse_geohash(std::string_view text);

}  // namespace telltale
