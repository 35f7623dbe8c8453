// Opens the protected records of one direction: finds the secret, the keys and the sequence number
// that fit.
//
// The tag or MAC of a record decides everything that is not known for sure: which of several logged
// secrets is right, how many records a gap swallowed, whether early data was accepted, whether
// TLS 1.3 changed from handshake to application keys. Whatever is tried costs; the bytes tried are
// held in proportion to the bytes fed (Limits::max_tls_trial_ratio).
#pragma once

#include <optional>

#include "sensor/tls/key_schedule.h"

namespace telltale {

struct OpenedRecord {
  uint8_t type = 0;
  Bytes content;        // valid until the next open()
  uint64_t lost = 0;    // records that are missing just before this one
  size_t overhead = 0;  // bytes of such a record, header included, that are not content
};

class RecordOpener {
 public:
  enum class Result : uint8_t {
    opened,
    no_keys,        // nothing was logged for this connection
    wrong_keys,     // what was logged does not fit
    not_authentic,  // the keys fit, this record does not: forged, repeated or damaged
    unsupported,
  };

  RecordOpener(Direction direction, const KeyStore& store, const Limits& limits, WeirdCounts& weird)
      : direction_(direction), store_(store), limits_(limits), weird_(weird) {}

  // From here on records are protected as negotiated, from sequence number 0.
  void start(const Negotiation& negotiation);
  Result open(const Record& record, OpenedRecord& opened);
  // The same for bytes that only look like a record. Such places may lie close together, so that
  // even the first attempt at each is paid for, and a failure says nothing.
  bool open_candidate(const Record& record, OpenedRecord& opened);
  // A record passed without an attempt to open it.
  void skip(const Record& record);
  // Up to `records` records may be missing.
  void lose(uint64_t records);
  void fed(size_t bytes) { trial_budget_ += bytes * limits_.max_tls_trial_ratio; }

  // Nothing will be opened any more: frees the keys.
  void forget();

  // Of TLS 1.3, told by decrypted handshake messages.
  void on_finished();
  void on_key_update();

  bool proved() const { return proved_; }  // some record opened since start()
  const Negotiation& negotiation() const { return negotiation_; }
  bool is_application_epoch() const { return epoch_ == Epoch::application; }
  // The master secret that fitted, empty before and in TLS 1.3.
  const TlsSecret& master() const { return master_; }
  // Could a record open now that did not before?
  bool worth_trying() const {
    return store_.version() != store_version_ || (!candidates_.empty() && attempts_ < kMaxAttempts);
  }

 private:
  // Records of a connection's start that are tried with all secrets before they are called wrong.
  static constexpr uint64_t kMaxAttempts = 16;

  enum class Epoch : uint8_t { master, early, handshake, application };
  // A secret to be tried, with the keys made of it.
  struct Candidate {
    Epoch epoch;
    const CipherSuite* suite;
    TlsSecret secret;
    std::unique_ptr<RecordCipher> cipher;
  };
  struct Range {
    uint64_t first;
    uint64_t last;
  };

  bool affordable(const Record& record);
  bool try_all(const Record& record, OpenedRecord& opened);
  void refresh_candidates();
  void add_candidates(Epoch epoch, SecretLabel label);
  bool try_current(const Record& record, OpenedRecord& opened);
  bool try_candidates(const Record& record, OpenedRecord& opened);
  bool try_next_generation(const Record& record, OpenedRecord& opened);
  std::optional<uint64_t> try_cipher(RecordCipher& cipher, const Record& record, Range range);
  bool accept(uint64_t seq, uint64_t expected, const Record& record, OpenedRecord& opened);
  Range current_range() const;
  Result failed();

  const Direction direction_;
  const KeyStore& store_;
  const Limits& limits_;
  WeirdCounts& weird_;

  Negotiation negotiation_;
  bool supported_ = false;
  Epoch epoch_ = Epoch::master;
  std::unique_ptr<RecordCipher> cipher_;       // null until one is proved right in this epoch
  std::unique_ptr<RecordCipher> next_cipher_;  // after a KeyUpdate, made when first tried
  TlsSecret secret_;
  TlsSecret master_;
  const CipherSuite* suite_ = nullptr;
  std::vector<Candidate> candidates_;  // for epochs from the current one on
  uint64_t store_version_ = 0;
  bool candidates_known_ = false;

  uint64_t seq_ = 0;       // expected next, if all that passed were records of this epoch
  uint64_t slack_ = 0;     // of them at most this many were not
  uint64_t ahead_ = 0;     // at most this many more passed
  uint64_t since_ = 0;     // next sequence number after the last opened record
  uint64_t attempts_ = 0;  // records that failed before one was opened
  uint64_t trial_budget_ = 0;
  bool budget_told_ = false;
  bool is_guess_ = false;  // during open_candidate()
  bool proved_ = false;
  std::vector<uint8_t> plain_;
};

}  // namespace telltale
