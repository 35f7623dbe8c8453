// Framing: records in any cut, gaps inside and across records, bad headers.
#include "sensor/tls/record_reader.h"

#include <gtest/gtest.h>

#include "tests/support/splits.h"
#include "tests/tls/hello_builder.h"

namespace telltale {
namespace {

std::string record(int type, const std::string& payload) {
  return std::string{static_cast<char>(type), 3, 3} + test::sized16(payload);
}

// Writes down what it is told; candidates are judged by a payload's first letter.
struct Notes final : TlsRecordReader::Handler {
  void on_record(const Record& found) override {
    text += "[" + std::to_string(found.type) + " " + std::string(as_text(found.payload)) + "]";
  }
  TlsRecordReader::Verdict on_candidate(const Record& found) override {
    if (!is_sure) return TlsRecordReader::Verdict::cannot_tell;
    if (found.payload.empty() || found.payload[0] != 'R') return TlsRecordReader::Verdict::no;
    on_record(found);
    return TlsRecordReader::Verdict::taken;
  }
  void on_torn(uint64_t bytes) override { torn += bytes; }
  void on_lost(uint64_t bytes, uint64_t count) override {
    lost += bytes;
    records = count;
  }
  void on_bad_header() override { ++bad; }

  bool is_sure = false;
  std::string text;
  uint64_t torn = 0;
  uint64_t lost = 0;
  uint64_t records = 0;
  int bad = 0;
};

void feed(TlsRecordReader& reader, Notes& notes, std::string_view bytes, uint64_t gap = 0) {
  Chunk chunk;
  chunk.gap = gap;
  const std::vector<uint8_t> own(bytes.begin(), bytes.end());
  chunk.bytes = own;
  reader.feed(chunk, notes);
}

TEST(TlsRecordReader, CutsRecordsInAnyCut) {
  const std::string input =
      record(22, "hello") + record(20, "1") + record(23, "") + record(23, "data");
  test::expect_same_in_any_cut(input, [](const test::Pieces& pieces) {
    TlsRecordReader reader;
    Notes notes;
    for (const std::string_view piece : pieces) feed(reader, notes, piece);
    reader.finish(notes);
    EXPECT_EQ(notes.torn, 0U);
    return notes.text;
  });
  TlsRecordReader reader;
  Notes notes;
  feed(reader, notes, input);
  EXPECT_EQ(notes.text, "[22 hello][20 1][23 ][23 data]");
}

TEST(TlsRecordReader, AGapInsideARecordCostsThatRecordOnly) {
  const std::string torn = record(23, std::string(50, 'x'));
  for (size_t begin = 5; begin < torn.size(); ++begin) {
    for (size_t size = 1; size <= torn.size() - begin; ++size) {
      TlsRecordReader reader;
      Notes notes;
      feed(reader, notes, torn.substr(0, begin));
      feed(reader, notes, torn.substr(begin + size) + record(23, "next"), size);
      EXPECT_EQ(notes.text, "[23 next]");
      EXPECT_EQ(notes.torn, torn.size() - size);
      EXPECT_EQ(notes.lost, size);
      EXPECT_EQ(notes.records, 1U);
    }
  }
}

TEST(TlsRecordReader, AfterALargerGapItFindsTheNextRecordThatIsSure) {
  const std::string input =
      "junk\x17\x03\x03" + record(23, "not sure") + record(23, "Right") + record(23, "x");
  test::expect_same_in_any_cut(input, [](const test::Pieces& pieces) {
    TlsRecordReader reader;
    Notes notes;
    notes.is_sure = true;
    uint64_t gap = 1000;
    for (const std::string_view piece : pieces) feed(reader, notes, piece, std::exchange(gap, 0));
    reader.finish(notes);
    EXPECT_EQ(notes.records, 1000U / 22 + 1);
    return std::pair{notes.text, notes.torn};
  });
  TlsRecordReader reader;
  Notes notes;
  notes.is_sure = true;
  feed(reader, notes, input, 1000);
  reader.finish(notes);
  EXPECT_EQ(notes.text, "[23 Right][23 x]");
  EXPECT_EQ(notes.torn, 7U + 5 + 8);
}

TEST(TlsRecordReader, WhereNobodyIsSureTheNextHeaderMustFitToo) {
  const std::string input =
      "\x17\x03\x03" + std::string(1, '\0') + "\4fake" + record(23, "one") + record(23, "two");
  TlsRecordReader reader;
  Notes notes;
  feed(reader, notes, "x" + input.substr(0, 9) + "y" + input.substr(9), 10);
  reader.finish(notes);
  EXPECT_EQ(notes.text, "[23 one][23 two]");
}

TEST(TlsRecordReader, ABadHeaderStartsTheSearch) {
  TlsRecordReader reader;
  Notes notes;
  feed(reader, notes,
       record(23, "one") + "GET / HTTP/1.1\r\n" + record(23, "two") + record(23, "three"));
  EXPECT_EQ(notes.text, "[23 one][23 two][23 three]");
  EXPECT_EQ(notes.bad, 1);
  EXPECT_EQ(notes.torn, 16U);
}

TEST(TlsRecordReader, AFalseCandidateDoesNotHideTheEndOfTheStream) {
  TlsRecordReader reader;
  Notes notes;
  notes.is_sure = true;
  feed(reader, notes, "\x17\x03\x03\x40\x01" + record(23, "Right"), 100);
  EXPECT_EQ(notes.text, "") << "the candidate may be 16 kB long";
  reader.finish(notes);
  EXPECT_EQ(notes.text, "[23 Right]");
  EXPECT_EQ(notes.torn, 5U);
}

TEST(TlsRecordReader, WhatIsIncompleteAtTheEndIsTorn) {
  TlsRecordReader reader;
  Notes notes;
  feed(reader, notes, record(23, "whole").substr(0, 8));
  reader.finish(notes);
  EXPECT_EQ(notes.torn, 8U);
  EXPECT_EQ(notes.text, "");
}

}  // namespace
}  // namespace telltale
