#include "sensor/tls/tls_stream.h"

#include <algorithm>
#include <utility>

#include "sensor/base/encoding.h"
#include "sensor/tls/certificate.h"
#include "sensor/tls/tls_half.h"

namespace telltale {
namespace {

// Application data records of a server in TLS 1.3 that nobody reads are opened up to this size: a
// KeyUpdate looks like them (RFC 8446 section 4.6.3) and is smaller.
constexpr size_t kMaxKeyUpdateRecord = 1024;
constexpr uint64_t kMaxWrongRecords = 16;

std::string version_name(uint16_t version) {
  switch (version) {
    case 0x0300:
      return "SSL 3.0";
    case kTls10:
      return "TLS 1.0";
    case kTls11:
      return "TLS 1.1";
    case kTls12:
      return "TLS 1.2";
    case kTls13:
      return "TLS 1.3";
    default:
      return {};
  }
}

std::shared_ptr<const KeyStore> or_empty(std::shared_ptr<const KeyStore> keys,
                                         const Limits& limits) {
  return keys ? std::move(keys) : std::make_shared<const KeyStore>(limits);
}

}  // namespace

TlsStream::TlsStream(std::shared_ptr<const KeyStore> keys, const Limits& limits, WeirdCounts& weird)
    : keys_(or_empty(std::move(keys), limits)), limits_(limits), weird_(weird) {
  halves_[0] = std::make_unique<Half>(Direction::to_server, *this);
  halves_[1] = std::make_unique<Half>(Direction::to_client, *this);
  store_version_ = keys_->version();
}

TlsStream::~TlsStream() = default;

void TlsStream::begin(PlaintextSink& sink) {
  sink_ = &sink;
  const uint64_t version = keys_->version();
  if (std::exchange(store_version_, version) != version) {
    recheck_ = true;
    drain();
  }
}

void TlsStream::feed(const Chunk& chunk, PlaintextSink& sink) {
  const NotInspected dead = dead_[static_cast<size_t>(chunk.direction)];
  if (dead != NotInspected::none) {
    if (!chunk.bytes.empty()) sink.on_opaque(chunk.direction, chunk.bytes.size(), dead);
    return;
  }
  begin(sink);
  Half& side = half(chunk.direction);
  side.opener.fed(chunk.bytes.size());
  side.reader.feed(chunk, side);
  drain();
  bury();
}

// Frees what nobody will read any more: most flows come without keys.
void TlsStream::bury() {
  for (const auto& side : halves_) {
    NotInspected& dead = dead_[static_cast<size_t>(side->direction)];
    if (side->dead == dead) continue;
    dead = side->dead;
    side->forget();
  }
  if (dead_[0] == NotInspected::none || dead_[1] == NotInspected::none) return;
  for (auto& side : halves_) side.reset();
  negotiation_ = {};
}

void TlsStream::retry(PlaintextSink& sink) {
  if (halves_[0] != nullptr) begin(sink);
}

void TlsStream::finish(PlaintextSink& sink) {
  if (halves_[0] == nullptr) return;
  begin(sink);
  for (const auto& side : halves_) side->reader.finish(*side);
  drain();
  for (const auto& side : halves_) {
    release(*side, negotiation_.server_seen ? NotInspected::tls_no_keys
                                            : NotInspected::tls_handshake_missing);
  }
}

void TlsStream::take(Half& half, const Record& record) {
  if (half.dead != NotInspected::none) return pass_unread(half, record, half.dead);
  if (!half.held.empty() || process(half, record) == Step::wait) hold(half, record);
}

TlsStream::Step TlsStream::process(Half& half, const Record& record) {
  if (half.pending_change) {
    if (!negotiation_.server_seen) return Step::wait;
    half.pending_change = false;
    if (!negotiation_.is_tls13()) activate(half);
  }
  return half.is_protected ? process_protected(half, record) : process_clear(half, record);
}

TlsStream::Step TlsStream::process_clear(Half& half, const Record& record) {
  if (!negotiation_.client_seen) {
    if (half.direction == Direction::to_client) return Step::wait;
    // Seen from its middle on, or the hello was lost or is of SSL 2.
    if (record.type != kHandshake || half.had_loss) {
      weird_.count(Weird::tls_handshake_missing_start);
      give_up(half, NotInspected::tls_handshake_missing);
      give_up(this->half(Direction::to_client), NotInspected::tls_handshake_missing);
      pass_unread(half, record, NotInspected::tls_handshake_missing);
      return Step::done;
    }
  }
  switch (record.type) {
    case kChangeCipherSpec:
      change_cipher(half);
      break;
    case kHandshake:
      on_handshake(half, record.payload);
      break;
    case kApplicationData:
      if (!negotiation_.server_seen) return Step::wait;  // early data, or the hello comes later
      activate(half);                                    // the ChangeCipherSpec was lost
      half.opener.lose(2);
      return process_protected(half, record);
    default:
      break;
  }
  sink_->on_overhead(half.direction, record.wire_size());
  return Step::done;
}

// Records of TLS 1.3 that are not protected although keys are in use: the compatibility
// ChangeCipherSpec (RFC 8446 appendix D.4), an alert, the second ClientHello after rejected early
// data.
bool TlsStream::is_clear13(Half& half, const Record& record) {
  if (!negotiation_.is_tls13() || record.type == kApplicationData) return false;
  if (record.type == kHandshake && !half.opener.proved()) on_handshake(half, record.payload);
  sink_->on_overhead(half.direction, record.wire_size());
  return true;
}

TlsStream::Step TlsStream::process_protected(Half& half, const Record& record) {
  if (is_clear13(half, record)) return Step::done;
  if (half.thin && !half.opener.worth_trying()) {
    half.opener.skip(record);
    pass_unread(half, record, NotInspected::tls_no_keys);
    return Step::done;
  }
  const bool unwanted =
      half.direction == Direction::to_client && !want_server_ && record.type == kApplicationData;
  if (unwanted && (!negotiation_.is_tls13() || (half.opener.is_application_epoch() &&
                                                record.payload.size() > kMaxKeyUpdateRecord))) {
    half.opener.skip(record);
    half.lost_bytes += record.wire_size();
    sink_->on_opaque(half.direction, record.wire_size(), NotInspected::inbound);
    return Step::done;
  }
  OpenedRecord content;
  const RecordOpener::Result result = half.opener.open(record, content);
  if (result != RecordOpener::Result::opened) return unopened(half, record, result);
  opened(half, record, content);
  return Step::done;
}

TlsStream::Step TlsStream::unopened(Half& half, const Record& record, RecordOpener::Result result) {
  switch (result) {
    case RecordOpener::Result::unsupported:
      give_up(half, NotInspected::tls_unsupported_cipher);
      pass_unread(half, record, NotInspected::tls_unsupported_cipher);
      break;
    case RecordOpener::Result::no_keys:
      if (keys_->growing() && !half.thin) return Step::wait;
      if (!keys_->growing()) give_up(half, NotInspected::tls_no_keys);
      pass_unread(half, record, NotInspected::tls_no_keys);
      break;
    case RecordOpener::Result::wrong_keys:
      if (++half.wrong_records > kMaxWrongRecords && !keys_->growing()) {
        give_up(half, NotInspected::tls_wrong_keys);
      }
      pass_unread(half, record, NotInspected::tls_wrong_keys);
      break;
    default:
      weird_.count(Weird::tls_record_not_authentic);
      pass_unread(half, record, NotInspected::tls_record_damaged);
      break;
  }
  return Step::done;
}

void TlsStream::opened(Half& half, const Record& record, const OpenedRecord& opened) {
  half.thin = false;
  if (!std::exchange(half.remembered, true)) remember(half);
  if (opened.lost > 0) {
    const uint64_t overhead = opened.lost * opened.overhead;
    half.plain_gap += half.lost_bytes > overhead ? half.lost_bytes - overhead : 1;
  }
  half.lost_bytes = 0;
  if (opened.type == kApplicationData) return emit(half, record, opened);
  sink_->on_overhead(half.direction, record.wire_size());
  if (opened.type == kHandshake) on_handshake(half, opened.content);
  if (opened.type == kChangeCipherSpec && !negotiation_.is_tls13()) change_cipher(half);
}

void TlsStream::emit(Half& half, const Record& record, const OpenedRecord& opened) {
  if (half.direction == Direction::to_client && !want_server_) {
    half.plain_gap += opened.content.size();
    return sink_->on_opaque(half.direction, record.wire_size(), NotInspected::inbound);
  }
  sink_->on_overhead(half.direction, record.wire_size() - opened.content.size());
  if (opened.content.empty()) return;
  Chunk plain;
  plain.direction = half.direction;
  plain.ts = record.ts;
  plain.frame = record.frame;
  plain.bytes = opened.content;
  plain.gap = std::exchange(half.plain_gap, 0);
  plain.offset = half.plain_offset + plain.gap;
  half.plain_offset = plain.offset + plain.bytes.size();
  if (half.direction == Direction::to_server) facts_.decrypted = true;
  sink_->on_plaintext(plain);
}

void TlsStream::on_handshake(Half& half, Bytes bytes) {
  const bool all = keys_->has_premasters() && negotiation_.session_hash.empty();
  half.handshake.feed(bytes, all,
                      [&](const HandshakeMessage& message) { on_message(half, message); });
}

void TlsStream::on_message(Half& half, const HandshakeMessage& message) {
  const bool up = half.direction == Direction::to_server;
  if (message.type != kClientHello && message.type != kHelloRequest) add_to_transcript(message);
  switch (message.type) {
    case kClientHello:
      if (up) on_client_hello(message);
      break;
    case kServerHello:
      if (!up) on_server_hello(message);
      break;
    case kCertificate:
      if (!up) on_certificate(message);
      break;
    case kClientKeyExchange:
      if (up) on_client_key_exchange(message);
      break;
    case kEncryptedExtensions:
      if (const std::string alpn = chosen_alpn(message.body); !up && !alpn.empty())
        facts_.alpn = alpn;
      break;
    case kNewSessionTicket:  // RFC 5077 section 3.3: lifetime, then the ticket
      if (!up && !negotiation_.is_tls13() && message.body.size() > 6) {
        negotiation_.new_ticket = as_text(message.body.subspan(6));
      }
      break;
    case kFinished:
      half.opener.on_finished();
      break;
    case kKeyUpdate:
      half.opener.on_key_update();
      break;
    default:
      break;
  }
}

// The session hash of a logged pre-master secret covers all messages so far (RFC 7627 section 3).
void TlsStream::add_to_transcript(const HandshakeMessage& message) {
  if (!keys_->has_premasters() || !negotiation_.session_hash.empty() ||
      transcript_.size() + message.whole.size() > limits_.max_tls_handshake) {
    return;
  }
  transcript_.insert(transcript_.end(), message.whole.begin(), message.whole.end());
}

void TlsStream::on_client_hello(const HandshakeMessage& message) {
  auto hello = parse_client_hello(message.body);
  if (!hello) {
    weird_.count(Weird::tls_client_hello_malformed);
    return;
  }
  if (negotiation_.client_seen && negotiation_.client.random == hello->random)
    return;  // a second try
  if (!negotiation_.client_seen) {
    facts_.sni = hello->server_name;
    if (!hello->alpn.empty()) facts_.alpn = to_valid_utf8(hello->alpn.front());
    facts_.ja3 = ja3(*hello);
    facts_.ja4 = ja4(*hello);
    facts_.ech = hello->encrypted_client_hello;
  }
  negotiation_ = {};
  negotiation_.client_seen = true;
  negotiation_.client = {hello->random, std::move(hello->session_id),
                         std::move(hello->session_ticket), hello->early_data};
  transcript_.clear();
  add_to_transcript(message);
  recheck_ = true;
}

void TlsStream::on_server_hello(const HandshakeMessage& message) {
  auto hello = parse_server_hello(message.body);
  if (!hello) {
    weird_.count(Weird::tls_server_hello_malformed);
    return;
  }
  if (hello->is_retry_request || negotiation_.server_seen) return;
  facts_.version = version_name(hello->version);
  if (!hello->alpn.empty()) facts_.alpn = hello->alpn;
  negotiation_.server = std::move(*hello);
  negotiation_.server_seen = true;
  negotiation_.suite = find_cipher_suite(negotiation_.server.cipher_suite);
  recheck_ = true;
  if (!negotiation_.is_tls13()) return;
  for (const auto& side : halves_) activate(*side);
}

// In clear until TLS 1.2. Only what names the server is kept, of its own certificate.
void TlsStream::on_certificate(const HandshakeMessage& message) {
  CertificateNames names =
      read_certificate_names(first_certificate(message.body, negotiation_.is_tls13()));
  facts_.common_name = std::move(names.common_name);
  facts_.alternative_names = std::move(names.dns_names);
}

void TlsStream::on_client_key_exchange(const HandshakeMessage& message) {
  if (!keys_->has_premasters()) return;
  ByteReader reader(message.body);  // RFC 5246 section 7.4.7.1
  const Bytes premaster = reader.take(reader.be16());
  negotiation_.encrypted_premaster.assign(premaster.begin(), premaster.end());
  const bool is_tls12 = negotiation_.server.version == kTls12 && negotiation_.suite != nullptr;
  negotiation_.session_hash =
      hash_of(is_tls12 ? negotiation_.suite->hash : Digest::md5_sha1, transcript_);
}

// A master secret that proved right also opens the session's resumptions.
void TlsStream::remember(Half& half) {
  const Negotiation& negotiation = half.opener.negotiation();
  keys_->remember_session(as_bytes(negotiation.server.session_id), half.opener.master());
  keys_->remember_session(as_bytes(negotiation.new_ticket), half.opener.master());
}

// The client's takes effect once the server's hello was seen, which may come to us later. The
// server's own comes after its hello, or is one for middleboxes after a HelloRetryRequest.
void TlsStream::change_cipher(Half& half) {
  half.pending_change = half.direction == Direction::to_server || negotiation_.server_seen;
}

void TlsStream::activate(Half& half) {
  half.is_protected = true;
  half.opener.start(negotiation_);
  half.reader.expect_version(std::min<uint16_t>(negotiation_.server.version, kTls12));
  half.remembered = false;
  half.wrong_records = 0;
}

void TlsStream::hold(Half& half, const Record& record) {
  if (held_ + sizeof(HeldRecord) + record.payload.size() <= limits_.max_tls_held) {
    half.held.push_back({record.type,
                         record.version,
                         record.ts,
                         record.frame,
                         {record.payload.begin(), record.payload.end()}});
    held_ += half.held.back().cost();
    return;
  }
  wait_no_more(half);
  if (half.thin) half.opener.skip(record);
  pass_unread(half, record, half.thin ? NotInspected::tls_no_keys : half.dead);
}

void TlsStream::wait_no_more(Half& half) {
  weird_.count(Weird::tls_held_overflow);
  if (half.is_protected) {
    release(half, NotInspected::tls_no_keys);
    half.thin = true;
  } else {
    give_up(half, NotInspected::tls_handshake_missing);
  }
}

void TlsStream::stop_waiting(PlaintextSink& sink) {
  if (halves_[0] == nullptr) return;
  sink_ = &sink;
  for (const auto& side : halves_) {
    if (!side->held.empty()) wait_no_more(*side);
  }
  bury();
}

void TlsStream::release(Half& half, NotInspected why) {
  for (const HeldRecord& record : std::exchange(half.held, {})) {
    held_ -= record.cost();
    if (half.is_protected) half.opener.skip(record.view());
    pass_unread(half, record.view(), why);
  }
}

void TlsStream::drain() {
  while (std::exchange(recheck_, false)) {
    for (const auto& side : halves_) {
      while (!side->held.empty()) {
        HeldRecord record = std::move(side->held.front());  // giving up would release the queue
        side->held.pop_front();
        held_ -= record.cost();
        if (process(*side, record.view()) == Step::done) continue;
        held_ += record.cost();
        side->held.push_front(std::move(record));
        break;
      }
    }
  }
}

void TlsStream::give_up(Half& half, NotInspected why) {
  if (half.dead != NotInspected::none) return;
  half.dead = why;
  release(half, why);
}

void TlsStream::pass_unread(Half& half, const Record& record, NotInspected why) {
  half.lost_bytes += record.wire_size();
  if (record.type == kApplicationData) {
    sink_->on_opaque(half.direction, record.wire_size(), why);
  } else {
    sink_->on_overhead(half.direction, record.wire_size());
  }
}

}  // namespace telltale
