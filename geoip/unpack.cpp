#include "geoip/unpack.h"

#include <filesystem>
#include <memory>

#include <archive.h>
#include <archive_entry.h>
#include <openssl/evp.h>

#include "geoip/geo_error.h"
#include "geoip/mmdb_image.h"
#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kBlock = 256 * 1024;
constexpr int kMaxEntries = 1000;

using Archive = std::unique_ptr<archive, decltype(&archive_read_free)>;

[[noreturn]] void fail(archive* from) {
  const char* why = archive_error_string(from);
  throw GeoError(std::string("cannot be unpacked: ") + (why == nullptr ? "it is damaged" : why));
}

std::string content(archive* from) {
  std::string bytes;
  while (true) {
    const size_t at = bytes.size();
    bytes.resize(at + kBlock);
    const la_ssize_t got = archive_read_data(from, &bytes[at], kBlock);
    if (got < 0) fail(from);
    bytes.resize(at + static_cast<size_t>(got));
    if (got == 0) return bytes;
    if (bytes.size() > MmdbImage::kMaxBytes) throw GeoError("unpacks to more than 2 GiB");
  }
}

}  // namespace

Unpacked unpack_database(const std::string& bytes) {
  const Archive reader(archive_read_new(), archive_read_free);
  archive* from = reader.get();
  archive_read_support_filter_all(from);
  archive_read_support_format_tar(from);
  archive_read_support_format_zip(from);
  archive_read_support_format_raw(from);
  if (archive_read_open_memory(from, bytes.data(), bytes.size()) != ARCHIVE_OK) fail(from);
  archive_entry* entry = nullptr;
  for (int i = 0; i < kMaxEntries; ++i) {
    const int status = archive_read_next_header(from, &entry);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) fail(from);
    if (archive_format(from) == ARCHIVE_FORMAT_RAW) return {{}, content(from)};
    const char* path = archive_entry_pathname(entry);
    const std::filesystem::path name =
        std::filesystem::path(path == nullptr ? "" : path).filename();
    if (archive_entry_filetype(entry) == AE_IFREG && name.extension() == ".mmdb") {
      return {name.string(), content(from)};
    }
  }
  throw GeoError("the archive holds no .mmdb file");
}

std::string sha256_hex(const std::string& bytes) {
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) != 1) {
    throw GeoError("SHA-256 cannot be computed here");
  }
  return to_hex({digest, size});
}

}  // namespace telltale
