#include "geoip/geo_lookup.h"

#include <algorithm>

#include <sys/stat.h>

namespace telltale {
namespace {

// Which version of a file this is.
struct Stamp {
  int64_t seconds = 0;
  int64_t nanoseconds = 0;
  uint64_t size = 0;
  uint64_t inode = 0;
  bool exists = false;
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

Stamp stamp_of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return {};
  return {status.st_mtim.tv_sec, status.st_mtim.tv_nsec, static_cast<uint64_t>(status.st_size),
          status.st_ino, true};
}

using Files = std::vector<std::shared_ptr<const GeoDatabase>>;

struct Watched {
  std::string path;
  Stamp seen;  // the version tried last, good or bad
};

}  // namespace

class GeoDatabases::Impl {
 public:
  void open(const std::string& path) {
    const Stamp stamp = stamp_of(path);
    auto next = std::make_shared<Files>(*files());
    next->push_back(std::make_shared<const GeoDatabase>(load_geo_database(path)));
    watched.push_back({path, stamp});
    current.store(std::move(next));
  }

  std::shared_ptr<const Files> files() const { return current.load(); }

  std::vector<Watched> watched;
  std::atomic<std::shared_ptr<const Files>> current{std::make_shared<const Files>()};
  std::atomic<uint64_t> generation{0};
};

GeoDatabases::GeoDatabases() : impl_(std::make_unique<Impl>()) {}
GeoDatabases::~GeoDatabases() = default;
GeoDatabases::GeoDatabases(GeoDatabases&&) noexcept = default;
GeoDatabases& GeoDatabases::operator=(GeoDatabases&&) noexcept = default;

GeoDatabases GeoDatabases::open(const std::vector<std::string>& paths) {
  GeoDatabases databases;
  for (const std::string& path : paths) databases.impl_->open(path);
  return databases;
}

GeoDatabases GeoDatabases::open_good(const std::vector<std::string>& paths,
                                     std::vector<std::string>& problems) {
  GeoDatabases databases;
  for (const std::string& path : paths) {
    try {
      databases.impl_->open(path);
    } catch (const GeoError& error) {
      problems.emplace_back(error.what());
    }
  }
  return databases;
}

GeoAnswer GeoDatabases::explain(const IpAddress& address) const {
  GeoAnswer answer;
  if (address.is_special_purpose()) return answer;
  const std::shared_ptr<const Files> files = impl_->files();
  for (size_t i = 0; i < files->size(); ++i) {
    const GeoTable::Filled filled = (*files)[i]->table.fill(address, answer.record);
    if (filled.country) answer.country_from = i;
    if (filled.network && !answer.network_from) answer.network_from = i;
  }
  return answer;
}

GeoRecord GeoDatabases::lookup(const IpAddress& address) const {
  GeoRecord found;
  if (address.is_special_purpose()) return found;
  const std::shared_ptr<const Files> files = impl_->files();
  for (const auto& file : *files) file->table.fill(address, found);
  return found;
}

std::vector<std::string> GeoDatabases::refresh() {
  std::vector<std::string> news;
  std::shared_ptr<Files> next;
  for (size_t i = 0; i < impl_->watched.size(); ++i) {
    Watched& file = impl_->watched[i];
    const Stamp stamp = stamp_of(file.path);
    if (stamp == file.seen) continue;
    file.seen = stamp;
    try {
      auto loaded = std::make_shared<const GeoDatabase>(load_geo_database(file.path));
      if (next == nullptr) next = std::make_shared<Files>(*impl_->files());
      news.push_back(file.path + ": taken in, data of " + iso_day(loaded->info.built));
      (*next)[i] = std::move(loaded);
    } catch (const GeoError& error) {
      news.push_back(std::string(error.what()) + "; the data of " +
                     iso_day((*impl_->files())[i]->info.built) + " stays in use");
    }
  }
  if (next != nullptr) {
    impl_->current.store(std::move(next));
    ++impl_->generation;
  }
  return news;
}

uint64_t GeoDatabases::generation() const { return impl_->generation.load(); }
bool GeoDatabases::empty() const { return impl_->files()->empty(); }

std::vector<GeoDatabaseInfo> GeoDatabases::info() const {
  std::vector<GeoDatabaseInfo> all;
  for (const auto& file : *impl_->files()) all.push_back(file->info);
  return all;
}

size_t GeoDatabases::memory() const {
  size_t sum = 0;
  for (const auto& file : *impl_->files()) sum += file->table.bytes();
  return sum;
}

std::vector<std::string> age_warnings(const std::vector<GeoDatabaseInfo>& files,
                                      std::chrono::seconds max_age, Timestamp now) {
  std::vector<std::string> warnings;
  for (const GeoDatabaseInfo& file : files) {
    if (now - file.built <= max_age) continue;
    const auto days = [](auto time) {
      return std::to_string(std::chrono::duration_cast<std::chrono::hours>(time).count() / 24);
    };
    warnings.push_back(file.path + ": its data is of " + iso_day(file.built) + ", " +
                       days(now - file.built) + " days old (geoip.max_age is " + days(max_age) +
                       "): some addresses have moved since");
  }
  return warnings;
}

std::string iso_day(Timestamp time) { return to_iso8601(time).substr(0, 10); }

}  // namespace telltale
