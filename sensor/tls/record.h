// A TLS record (RFC 8446 section 5.1), whole, and the ciphers that open it.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "sensor/model/packet.h"
#include "sensor/tls/crypto.h"

namespace telltale {

enum RecordType : uint8_t {
  kChangeCipherSpec = 20,
  kAlert = 21,
  kHandshake = 22,
  kApplicationData = 23,
};

enum TlsVersion : uint16_t { kTls10 = 0x0301, kTls11 = 0x0302, kTls12 = 0x0303, kTls13 = 0x0304 };

inline constexpr size_t kRecordHeader = 5;
// The most a record's payload may be: 2^14 and what protection adds (RFC 5246 section 6.2.3).
inline constexpr size_t kMaxRecordPayload = (1U << 14) + 2048;

// `payload` is a view that lives during the call. `ts` and `frame` are those of its last byte.
struct Record {
  uint8_t type = 0;
  uint16_t version = 0;
  Bytes payload;
  Timestamp ts;
  FrameRef frame;
  size_t wire_size() const { return kRecordHeader + payload.size(); }
};

enum class CipherKind : uint8_t { gcm, ccm, ccm8, chacha, cbc, null };

struct CipherSuite {
  uint16_t id;
  CipherKind kind;
  const char* algorithm;
  uint8_t key_size;
  Digest mac;   // of cbc and null
  Digest hash;  // of TLS 1.2's PRF and of TLS 1.3's HKDF
};

// Null where the suite is not known.
const CipherSuite* find_cipher_suite(uint16_t id);

// Everything one direction needs to open its records.
struct RecordKeys {
  const CipherSuite* suite = nullptr;
  uint16_t version = 0;
  bool encrypt_then_mac = false;  // RFC 7366
  std::vector<uint8_t> key;
  std::vector<uint8_t> iv;
  std::vector<uint8_t> mac_key;
};

// Sizes of the parts of TLS 1.2's key block (RFC 5246 section 6.3).
struct KeySizes {
  size_t mac = 0;
  size_t key = 0;
  size_t iv = 0;
};
KeySizes key_sizes(const CipherSuite& suite, uint16_t version);

// Opens the records of one direction and epoch. Opening checks the tag or MAC, changes no state,
// and so may be tried with several sequence numbers.
class RecordCipher {
 public:
  // Null where OpenSSL does not offer the algorithm.
  static std::unique_ptr<RecordCipher> create(RecordKeys keys);
  virtual ~RecordCipher() = default;

  // True when the record is authentic under sequence number `seq`; its plaintext is then in
  // `plain`.
  virtual bool open(const Record& record, uint64_t seq, std::vector<uint8_t>& plain) = 0;
  // The record has passed, opened or not: TLS 1.0 chains each record's IV to the one before.
  virtual void passed(const Record& record) = 0;
  // Bytes were lost since the last record that passed.
  virtual void lost() = 0;
  // How much longer than its plaintext a payload is, at least.
  virtual size_t overhead() const = 0;
};

}  // namespace telltale
