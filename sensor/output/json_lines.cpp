#include "sensor/output/json_lines.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr double kDecimalUnit = 1000;
constexpr size_t kFlushAt = 256 * 1024;  // bytes of lines that are written at once

// Characters that are not themselves on a terminal or end a line for some readers: DEL, the C1
// controls, line and paragraph separators, and what turns the direction of writing. `size` is that
// of their UTF-8.
bool is_unprintable(std::string_view text, size_t at, size_t* size) {
  const auto byte = [&](size_t i) {
    return at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : uint8_t{0};
  };
  *size = 1;
  if (byte(0) < 0x20 || byte(0) == 0x7f) return true;
  if (byte(0) == 0xc2 && byte(1) < 0xa0) {
    *size = 2;
    return true;
  }
  if (byte(0) != 0xe2) return false;
  *size = 3;
  return (byte(1) == 0x80 && byte(2) >= 0xa8 && byte(2) <= 0xae) ||
         (byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9);
}

// How a byte of ASCII stands in a string: as it is (0), after a backslash as this letter, or as its
// number ('u').
constexpr std::array<char, 128> kEscapes = [] {
  std::array<char, 128> escapes{};
  for (size_t c = 0; c < 0x20; ++c) escapes[c] = 'u';
  escapes['\b'] = 'b';
  escapes['\t'] = 't';
  escapes['\n'] = 'n';
  escapes['\f'] = 'f';
  escapes['\r'] = 'r';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}();

// Have a high bit set when a byte of `word`, which is all ASCII, is below `limit`, or is `c`.
constexpr uint64_t kOnes = 0x0101010101010101;
constexpr uint64_t kHigh = kOnes * 0x80;
constexpr uint64_t less(uint64_t word, uint8_t limit) { return (word - kOnes * limit) & ~word; }
constexpr uint64_t equal(uint64_t word, uint8_t c) { return less(word ^ kOnes * c, 1); }

// Printable ASCII that needs no escape, as nearly all text is.
bool is_plain(uint64_t word) {
  return ((word | less(word, 0x20) | equal(word, '"') | equal(word, '\\') | equal(word, 0x7f)) &
          kHigh) == 0;
}

// Eight bytes at once; the last eight overlap those before.
bool is_plain(std::string_view text) {
  uint64_t word = kOnes * ' ';
  if (text.size() < sizeof word) {
    std::memcpy(&word, text.data(), text.size());
    return is_plain(word);
  }
  for (size_t at = 0; at + sizeof word < text.size(); at += sizeof word) {
    std::memcpy(&word, &text[at], sizeof word);
    if (!is_plain(word)) return false;
  }
  std::memcpy(&word, &text[text.size() - sizeof word], sizeof word);
  return is_plain(word);
}

// Does `text` need more escaping than the writer does?
bool has_unprintable(std::string_view text) {
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    if (byte >= 0x7f && is_unprintable(text, i, &size)) return true;
  }
  return false;
}

// `text`, which is valid UTF-8, as a JSON string (RFC 8259 section 7) with all that is unprintable
// escaped.
std::string escaped(std::string_view text) {
  std::string json = "\"";
  for (size_t i = 0; i < text.size();) {
    size_t size = 1;
    if (text[i] == '"' || text[i] == '\\') {
      json += '\\';
      json += text[i];
    } else if (is_unprintable(text, i, &size)) {
      const auto byte = [&](size_t at) {
        return static_cast<uint32_t>(static_cast<uint8_t>(text[i + at]));
      };
      uint32_t code = byte(0);
      if (size == 2) code = (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
      if (size == 3) code = (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
      json += fmt::format("\\u{:04x}", code);
    } else {
      json += text.substr(i, 1);
      size = 1;
    }
    i += size;
  }
  return json + '"';
}

// Text that grows at its end and is used again.
class Buffer {
 public:
  std::string_view text() const { return {bytes_.get(), size_}; }
  void clear() { size_ = 0; }
  // Room for so many bytes more; add() says how many of them were filled.
  char* room(size_t bytes) {
    if (capacity_ - size_ < bytes) grow(bytes);
    return bytes_.get() + size_;
  }
  void add(size_t bytes) { size_ += bytes; }
  void append(char c) {
    *room(1) = c;
    ++size_;
  }
  void append(std::string_view text) {
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }

 private:
  void grow(size_t bytes) {
    capacity_ = std::max<size_t>({1024, 2 * capacity_, size_ + bytes});
    std::unique_ptr<char[]> wider(new char[capacity_]);
    if (size_ > 0) std::memcpy(wider.get(), bytes_.get(), size_);
    bytes_ = std::move(wider);
  }

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// Appends to one buffer that is kept from line to line.
class JsonWriter final : public EventWriter {
 public:
  // The text so far; whoever takes it clears it.
  Buffer& buffer() { return buffer_; }
  // Another document begins.
  void restart() { wants_comma_ = false; }

  void begin_object(std::string_view name) override { open(name, '{'); }
  void end_object() override { close('}'); }
  void begin_array(std::string_view name) override { open(name, '['); }
  void end_array() override { close(']'); }
  void text(std::string_view name, std::string_view value) override {
    key(name);
    string(value);
  }
  void number(std::string_view name, uint64_t value) override {
    constexpr size_t kMostDigits = 20;
    key(name);
    char* at = buffer_.room(kMostDigits);
    buffer_.add(static_cast<size_t>(std::to_chars(at, at + kMostDigits, value).ptr - at));
  }
  void real(std::string_view name, double value) override {
    key(name);
    if (!std::isfinite(value)) {  // JSON has no such number
      buffer_.append("null");
      return;
    }
    std::string number = fmt::format("{}", std::round(value * kDecimalUnit) / kDecimalUnit);
    if (number.find_first_of(".e") == std::string::npos) number += ".0";
    buffer_.append(number);
  }
  void boolean(std::string_view name, bool value) override {
    key(name);
    buffer_.append(value ? "true" : "false");
  }
  void string(std::string_view value) {
    if (is_plain(value)) {
      quoted(value);
    } else if (!is_valid_utf8(value)) {
      string(to_valid_utf8(value));
    } else if (has_unprintable(value)) {
      buffer_.append(escaped(value));
    } else {
      short_escaped(value);
    }
  }

 private:
  // What stands before a value: a comma after the one before it, and its name.
  void key(std::string_view name) {
    if (wants_comma_) buffer_.append(',');
    wants_comma_ = true;
    if (name.empty()) return;
    string(name);
    buffer_.append(':');
  }
  void open(std::string_view name, char bracket) {
    key(name);
    buffer_.append(bracket);
    wants_comma_ = false;
  }
  void close(char bracket) {
    buffer_.append(bracket);
    wants_comma_ = true;
  }
  void quoted(std::string_view text) {
    char* at = buffer_.room(text.size() + 2);
    *at++ = '"';
    std::memcpy(at, text.data(), text.size());
    at[text.size()] = '"';
    buffer_.add(text.size() + 2);
  }
  void short_escaped(std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    constexpr size_t kLongest = 6;  // \u001F
    char* const begin = buffer_.room(kLongest * text.size() + 2);
    char* at = begin;
    *at++ = '"';
    for (const char c : text) {
      const auto byte = static_cast<uint8_t>(c);
      const char escape = byte < kEscapes.size() ? kEscapes[byte] : '\0';
      if (escape == '\0') {
        *at++ = c;
        continue;
      }
      *at++ = '\\';
      *at++ = escape;
      if (escape == 'u') {
        for (const char digit : {'0', '0', kHex[byte >> 4], kHex[byte & 15]}) *at++ = digit;
      }
    }
    *at++ = '"';
    buffer_.add(static_cast<size_t>(at - begin));
  }

  Buffer buffer_;
  bool wants_comma_ = false;
};

void write_event(const Event& event, const EventContext& context, JsonWriter& writer) {
  writer.restart();
  writer.begin_object({});
  describe(event, context, writer);
  writer.end_object();
}

}  // namespace

std::string to_json_line(const Event& event, const EventContext& context) {
  JsonWriter writer;
  write_event(event, context, writer);
  return std::string(writer.buffer().text());
}

std::string json_quoted(std::string_view text) {
  JsonWriter writer;
  writer.string(text);
  return std::string(writer.buffer().text());
}

class JsonLineSink::Impl {
 public:
  Impl(std::FILE* file, EventContext context) : file_(file), context_(std::move(context)) {}

  ~Impl() { write_out(); }
  Impl(const Impl&) = delete;

  void write(const Event& event) {
    write_event(event, context_, writer_);
    writer_.buffer().append('\n');
    if (writer_.buffer().text().size() >= kFlushAt) write_out();
  }
  bool flush() {
    write_out();
    failed_ |= std::fflush(file_) != 0;
    return !failed_;
  }

 private:
  void write_out() {
    const std::string_view lines = writer_.buffer().text();
    failed_ |= std::fwrite(lines.data(), 1, lines.size(), file_) != lines.size();
    writer_.buffer().clear();
  }

  std::FILE* file_;
  EventContext context_;
  JsonWriter writer_;
  bool failed_ = false;
};

JsonLineSink::JsonLineSink(std::FILE* file, EventContext context)
    : impl_(std::make_unique<Impl>(file, std::move(context))) {}
JsonLineSink::~JsonLineSink() = default;

void JsonLineSink::write(const Event& event) { impl_->write(event); }
bool JsonLineSink::flush() { return impl_->flush(); }

}  // namespace telltale
