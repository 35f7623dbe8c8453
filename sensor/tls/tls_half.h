// One direction of a TlsStream: its framing, its handshake messages, its keys and what waits.
// Internal.
#pragma once

#include <list>
#include <vector>

#include "sensor/tls/tls_stream.h"

namespace telltale {

struct HeldRecord {
  uint8_t type;
  uint16_t version;
  Timestamp ts;
  FrameRef frame;
  std::vector<uint8_t> payload;
  Record view() const { return {type, version, payload, ts, frame}; }
  size_t cost() const { return sizeof(HeldRecord) + payload.size(); }
};

class TlsStream::Half final : public TlsRecordReader::Handler {
 public:
  Half(Direction which, TlsStream& stream)
      : direction(which),
        handshake(stream.limits_, stream.weird_),
        opener(which, *stream.keys_, stream.limits_, stream.weird_),
        stream_(stream) {}

  void on_record(const Record& record) override { stream_.take(*this, record); }
  TlsRecordReader::Verdict on_candidate(const Record& record) override;
  void on_torn(uint64_t bytes) override;
  void on_lost(uint64_t bytes, uint64_t records) override;
  void on_bad_header() override;
  // Frees what a dead half does not need any more; what is incomplete is told as torn.
  void forget();

  const Direction direction;
  TlsRecordReader reader;
  HandshakeReader handshake;
  RecordOpener opener;
  std::list<HeldRecord> held;  // allocates nothing while empty, as it nearly always is
  bool is_protected = false;
  bool pending_change = false;  // a ChangeCipherSpec was seen and the hellos were not, yet
  bool remembered = false;      // the session of the current keys was
  bool thin = false;            // nothing more is held: records are counted until secrets come
  bool had_loss = false;
  NotInspected dead = NotInspected::none;  // nothing of this half can be read any more
  uint64_t wrong_records = 0;
  uint64_t plain_offset = 0;
  uint64_t plain_gap = 0;   // to be told with the next plaintext
  uint64_t lost_bytes = 0;  // on the wire, since the last opened record

 private:
  TlsStream& stream_;
};

}  // namespace telltale
