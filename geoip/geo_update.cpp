#include "geoip/geo_update.h"

#include <algorithm>
#include <ctime>

#include <sys/stat.h>

#include "geoip/download.h"
#include "geoip/file_bytes.h"
#include "geoip/geo_error.h"
#include "geoip/mmdb_file.h"
#include "geoip/unpack.h"
#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr std::string_view kKeyPlace = "{licence_key}";
constexpr size_t kSha256Digits = 64;
constexpr uint64_t kLargestChecksumFile = 64 * 1024;

void replace_all(std::string& text, std::string_view what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

// The month that lies `back` before the one of `now`.
std::string with_month(std::string url, Timestamp now, int back) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(now));
  std::tm time{};
  gmtime_r(&seconds, &time);
  const int months = (time.tm_year + 1900) * 12 + time.tm_mon - back;
  const std::string month = std::to_string(months % 12 + 1);
  replace_all(url, "{year}", std::to_string(months / 12));
  replace_all(url, "{month}", month.size() == 1 ? "0" + month : month);
  return url;
}

bool has_month(const std::string& url) {
  return url.find("{month}") != std::string::npos || url.find("{year}") != std::string::npos;
}

// The last part of the path, without what compression adds to it; empty where that is no .mmdb
// name.
std::string name_in(const std::string& url) {
  std::string name = url.substr(0, url.find_first_of("?#"));
  name = name.substr(name.rfind('/') + 1);
  for (const std::string_view ending : {".gz", ".xz", ".zst"}) {
    if (name.ends_with(ending)) name.resize(name.size() - ending.size());
  }
  return name.ends_with(".mmdb") && name.front() != '.' ? name : std::string();
}

class Updater {
 public:
  Updater(const GeoUpdate& update, const std::string& folder) : update_(update), folder_(folder) {}

  GeoUpdateResult run(Timestamp now) {
    if (!has_month(update_.url)) return fetch(now, 0);
    try {
      return fetch(now, 0);
    } catch (const GeoError& this_month) {
      try {
        return fetch(now, 1);
      } catch (const GeoError&) {
        throw this_month;
      }
    }
  }

 private:
  Download get(const std::string& url, Timestamp newer_than, uint64_t max_bytes) const {
    DownloadRequest request;
    request.url = url;
    request.newer_than = newer_than;
    request.max_bytes = max_bytes;
    if (url.find(kKeyPlace) != std::string::npos) {
      replace_all(request.url, kKeyPlace, url_escaped(update_.licence_key));
    } else {
      request.user = update_.account;
      request.secret = update_.licence_key;
    }
    return download(request);
  }

  GeoUpdateResult fetch(Timestamp now, int months_back) const {
    const std::string url = with_month(update_.url, now, months_back);
    try {
      // Without a name before the download there is nothing to compare ages with.
      const std::string known = update_.file.empty() ? name_in(url) : update_.file;
      const Download got =
          get(url, known.empty() ? Timestamp{} : changed(known), uint64_t{1} << 30);
      if (!got.is_new) return {};
      if (!update_.sha256_url.empty()) {
        check(got.bytes, with_month(update_.sha256_url, now, months_back));
      }
      return put(unpack_database(got.bytes), known);
    } catch (const GeoError& error) {
      throw GeoError(url + ": " + error.what());
    }
  }

  Timestamp changed(const std::string& name) const {
    struct stat status {};
    if (stat((folder_ + "/" + name).c_str(), &status) != 0) return {};
    return Timestamp{} + std::chrono::seconds(status.st_mtim.tv_sec);
  }

  void check(const std::string& bytes, const std::string& url) const {
    const std::string text = get(url, {}, kLargestChecksumFile).bytes;
    const std::string wanted = ascii_lower(trim(text).substr(0, kSha256Digits));
    const bool is_sum =
        wanted.size() == kSha256Digits &&
        std::all_of(wanted.begin(), wanted.end(), [](char c) { return hex_value(c) >= 0; });
    if (!is_sum) throw GeoError("what its sha256_url gives is no SHA-256");
    if (sha256_hex(bytes) != wanted) {
      throw GeoError("its SHA-256 is not the published one, so it was not taken");
    }
  }

  GeoUpdateResult put(const Unpacked& unpacked, const std::string& known) const {
    const std::string name = !known.empty() ? known : unpacked.name;
    if (name.empty()) throw GeoError("has no file name; give it one with 'file'");
    const GeoDatabase database = parse_geo_database(as_bytes(unpacked.bytes), name);
    const std::string path = folder_ + "/" + name;
    place_database(path, unpacked.bytes);
    return {path, database.info.built};
  }

  const GeoUpdate& update_;
  const std::string& folder_;
};

}  // namespace

GeoUpdateResult update_geo_database(const GeoUpdate& update, const std::string& folder,
                                    Timestamp now) {
  return Updater(update, folder).run(now);
}

}  // namespace telltale
