#include "sensor/tls/tls_half.h"

namespace telltale {

// Only a tag tells a record from bytes that look like one, so only proved keys decide.
TlsRecordReader::Verdict TlsStream::Half::on_candidate(const Record& record) {
  if (!is_protected || pending_change || !opener.proved() || !held.empty() ||
      dead != NotInspected::none) {
    return TlsRecordReader::Verdict::cannot_tell;
  }
  OpenedRecord opened;
  if (!opener.open_candidate(record, opened)) return TlsRecordReader::Verdict::no;
  stream_.opened(*this, record, opened);
  return TlsRecordReader::Verdict::taken;
}

void TlsStream::Half::on_torn(uint64_t bytes) {
  stream_.weird_.count(Weird::tls_record_torn);
  lost_bytes += bytes;
  stream_.sink_->on_opaque(direction, bytes,
                           dead != NotInspected::none ? dead : NotInspected::tls_record_damaged);
}

void TlsStream::Half::on_lost(uint64_t bytes, uint64_t records) {
  stream_.weird_.count(Weird::tls_records_lost);
  lost_bytes += bytes;
  handshake.lose();
  opener.lose(records);
  had_loss = true;
}

void TlsStream::Half::on_bad_header() {
  stream_.weird_.count(Weird::tls_record_header_bad);
  handshake.lose();
  opener.lose(1);
}

void TlsStream::Half::forget() {
  reader.finish(*this);
  reader = TlsRecordReader();
  opener.forget();
}

}  // namespace telltale
