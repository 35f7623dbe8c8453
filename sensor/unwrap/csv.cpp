// Tables of separated values: commas, tabs, semicolons or bars, quoted as in RFC 4180. Each row
// becomes an element of the text, each filled cell a member named by its column's header, or by the
// column's number
// ("1", "2", ...) where there is no header.
//
// Recognised by the media type or by its first rows (csv_dialect.h).
#include <string>
#include <vector>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/csv_dialect.h"
#include "sensor/unwrap/unwrapper.h"

namespace telltale {
namespace {

class CsvReader {
 public:
  CsvReader(Offer& offer, const CsvDialect& dialect)
      : offer_(offer), text_(offer.value()), dialect_(dialect), at_(dialect.begin) {}

  bool read() {
    const size_t before = offer_.fields().size();
    offer_.expect_fields_in(text_.size());
    if (dialect_.has_header) read_header();
    while (at_ < text_.size() && !full_) read_row();
    return offer_.fields().size() > before;
  }

 private:
  static constexpr size_t kMostKeptNumbers = 256;

  CsvCell next_cell() {
    CsvCell cell = next_csv_cell(text_, at_, dialect_.separator, !quotes_are_text_);
    if (!cell.closed && !offer_.truncated()) {
      // A stray quote: from here on none has a meaning, so that the rest is read only once more.
      quotes_are_text_ = true;
      cell = next_csv_cell(text_, at_, dialect_.separator, false);
    }
    at_ = cell.next;
    return cell;
  }

  void read_header() {
    while (at_ < text_.size()) {
      const CsvCell cell = next_cell();
      names_.push_back(trim(value_of(cell)));
      if (cell.end != CsvCell::End::separator) break;
    }
  }

  void read_row() {
    const size_t begin = at_;
    FieldId row = kNoField;
    for (size_t column = 0; at_ < text_.size(); ++column) {
      const CsvCell cell = next_cell();
      if (cell.size > 0) {
        if (row == kNoField) row = add_row(begin);
        if (row == kNoField || !add_cell(row, begin, column, cell)) return;
      }
      if (cell.end != CsvCell::End::separator) break;
    }
    if (row != kNoField) offer_.fields().set_raw_size(row, static_cast<uint32_t>(at_ - begin));
  }

  FieldId add_row(size_t begin) {
    const FieldId row = offer_.add({.step = Step::element,
                                    .kind = FieldKind::object,
                                    .index = rows_++,
                                    .raw_begin = static_cast<uint32_t>(begin),
                                    .raw_size = static_cast<uint32_t>(text_.size() - begin),
                                    .verbatim = true});
    full_ = row == kNoField;
    return row;
  }

  bool add_cell(FieldId row, size_t row_begin, size_t column, const CsvCell& cell) {
    const bool cut_off = !cell.closed || (cell.end == CsvCell::End::text && offer_.truncated());
    const FieldId id =
        offer_.add_to(row, {.key = name_of(column),
                            .value = value_of(cell),
                            .index = static_cast<uint32_t>(column),
                            .raw_begin = static_cast<uint32_t>(cell.begin - row_begin),
                            .raw_size = static_cast<uint32_t>(cell.size),
                            .verbatim = !cell.escaped,
                            .truncated = cut_off});
    full_ = id == kNoField;
    return !full_;
  }

  std::string_view value_of(const CsvCell& cell) {
    const std::string_view raw = text_.substr(cell.begin, cell.size);
    if (!cell.escaped || !offer_.budget().take_bytes(raw.size())) return raw;
    char* const room = offer_.fields().arena().allocate(raw.size());
    size_t size = 0;
    for (size_t i = 0; i < raw.size(); ++i) {
      room[size++] = raw[i];
      if (raw[i] == '"' && i + 1 < raw.size() && raw[i + 1] == '"') ++i;
    }
    return {room, size};
  }

  std::string_view name_of(size_t column) {
    if (dialect_.has_header && column < names_.size() && !names_[column].empty())
      return names_[column];
    if (column < kMostKeptNumbers) {
      while (numbers_.size() <= column) numbers_.push_back(numbered(numbers_.size()));
      return numbers_[column];
    }
    return numbered(column);
  }
  std::string_view numbered(size_t column) {
    return offer_.fields().arena().keep(std::to_string(column + 1));
  }

  Offer& offer_;
  std::string_view text_;
  CsvDialect dialect_;
  size_t at_;
  std::vector<std::string_view> names_;
  std::vector<std::string_view> numbers_;  // names of the first columns without one
  uint32_t rows_ = 0;
  bool quotes_are_text_ = false;
  bool full_ = false;
};

bool says_table(const Offer& offer) {
  const std::string_view type = trim(offer.hints().media_type);
  return istarts_with(type, "text/csv") || istarts_with(type, "text/tab-separated-values") ||
         istarts_with(type, "text/comma-separated-values") || istarts_with(type, "application/csv");
}

bool unwrap(Offer& offer) {
  if ((offer.classes() & byte_class::kNewline) == 0 ||
      (offer.head_classes() & byte_class::kNul) != 0)
    return false;
  const auto dialect = recognise_csv(offer.value(), says_table(offer), offer.truncated());
  return dialect && CsvReader(offer, *dialect).read();
}

}  // namespace

const UnwrapperInfo csv_unwrapper{
    .name = "csv",
    .unwrap = unwrap,
    .triggers = byte_class::kComma | byte_class::kTab | byte_class::kSemicolon | byte_class::kPipe,
    .rejects = byte_class::kControl | byte_class::kNul};

}  // namespace telltale
