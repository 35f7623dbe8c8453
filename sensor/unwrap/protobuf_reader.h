// Protocol Buffers without their schema (https://protobuf.dev/programming-guides/encoding/).
//
// A message is a sequence of field numbers and values; what a length-delimited value is has to be
// told from its bytes, and each is judged once, from the outside in, without backtracking:
//   readable text -> string; a sequence of fields that fills it exactly -> message;
//   a row of plausible doubles or floats -> array; else bytes.
// Numbers are given in their most plausible reading: a varint as an unsigned number, or as a
// negative one when it takes ten bytes; fixed64 and fixed32 as double and float when the magnitude
// is one of everyday data, else as unsigned numbers. Zigzag numbers are not undone: nothing tells
// them.
#pragma once

#include "sensor/unwrap/unwrapper.h"

namespace telltale {

// Do the bytes look like a message, beyond being parsable? There must be text or plausible doubles
// in it. `cut`: they may end in the middle of a field.
bool looks_like_protobuf(Bytes bytes, bool cut);
// Can the bytes be parsed as a message at all?
bool parses_as_protobuf(Bytes bytes, bool cut);

// Where a message stands in an offered value, and the field that gets its members.
struct ProtobufPlace {
  FieldId parent = kNoField;
  size_t parent_begin = 0;  // of the parent's value in the offered value
  size_t begin = 0;
  size_t size = 0;
  bool cut = false;
};
// Adds the members; keys are field numbers. REQUIRES: parses_as_protobuf.
void read_protobuf(Offer& offer, const ProtobufPlace& place);

}  // namespace telltale
