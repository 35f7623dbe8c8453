// Runs a parser over pieces of input the way the pipeline does and writes down what it tells, as
// lines that a test can compare: messages with all their fields, names, what was not read,
// handovers.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sensor/proto/parser.h"
#include "tests/support/splits.h"

namespace telltale::test {

// A piece of a stream: bytes after a hole of `gap` bytes.
struct Feed {
  std::string_view bytes;
  uint64_t gap = 0;
  Direction direction = Direction::to_server;
  int64_t milliseconds = 0;
};

class Recorder final : public ParserSink {
 public:
  void on_message(Message&& message) override {
    std::string text = std::string(message.protocol);
    if (!message.host.empty()) text += " host=" + message.host;
    if (message.truncated) text += " truncated";
    lines.push_back(text);
    for (FieldId id = 0; id < message.fields.size(); ++id) {
      const Field& field = message.fields[id];
      if (field.is_leaf()) lines.push_back(line_of(message, id));
    }
    messages.push_back(std::move(message));
  }
  void on_not_read(uint64_t bytes, NotInspected why) override {
    not_read += bytes;
    reasons.insert(std::string(name_of(why)));
  }
  void on_weird(Weird weird) override { weirds.insert(std::string(name_of(weird))); }
  void on_name(const NameRecord& record) override {
    lines.push_back("name " + std::string(record.name) + " " + record.address.to_string() + " " +
                    std::to_string(record.ttl));
  }
  void on_expectation(const Expectation& expectation) override {
    lines.push_back("expect " + expectation.address.to_string() + ":" +
                    std::to_string(expectation.port) + " " + std::string(expectation.name) +
                    (expectation.server_connects ? " server connects" : ""));
  }

  static std::string line_of(const Message& message, FieldId id) {
    const Field& field = message.fields[id];
    std::string text = message.fields.location(id) + "=" + std::string(field.value);
    const MediaHints& hints = message.fields.hints(field);
    if (!hints.media_type.empty()) text += " type=" + std::string(hints.media_type);
    if (!hints.content_coding.empty()) text += " coding=" + std::string(hints.content_coding);
    if (field.kind == FieldKind::binary) text += " binary";
    if (field.truncated) text += " truncated";
    return text;
  }
  // The frame number of the field at `location`, 0 when there is no such field.
  uint32_t frame_of(std::string_view location) const {
    for (const Message& message : messages) {
      for (FieldId id = 0; id < message.fields.size(); ++id) {
        if (message.fields[id].is_leaf() && message.fields.location(id) == location) {
          return message.frame_of(id).number;
        }
      }
    }
    return 0;
  }

  std::vector<std::string> lines;
  std::vector<Message> messages;
  std::set<std::string> weirds;
  std::set<std::string> reasons;
  uint64_t not_read = 0;
};

struct Scene {
  const ParserInfo& info;
  uint8_t ip_proto = kTcp;
  uint16_t client_port = 40000;
  uint16_t server_port = 80;
  Limits limits = {};
};

// Feeds and finishes; frames are numbered from 1. After a handover the next parser goes on; one to
// nobody is written down with the rest of the stream.
inline Recorder run(const Scene& scene, const std::vector<Feed>& feeds) {
  Recorder recorder;
  const ProbeInput flow{{}, scene.ip_proto, scene.client_port, scene.server_port};
  std::unique_ptr<Parser> parser = scene.info.create(scene.limits, flow);
  std::string left;
  uint64_t offset = 0;
  uint32_t number = 0;
  for (const Feed& feed : feeds) {
    Chunk chunk;
    chunk.direction = feed.direction;
    chunk.ts = Timestamp(std::chrono::milliseconds(feed.milliseconds));
    chunk.frame = {0, ++number};
    chunk.gap = feed.gap;
    // Each piece in a heap block of its own size, so that reading past it is seen by the sanitizer.
    const std::vector<uint8_t> own(feed.bytes.begin(), feed.bytes.end());
    chunk.bytes = own;
    offset += feed.gap;
    chunk.offset = offset;
    offset += own.size();
    if (parser == nullptr) {
      left += feed.bytes;
      continue;
    }
    auto handover = parser->feed(chunk, recorder);
    if (!handover) continue;
    const ParserInfo* next = handover->next;
    const std::string rest =
        handover->before + std::string(as_text(chunk.bytes.subspan(handover->consumed)));
    recorder.lines.push_back("handover to " + std::string(next ? next->name : "nobody"));
    parser.reset();
    if (next == nullptr) {
      left += rest;
      continue;
    }
    parser = next->create(scene.limits, flow);
    chunk.gap = 0;
    chunk.bytes = as_bytes(rest);
    parser->feed(chunk, recorder);
  }
  if (parser != nullptr) parser->finish(recorder);
  if (!left.empty()) recorder.lines.push_back("left: " + left);
  return recorder;
}

inline std::vector<std::string> lines_of(const Scene& scene, const Pieces& pieces) {
  std::vector<Feed> feeds;
  for (const std::string_view piece : pieces) feeds.push_back({piece});
  return run(scene, feeds).lines;
}

}  // namespace telltale::test
