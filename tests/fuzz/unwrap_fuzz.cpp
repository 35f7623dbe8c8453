// The unwrapping loop on any value under any hints. The first byte chooses the hints.
//
// Properties: caps hold; parents stand before their children; a value that says it is verbatim is
// what stands on the wire there.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "sensor/unwrap/expander.h"

namespace {

using namespace telltale;  // NOLINT(google-build-using-namespace)

constexpr MediaHints kHints[] = {
    {},
    {.media_type = "application/json"},
    {.media_type = "application/x-www-form-urlencoded"},
    {.media_type = "multipart/form-data; boundary=b"},
    {.media_type = "message/rfc822"},
    {.media_type = "text/csv; charset=gbk"},
    {.media_type = "text/xml"},
    {.media_type = "application/x-protobuf"},
    {.media_type = "application/grpc"},
    {.media_type = "application/msgpack"},
    {.media_type = "application/cbor"},
    {.media_type = "text/plain; charset=shift_jis"},
    {.content_coding = "gzip, br"},
    {.content_coding = "deflate"},
    {.content_coding = "snappy"},
    {.content_coding = "rc4,gzip"},
    {.content_coding = "base64"},
    {.content_coding = "quoted-printable"},
};

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Message& message, std::string_view wire, const Limits& limits) {
  const FieldTree& fields = message.fields;
  require(fields.size() <= limits.max_fields);
  for (FieldId id = 0; id < fields.size(); ++id) {
    const Field& field = fields[id];
    require(field.parent == kNoField || field.parent < id);
    require(field.depth <= limits.max_depth);
    require(field.wire_begin <= field.wire_end && field.wire_end <= wire.size());
    if (field.verbatim && field.is_leaf() && !field.value.empty()) {
      require(wire.substr(field.wire_begin, field.value.size()) == field.value);
    }
    (void)fields.location(id);
    (void)fields.encodings(id);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const MediaHints hints = kHints[data[0] % std::size(kHints)];
  // A block of its own, so that reading past its end is seen.
  const auto block = std::make_unique<char[]>(size - 1);
  std::copy(data + 1, data + size, block.get());
  const std::string_view wire(block.get(), size - 1);
  Limits limits;
  limits.max_expanded = 1U << 20;
  limits.max_fields = 5000;
  Message message;
  WeirdCounts weird;
  const FieldId root = message.fields.add_root("body", wire, 0, hints);
  if ((data[0] & 0x80) != 0) message.fields.set_truncated(root);
  expand(message, limits, weird);
  check(message, wire, limits);
  return 0;
}
