// Cuts a byte stream into TLS records, in any cut, and finds the framing again after loss or
// damage.
//
// Where bytes are missing inside one record its header still tells where the next begins. Where
// more is missing, every place that looks like a record header is offered to the handler, which
// knows by the tag whether a record is there, or says that it cannot tell: then the next header
// must fit as well.
#pragma once

#include <vector>

#include "sensor/model/chunk.h"
#include "sensor/tls/record.h"

namespace telltale {

class TlsRecordReader {
 public:
  enum class Verdict : uint8_t { no, cannot_tell, taken };

  class Handler {
   public:
    virtual ~Handler() = default;
    virtual void on_record(const Record& record) = 0;
    // Is this a record? When taken it was handled as by on_record().
    virtual Verdict on_candidate(const Record& record) = 0;
    // Captured bytes of records that are not whole.
    virtual void on_torn(uint64_t bytes) = 0;
    // `bytes` were never captured; at most `records` records went with them and with what was torn.
    virtual void on_lost(uint64_t bytes, uint64_t records) = 0;
    virtual void on_bad_header() = 0;
  };

  void feed(const Chunk& chunk, Handler& handler);
  // The stream ended: what is incomplete is torn.
  void finish(Handler& handler);
  // All records have this version from here on: less looks like a header by chance.
  void expect_version(uint16_t version) { version_ = version; }

 private:
  void take_gap(uint64_t gap, Handler& handler);
  void take_bytes(Bytes bytes, Handler& handler);
  // Both eat from `bytes`; false when more is needed, which then stands in pending_.
  bool read_record(Bytes& bytes, Handler& handler);
  bool search(Bytes& bytes, Handler& handler);
  bool keep(Bytes& bytes, size_t needed);
  Record record_at(Bytes bytes) const;
  bool is_candidate(Bytes header) const;

  std::vector<uint8_t> pending_;
  size_t needed_ = 0;     // pending_ is looked at again when it has this many bytes
  uint64_t discard_ = 0;  // bytes left of a torn record
  bool searching_ = false;
  bool last_ = false;     // no more bytes will come
  uint16_t version_ = 0;  // 0: any
  Timestamp ts_;
  FrameRef frame_;
};

// Do these bytes begin a stream of TLS? `more`: could be, with more bytes.
enum class TlsGuess : uint8_t { no, more, yes };
TlsGuess guess_tls(Bytes head);

}  // namespace telltale
