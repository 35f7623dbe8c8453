// What happens now, as server-sent events (WHATWG HTML, section 9.2).
#include <charconv>
#include <thread>

#include <fmt/format.h>

#include "sensor/store/database.h"
#include "sensor/web/api.h"

namespace telltale {
namespace {

constexpr int kMostStreams = 12;  // each keeps a thread
constexpr size_t kMostAtOnce = 200;
constexpr std::chrono::milliseconds kPoll{500};
constexpr int kQuietPolls = 30;  // until a word is said so that nobody thinks the line is dead

class Stream {
 public:
  Stream(ApiParts& parts, int64_t seq) : parts_(&parts), seq_(seq) {}
  ~Stream() {
    if (parts_ != nullptr) --parts_->streams;
  }
  Stream(const Stream&) = delete;

  std::optional<std::string> next() {
    std::string text;
    try {
      Readers::Lease store = parts_->readers.lease();
      for (const EventRow& row : store->events_after(seq_, kMostAtOnce)) {
        text += fmt::format("event: {}\nid: {}\ndata: {}\n\n", type_of(row.json), seq_, row.json);
      }
    } catch (const StoreError&) {
      return std::nullopt;  // the browser asks again
    }
    if (text.empty()) {
      std::this_thread::sleep_for(kPoll);
      if (++quiet_ < kQuietPolls) return std::string();
      text = ": nothing new\n\n";
    }
    quiet_ = 0;
    return text;
  }

 private:
  // The event_type of a line that the sensor wrote.
  static std::string_view type_of(std::string_view json) {
    constexpr std::string_view kKey = "\"event_type\":\"";
    const size_t at = json.find(kKey);
    if (at == std::string_view::npos) return "message";
    json.remove_prefix(at + kKey.size());
    return json.substr(0, json.find('"'));
  }

  ApiParts* parts_;
  int64_t seq_;
  int quiet_ = kQuietPolls;  // a first word at once
};

}  // namespace

WebReply api_stream(const ApiCall& call) {
  ApiParts& parts = call.parts;
  if (++parts.streams > kMostStreams) {
    --parts.streams;
    WebReply reply = error_reply(503, "too many pages are open; this one is not kept up to date");
    reply.headers.emplace_back("Retry-After", "30");
    return reply;
  }
  int64_t seq = 0;
  const std::string last = call.request.header("Last-Event-ID");
  const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), seq);
  std::shared_ptr<Stream> stream;
  try {
    const int64_t newest = parts.readers.lease()->newest_seq();
    // One that was away for long is better off with a fresh page.
    if (last.empty() || error != std::errc() || seq > newest || newest - seq > 10'000) seq = newest;
    stream = std::make_shared<Stream>(parts, seq);
  } catch (...) {
    --parts.streams;
    throw;
  }
  WebReply reply;
  reply.type = "text/event-stream";
  reply.headers.emplace_back("Cache-Control", "no-store");
  reply.headers.emplace_back("X-Accel-Buffering", "no");
  reply.more = [stream] { return stream->next(); };
  return reply;
}

}  // namespace telltale
