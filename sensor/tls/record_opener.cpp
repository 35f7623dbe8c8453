#include "sensor/tls/record_opener.h"

#include <algorithm>
#include <utility>

namespace telltale {
namespace {

constexpr uint64_t kFirstTrials = 4U << 20;  // bytes that may be tried before any were fed
// TLS 1.3 handshake records that may have been counted as application records.
constexpr uint64_t kMaxSlack = 8;

constexpr uint16_t kTls13Suites[] = {0x1301, 0x1302, 0x1303, 0x1304, 0x1305};

}  // namespace

void RecordOpener::start(const Negotiation& negotiation) {
  negotiation_ = negotiation;
  suite_ = negotiation.suite;
  const bool is_13_suite = suite_ != nullptr && suite_->id >> 8 == 0x13;
  supported_ = suite_ != nullptr && negotiation.server.compression == 0 &&
               negotiation.server.version >= kTls10 && negotiation.server.version <= kTls13 &&
               is_13_suite == negotiation.is_tls13();
  if (!negotiation.is_tls13()) {
    epoch_ = Epoch::master;
  } else if (direction_ == Direction::to_server && negotiation.client.early_data) {
    epoch_ = Epoch::early;
  } else {
    epoch_ = Epoch::handshake;
  }
  cipher_.reset();
  master_.clear();
  secret_.clear();
  candidates_.clear();
  candidates_known_ = false;
  seq_ = slack_ = ahead_ = since_ = attempts_ = 0;
  proved_ = false;
  if (trial_budget_ == 0) trial_budget_ = kFirstTrials;
}

void RecordOpener::add_candidates(Epoch epoch, SecretLabel label) {
  if (epoch < epoch_) return;
  for (TlsSecret& secret : store_.find(label, negotiation_.client.random)) {
    std::vector<const CipherSuite*> suites = {suite_};
    if (epoch == Epoch::early) {  // it was made for the session before, whatever this one agreed on
      for (const uint16_t id : kTls13Suites) {
        if (id != suite_->id) suites.push_back(find_cipher_suite(id));
      }
    }
    for (const CipherSuite* suite : suites) {
      if (size_of(suite->hash) != secret.size()) continue;
      auto cipher = RecordCipher::create(tls13_keys(*suite, secret));
      if (cipher) {
        candidates_.push_back({epoch, suite, secret, std::move(cipher)});
      } else if (suite == suite_) {
        supported_ = false;
      }
    }
  }
}

void RecordOpener::refresh_candidates() {
  if (candidates_known_ && store_version_ == store_.version()) return;
  candidates_known_ = true;
  store_version_ = store_.version();
  candidates_.clear();
  attempts_ = 0;
  if (epoch_ == Epoch::master) {
    for (TlsSecret& master : master_candidates(store_, negotiation_)) {
      auto cipher = RecordCipher::create(tls12_keys(negotiation_, master, direction_));
      supported_ = cipher != nullptr;
      if (!cipher) return;
      candidates_.push_back({Epoch::master, suite_, std::move(master), std::move(cipher)});
    }
    return;
  }
  const bool up = direction_ == Direction::to_server;
  if (up) add_candidates(Epoch::early, SecretLabel::client_early);
  add_candidates(Epoch::handshake,
                 up ? SecretLabel::client_handshake : SecretLabel::server_handshake);
  add_candidates(Epoch::application,
                 up ? SecretLabel::client_application : SecretLabel::server_application);
}

bool RecordOpener::try_all(const Record& record, OpenedRecord& opened) {
  return try_current(record, opened) || try_candidates(record, opened) ||
         try_next_generation(record, opened);
}

RecordOpener::Result RecordOpener::open(const Record& record, OpenedRecord& opened) {
  if (!supported_) return Result::unsupported;
  const bool is_opened = try_all(record, opened);
  if (cipher_) cipher_->passed(record);
  for (Candidate& candidate : candidates_) candidate.cipher->passed(record);
  return is_opened ? Result::opened : failed();
}

bool RecordOpener::open_candidate(const Record& record, OpenedRecord& opened) {
  if (!supported_) return false;
  is_guess_ = true;
  const bool is_opened = try_all(record, opened);
  is_guess_ = false;
  if (cipher_) cipher_->passed(record);
  return is_opened;
}

bool RecordOpener::affordable(const Record& record) {
  if (trial_budget_ < record.wire_size()) {
    if (!std::exchange(budget_told_, true)) weird_.count(Weird::tls_trials_exhausted);
    return false;
  }
  trial_budget_ -= record.wire_size();
  return true;
}

RecordOpener::Range RecordOpener::current_range() const {
  return {seq_ - std::min(seq_, slack_), seq_ + ahead_};
}

bool RecordOpener::try_current(const Record& record, OpenedRecord& opened) {
  if (!cipher_) return false;
  const auto seq = try_cipher(*cipher_, record, current_range());
  return seq && accept(*seq, since_, record, opened);
}

bool RecordOpener::try_candidates(const Record& record, OpenedRecord& opened) {
  if (cipher_ && (epoch_ == Epoch::master || epoch_ == Epoch::application)) return false;
  refresh_candidates();
  if (attempts_ >= kMaxAttempts && !cipher_) return false;
  // In an epoch that follows a proved one counting begins anew.
  const Range range = cipher_ ? Range{0, ahead_} : current_range();
  for (Candidate& candidate : candidates_) {
    if (cipher_ && candidate.epoch == epoch_) continue;
    const auto seq = try_cipher(*candidate.cipher, record, range);
    if (!seq) continue;
    if (candidate.epoch == Epoch::master) master_ = candidate.secret;
    epoch_ = candidate.epoch;
    suite_ = candidate.suite;
    secret_ = std::move(candidate.secret);
    cipher_ = std::move(candidate.cipher);
    next_cipher_.reset();
    if (epoch_ == Epoch::early) suite_ = negotiation_.suite;
    candidates_.clear();
    candidates_known_ = false;
    return accept(*seq, 0, record, opened);
  }
  return false;
}

// A KeyUpdate may have been lost together with other records.
bool RecordOpener::try_next_generation(const Record& record, OpenedRecord& opened) {
  if (!cipher_ || epoch_ != Epoch::application || ahead_ == 0) return false;
  if (!next_cipher_) {
    next_cipher_ = RecordCipher::create(tls13_keys(*suite_, next_generation(*suite_, secret_)));
  }
  const auto seq = next_cipher_ ? try_cipher(*next_cipher_, record, {0, ahead_}) : std::nullopt;
  if (!seq) return false;
  secret_ = next_generation(*suite_, secret_);
  cipher_ = std::move(next_cipher_);
  return accept(*seq, 0, record, opened);
}

std::optional<uint64_t> RecordOpener::try_cipher(RecordCipher& cipher, const Record& record,
                                                 Range range) {
  if (is_guess_ && !affordable(record)) return std::nullopt;
  const uint64_t likely = std::clamp(seq_, range.first, range.last);
  if (cipher.open(record, likely, plain_)) return likely;
  for (uint64_t seq = likely; seq < range.last && affordable(record);) {
    if (cipher.open(record, ++seq, plain_)) return seq;
  }
  for (uint64_t seq = likely; seq > range.first && affordable(record);) {
    if (cipher.open(record, --seq, plain_)) return seq;
  }
  return std::nullopt;
}

bool RecordOpener::accept(uint64_t seq, uint64_t expected, const Record& record,
                          OpenedRecord& opened) {
  opened.type = record.type;
  opened.lost = seq - std::min(seq, expected);
  opened.overhead = kRecordHeader + cipher_->overhead();
  if (negotiation_
          .is_tls13()) {  // RFC 8446 section 5.2: the type stands behind the content, then zeros
    size_t size = plain_.size();
    while (size > 0 && plain_[size - 1] == 0) --size;
    opened.type = size == 0 ? uint8_t{0} : plain_[size - 1];
    opened.content = Bytes(plain_).first(size == 0 ? 0 : size - 1);
    ++opened.overhead;
  } else {
    opened.content = plain_;
  }
  seq_ = since_ = seq + 1;
  slack_ = ahead_ = 0;
  proved_ = true;
  return true;
}

RecordOpener::Result RecordOpener::failed() {
  ahead_ = std::min<uint64_t>(ahead_ + 1, limits_.max_tls_records_ahead);
  if (proved_ && (cipher_ || !candidates_.empty())) return Result::not_authentic;
  ++attempts_;
  if (!supported_) return Result::unsupported;
  return candidates_.empty() ? Result::no_keys : Result::wrong_keys;
}

void RecordOpener::skip(const Record& record) {
  ++seq_;
  if (!cipher_) slack_ = std::min(slack_ + 1, kMaxSlack);
  if (cipher_) cipher_->passed(record);
  for (Candidate& candidate : candidates_) candidate.cipher->passed(record);
}

void RecordOpener::lose(uint64_t records) {
  // One more: the first record found again may lack its IV.
  if (records > 0) ahead_ = std::min<uint64_t>(ahead_ + records + 1, limits_.max_tls_records_ahead);
  if (cipher_) cipher_->lost();
  for (Candidate& candidate : candidates_) candidate.cipher->lost();
}

void RecordOpener::forget() {
  supported_ = false;
  negotiation_ = {};
  cipher_.reset();
  next_cipher_.reset();
  candidates_ = std::vector<Candidate>();
  plain_ = std::vector<uint8_t>();
}

void RecordOpener::on_finished() {
  if (epoch_ != Epoch::handshake) return;
  epoch_ = Epoch::application;
  cipher_.reset();
  candidates_known_ = false;
  candidates_.clear();
  seq_ = slack_ = ahead_ = since_ = 0;
}

void RecordOpener::on_key_update() {
  if (epoch_ != Epoch::application || !cipher_) return;
  secret_ = next_generation(*suite_, secret_);
  cipher_ = RecordCipher::create(tls13_keys(*suite_, secret_));
  next_cipher_.reset();
  seq_ = slack_ = ahead_ = since_ = 0;
}

}  // namespace telltale
