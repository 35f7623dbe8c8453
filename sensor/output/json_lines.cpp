#include "sensor/output/json_lines.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr int kDecimals = 3;

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
    writer_.Double(value);
  }
  void boolean(std::string_view name, bool value) override {
    key(name);
    writer_.Bool(value);
  }
  void string(std::string_view value) {
    if (is_valid_utf8(value)) {
      writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    } else {
      const std::string valid = to_valid_utf8(value);
      writer_.String(valid.data(), static_cast<rapidjson::SizeType>(valid.size()));
    }
  }

 private:
  void key(std::string_view name) {
    if (name.empty()) return;
    if (is_valid_utf8(name)) {
      writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    } else {
      const std::string valid = to_valid_utf8(name);
      writer_.Key(valid.data(), static_cast<rapidjson::SizeType>(valid.size()));
    }
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
  bool flush() { return std::fflush(file_) == 0 && !failed_; }

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
