// FTP's data connection, as the control connection announced it: one file, in whichever direction
// it goes, as in active mode the server opens the connection. Its end is the end of the file.
#include <algorithm>
#include <array>
#include <string>

#include "sensor/proto/parser.h"

namespace telltale {
namespace {

class FtpDataParser final : public Parser {
 public:
  explicit FtpDataParser(const Limits& limits) : limits_(limits) {}

  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    if (is_first_ && starts_tls(chunk.bytes)) return Handover{};  // PROT P (RFC 4217)
    is_first_ = is_first_ && chunk.bytes.empty();
    File& file = files_[static_cast<size_t>(chunk.direction)];
    if (chunk.gap > 0) emit(file, chunk.direction, true, sink);
    if (chunk.bytes.empty()) return std::nullopt;
    file.ts = chunk.ts;
    const size_t kept = std::min(chunk.bytes.size(), limits_.max_body - file.bytes.size());
    if (kept > 0) file.frames.mark(static_cast<uint32_t>(file.bytes.size()), chunk.frame);
    file.bytes.append(as_text(chunk.bytes.first(kept)));
    if (kept < chunk.bytes.size()) {
      if (!file.capped) sink.on_weird(Weird::ftp_file_beyond_cap);
      file.capped = true;
      sink.on_not_read(chunk.bytes.size() - kept, NotInspected::body_cap);
    }
    return std::nullopt;
  }

  void finish(ParserSink& sink) override {
    emit(files_[0], Direction::to_server, false, sink);
    emit(files_[1], Direction::to_client, false, sink);
  }

 private:
  struct File {
    std::string bytes;
    FrameMap frames;
    Timestamp ts;
    bool capped = false;
  };

  static bool starts_tls(Bytes bytes) {
    return bytes.size() >= 3 && bytes[0] == 0x16 && bytes[1] == 3 && bytes[2] <= 4;
  }

  static void emit(File& file, Direction direction, bool truncated, ParserSink& sink) {
    truncated |= file.capped;
    if (!file.bytes.empty()) {
      Message message;
      message.protocol = "ftp-data";
      message.direction = direction;
      message.ts = file.ts;
      message.truncated = truncated;
      message.frames = std::move(file.frames);
      FieldTree& fields = message.fields;
      const FieldId id =
          fields.add_root("ftp.data", fields.arena().adopt(std::move(file.bytes)), 0);
      if (truncated) fields.set_truncated(id);
      sink.on_message(std::move(message));
    }
    file = File();
  }

  const Limits& limits_;
  bool is_first_ = true;
  std::array<File, 2> files_;  // by Direction; only one is used in honest traffic
};

std::unique_ptr<Parser> create(const Limits& limits, const ProbeInput&) {
  return std::make_unique<FtpDataParser>(limits);
}

}  // namespace

// Only by expectation. The server's side is needed where the device is the one that listens.
extern const ParserInfo ftp_data_info{"ftp-data", true, nullptr, create};

}  // namespace telltale
