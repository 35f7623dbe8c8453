#include "sensor/output/json_lines.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "sensor/base/encoding.h"

// RapidJSON adds to a null pointer while its stacks are empty, and compares: undefined, harmless,
// not ours.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#if defined(__clang__)
#pragma clang attribute pop
#endif

namespace telltale {
namespace {

constexpr int kDecimals = 3;
constexpr double kDecimalUnit = 1000;

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

// Printable ASCII, as nearly all text is; eight bytes at once.
bool is_plain(std::string_view text) {
  constexpr uint64_t kHigh = 0x8080808080808080;
  constexpr uint64_t kOnes = 0x0101010101010101;
  while (text.size() >= 8) {
    uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    const uint64_t below_space = (word - kOnes * 0x20) & ~word;
    const uint64_t is_del = (word ^ kOnes * 0x7f) - kOnes;
    if (((word | below_space | (is_del & ~(word ^ kOnes * 0x7f))) & kHigh) != 0) return false;
    text.remove_prefix(8);
  }
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
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

class JsonWriter final : public EventWriter {
 public:
  JsonWriter() : writer_(buffer_) { writer_.SetMaxDecimalPlaces(kDecimals); }

  // Starts another document in the same buffer.
  void reset() {
    buffer_.Clear();
    writer_.Reset(buffer_);
  }
  std::string_view str() const { return {buffer_.GetString(), buffer_.GetSize()}; }

  void begin_object(std::string_view name) override {
    key(name);
    writer_.StartObject();
  }
  void end_object() override { writer_.EndObject(); }
  void begin_array(std::string_view name) override {
    key(name);
    writer_.StartArray();
  }
  void end_array() override { writer_.EndArray(); }
  void text(std::string_view name, std::string_view value) override {
    key(name);
    string(value);
  }
  void number(std::string_view name, uint64_t value) override {
    key(name);
    writer_.Uint64(value);
  }
  void real(std::string_view name, double value) override {
    key(name);
    if (!std::isfinite(value)) {  // JSON has no such number
      writer_.Null();
      return;
    }
    writer_.Double(std::round(value * kDecimalUnit) / kDecimalUnit);
  }
  void boolean(std::string_view name, bool value) override {
    key(name);
    writer_.Bool(value);
  }
  void string(std::string_view value) {
    if (is_plain(value)) {
      writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
      return;
    }
    if (!is_valid_utf8(value)) {
      const std::string valid = to_valid_utf8(value);
      return string(valid);
    }
    if (has_unprintable(value)) {
      const std::string json = escaped(value);
      writer_.RawValue(json.data(), json.size(), rapidjson::kStringType);
    } else {
      writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    }
  }

 private:
  // A key is written as any other string.
  void key(std::string_view name) {
    if (!name.empty()) string(name);
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

void write_event(const Event& event, const EventContext& context, JsonWriter& writer) {
  writer.begin_object({});
  describe(event, context, writer);
  writer.end_object();
}

}  // namespace

std::string to_json_line(const Event& event, const EventContext& context) {
  JsonWriter writer;
  write_event(event, context, writer);
  return std::string(writer.str());
}

std::string json_quoted(std::string_view text) {
  JsonWriter writer;
  writer.string(text);
  return std::string(writer.str());
}

class JsonLineSink::Impl {
 public:
  Impl(std::FILE* file, EventContext context) : file_(file), context_(std::move(context)) {}

  void write(const Event& event) {
    writer_.reset();
    write_event(event, context_, writer_);
    const std::string_view line = writer_.str();
    failed_ |= std::fwrite(line.data(), 1, line.size(), file_) != line.size();
    failed_ |= std::fputc('\n', file_) == EOF;
  }
  bool flush() {
    failed_ |= std::fflush(file_) != 0;
    return !failed_;
  }

 private:
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
