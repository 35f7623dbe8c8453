// Free text that is written as records: "Name: value" on each line (LDIF, property files, what people and
// tools print), blank lines between records, or the dialogue with a modem ("AT+CIMI" and its answer, 3GPP TS
// 27.007). Reading it so keeps what belongs together together, and values whole.
#pragma once

#include <cstddef>
#include <string_view>

namespace telltale {

struct TextRecordLine {
  std::string_view key;
  std::string_view value;  // not empty, without quotes around it
  bool begins = false;     // a record begins here
};

class TextRecords {
 public:
  // Does the beginning of `text` look like records? Looks at no more than kHead bytes.
  static bool suits(std::string_view text);

  // Of a text that is truncated, a value that runs to its end is not told.
  TextRecords(std::string_view text, bool truncated) : text_(text), truncated_(truncated) {}
  bool next(TextRecordLine& line);

 private:
  static constexpr size_t kHead = 2048;

  bool next_answer(TextRecordLine& line);
  std::string_view take_line();

  std::string_view text_;
  bool truncated_;
  size_t at_ = 0;
  bool begins_ = true;
  std::string_view first_key_;  // of the record; its second coming begins the next one
  std::string_view command_;    // of the modem: CIMI
  std::string_view answer_;     // what is left of a line of its answer
};

}  // namespace telltale
