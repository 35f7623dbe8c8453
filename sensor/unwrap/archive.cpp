// zip, tar and 7z archives, xz and bzip2 files, by their magic numbers. The only user of
// libarchive.
//
// Each file becomes an item with its name as key, and is then unwrapped by its content like any
// other value.
#include <memory>

#include <archive.h>
#include <archive_entry.h>

#include "sensor/unwrap/decompressed.h"

namespace telltale {
namespace {

constexpr size_t kMostEntries = 1000;
constexpr size_t kTarMagicAt = 257;  // POSIX ustar header

struct Free {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, Free>;

// What an archive is called in `encodings`, and how libarchive reads it.
struct Kind {
  std::string_view name;
  int (*support_format)(archive*);
  int (*support_filter)(archive*);
};
constexpr Kind kZip{"zip", archive_read_support_format_zip, archive_read_support_filter_none};
constexpr Kind kTar{"tar", archive_read_support_format_tar, archive_read_support_filter_none};
constexpr Kind kSevenZip{"7z", archive_read_support_format_7zip, archive_read_support_filter_none};
constexpr Kind kXz{"xz", archive_read_support_format_raw, archive_read_support_filter_xz};
constexpr Kind kBzip2{"bzip2", archive_read_support_format_raw, archive_read_support_filter_bzip2};

const Kind* recognise(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.starts_with("PK\x03\x04"sv)) return &kZip;
  if (head.starts_with("7z\xbc\xaf\x27\x1c"sv)) return &kSevenZip;
  if (head.starts_with("\xfd"
                       "7zXZ\0"sv)) {
    return &kXz;
  }
  if (head.size() > 10 && head.starts_with("BZh"sv) && head.substr(4, 6) == "1AY&SY"sv)
    return &kBzip2;
  if (head.size() > kTarMagicAt + 5 && head.substr(kTarMagicAt, 5) == "ustar"sv) return &kTar;
  return nullptr;
}

// Reads all that `reader` has for the current entry. False when it is damaged or a cap ended it.
bool read_data(archive* reader, Decompressed& output) {
  while (true) {
    const auto room = output.room();
    if (room.empty()) return false;
    const la_ssize_t size = archive_read_data(reader, room.data(), room.size());
    if (size <= 0) return size == 0;
    output.filled(static_cast<size_t>(size));
  }
}

// Adds the current entry as a child of `parent`. False when the message can take no more.
bool add_entry(archive* reader, archive_entry* entry, FieldId parent, Offer& offer) {
  Decompressed output(offer);
  const bool complete = read_data(reader, output);
  if (!complete && !output.full()) offer.budget().count_once(Weird::archive_damaged);
  if (output.size() == 0) return complete || !output.full();
  const std::string_view value = output.keep(complete);
  if (value.empty()) return false;
  const char* name = archive_entry_pathname(entry);
  const std::string_view key =
      offer.fields().arena().keep(name == nullptr ? std::string_view{} : name);
  return offer.add_to(parent, {.key = key,
                               .value = value,
                               .step = Step::item,
                               .kind = kind_of(value),
                               .truncated = !complete}) != kNoField;
}

bool unwrap_files(archive* reader, std::string_view name, Offer& offer) {
  const size_t before = offer.fields().size();
  const FieldId list = offer.add({.key = name, .step = Step::decoded, .kind = FieldKind::object});
  if (list == kNoField) return false;
  archive_entry* entry = nullptr;
  size_t count = 0;
  int status = ARCHIVE_OK;
  while ((status = archive_read_next_header(reader, &entry)) == ARCHIVE_OK ||
         status == ARCHIVE_WARN) {
    if (++count > kMostEntries) {
      offer.budget().count(Weird::archive_entries_cap);
      break;
    }
    if (!add_entry(reader, entry, list, offer)) break;
  }
  if (status != ARCHIVE_EOF && count <= kMostEntries)
    offer.budget().count_once(Weird::archive_damaged);
  if (offer.fields().size() > before + 1) return true;
  offer.fields().drop_from(before);
  return false;
}

bool unwrap_single(archive* reader, std::string_view name, Offer& offer) {
  archive_entry* entry = nullptr;
  if (archive_read_next_header(reader, &entry) != ARCHIVE_OK) return false;
  Decompressed output(offer);
  const bool complete = read_data(reader, output);
  if (!complete && !output.full()) offer.budget().count(Weird::compressed_data_cut_off);
  return output.add(name, complete);
}

bool unwrap(Offer& offer) {
  const Kind* kind = recognise(offer.value());
  if (kind == nullptr) return false;
  const Reader reader(archive_read_new());
  kind->support_format(reader.get());
  kind->support_filter(reader.get());
  if (archive_read_open_memory(reader.get(), offer.value().data(), offer.value().size()) !=
      ARCHIVE_OK) {
    return false;
  }
  const bool single = kind == &kXz || kind == &kBzip2;
  return single ? unwrap_single(reader.get(), kind->name, offer)
                : unwrap_files(reader.get(), kind->name, offer);
}

}  // namespace

const UnwrapperInfo archive_unwrapper{
    .name = "zip", .unwrap = unwrap, .triggers = byte_class::kBinary, .by_head = true};

}  // namespace telltale
