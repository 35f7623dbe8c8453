// TLS as a layer on a TCP stream: both directions go in, plaintext comes out where secrets are
// known.
//
// Every byte fed is told to the sink exactly once per direction: as plaintext, as overhead
// (framing, tags, handshake, alerts) or as opaque, with the reason. Records that came before their
// secrets, or before the other side's hello, wait in a bounded queue. A layer above probes and
// parses what comes out.
#pragma once

#include <array>
#include <memory>

#include "sensor/model/flow.h"
#include "sensor/tls/record_opener.h"
#include "sensor/tls/record_reader.h"

namespace telltale {

class PlaintextSink {
 public:
  virtual ~PlaintextSink() = default;
  // The content of one record, valid during the call. `frame` and `ts` are those of the record's
  // last byte; `offset` and `gap` count plaintext (after loss the gap is as exact as the cipher
  // allows, never 0).
  virtual void on_plaintext(const Chunk& plain) = 0;
  // Bytes of the direction that stay unread.
  virtual void on_opaque(Direction direction, uint64_t bytes, NotInspected why) = 0;
  // Bytes that carry no content: headers, tags, padding, handshakes, alerts.
  virtual void on_overhead(Direction direction, uint64_t bytes) = 0;
};

class TlsStream {
 public:
  // `keys` may be null. `limits` and `weird` must outlive the stream.
  TlsStream(std::shared_ptr<const KeyStore> keys, const Limits& limits, WeirdCounts& weird);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  void feed(const Chunk& chunk, PlaintextSink& sink);
  // Opens what waited for secrets, if new ones came. feed() does so by itself.
  void retry(PlaintextSink& sink);
  // Memory is short: what waits is told as opaque, and nothing of the directions concerned waits
  // again.
  void stop_waiting(PlaintextSink& sink);
  // The stream ended: what still waits is told as opaque.
  void finish(PlaintextSink& sink);

  // Application data of the server is decrypted only while somebody reads it; otherwise it is told
  // as opaque (inbound). On until switched.
  void want_server_plaintext(bool wanted) { want_server_ = wanted; }

  const TlsFacts& facts() const { return facts_; }
  // Memory of the records that wait, in bytes.
  size_t held() const { return held_; }

 private:
  enum class Step : uint8_t { done, wait };
  class Half;
  friend class Half;

  Half& half(Direction direction) { return *halves_[static_cast<size_t>(direction)]; }
  void take(Half& half, const Record& record);
  Step process(Half& half, const Record& record);
  Step process_clear(Half& half, const Record& record);
  Step process_protected(Half& half, const Record& record);
  bool is_clear13(Half& half, const Record& record);
  Step unopened(Half& half, const Record& record, RecordOpener::Result result);
  void opened(Half& half, const Record& record, const OpenedRecord& opened);
  void emit(Half& half, const Record& record, const OpenedRecord& opened);

  void on_handshake(Half& half, Bytes bytes);
  void on_message(Half& half, const HandshakeMessage& message);
  void add_to_transcript(const HandshakeMessage& message);
  void on_client_hello(const HandshakeMessage& message);
  void on_server_hello(const HandshakeMessage& message);
  void on_certificate(const HandshakeMessage& message);
  void on_client_key_exchange(const HandshakeMessage& message);
  void remember(Half& half);
  void change_cipher(Half& half);
  void activate(Half& half);

  void hold(Half& half, const Record& record);
  void wait_no_more(Half& half);
  void release(Half& half, NotInspected why);
  void drain();
  void give_up(Half& half, NotInspected why);
  void pass_unread(Half& half, const Record& record, NotInspected why);
  void begin(PlaintextSink& sink);
  void bury();

  std::shared_ptr<const KeyStore> keys_;
  const Limits& limits_;
  WeirdCounts& weird_;
  PlaintextSink* sink_ = nullptr;                // during a call
  std::array<std::unique_ptr<Half>, 2> halves_;  // null when both are dead
  std::array<NotInspected, 2> dead_{};           // why nothing of a direction can be read any more
  Negotiation negotiation_;
  std::vector<uint8_t> transcript_;  // of the handshake, while a pre-master secret may need it
  TlsFacts facts_;
  size_t held_ = 0;
  uint64_t store_version_ = 0;
  bool recheck_ = false;  // something changed that a waiting record may wait for
  bool want_server_ = true;
};

}  // namespace telltale
