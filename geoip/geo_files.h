// Where databases are looked for when the configuration names none, and where telltale puts its
// own.
#pragma once

#include <string>
#include <vector>

namespace telltale {

// Those that the environment variable TELLTALE_GEOIP_PATH names, separated by colons (empty: none);
// without it, in order of precedence, /var/lib/GeoIP and /usr/share/GeoIP (what GeoIP updaters
// fill), /var/lib/telltale, and the user's own folder.
std::vector<std::string> geo_folders();

// The files *.mmdb of geo_folders(), sorted by name in each.
std::vector<std::string> find_geo_databases();

// /var/lib/telltale for root, else the user's own: $XDG_DATA_HOME/telltale, which by default is
// ~/.local/share/telltale. Empty where there is no home.
std::string own_geo_folder();

// What Debian packages bring that databases can be made of (tor-geoipdb, libloc-database), in the
// order in which layers go on each other. Only files that exist.
std::vector<std::string> find_open_geo_data();

}  // namespace telltale
