// The record ciphers on OpenSSL's EVP: AEAD (RFC 5288, 6655, 7905, 8446) and CBC or NULL with HMAC
// (RFC 5246, 7366). A context is keyed once and used for all records of its direction.
#include <algorithm>
#include <array>
#include <cstring>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "sensor/tls/record.h"

namespace telltale {
namespace {

struct EvpFree {
  void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
template <typename T>
using Owned = std::unique_ptr<T, EvpFree>;

void put_be64(uint8_t* out, uint64_t value) {
  for (int i = 7; i >= 0; --i, value >>= 8) out[i] = static_cast<uint8_t>(value);
}

// Sequence number, type, version and length: what TLS 1.2 authenticates beside the content.
struct PseudoHeader {
  PseudoHeader(const Record& record, uint64_t seq, size_t size) {
    put_be64(bytes.data(), seq);
    bytes[8] = record.type;
    bytes[9] = static_cast<uint8_t>(record.version >> 8);
    bytes[10] = static_cast<uint8_t>(record.version);
    bytes[11] = static_cast<uint8_t>(size >> 8);
    bytes[12] = static_cast<uint8_t>(size);
  }
  std::array<uint8_t, 13> bytes{};
};

class AeadCipher final : public RecordCipher {
 public:
  explicit AeadCipher(RecordKeys keys)
      : keys_(std::move(keys)),
        tag_size_(keys_.suite->kind == CipherKind::ccm8 ? 8 : 16),
        explicit_nonce_(keys_.version != kTls13 && keys_.suite->kind != CipherKind::chacha ? 8 : 0),
        is_ccm_(keys_.suite->kind == CipherKind::ccm || keys_.suite->kind == CipherKind::ccm8) {}

  bool start() {
    const Owned<EVP_CIPHER> cipher(EVP_CIPHER_fetch(nullptr, keys_.suite->algorithm, nullptr));
    if (!cipher) return false;
    context_.reset(EVP_CIPHER_CTX_new());
    EVP_CIPHER_CTX* context = context_.get();
    if (EVP_DecryptInit_ex2(context, cipher.get(), nullptr, nullptr, nullptr) != 1) return false;
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, 12, nullptr);
    if (is_ccm_) EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_size_, nullptr);
    return EVP_DecryptInit_ex2(context, nullptr, keys_.key.data(), nullptr, nullptr) == 1;
  }

  bool open(const Record& record, uint64_t seq, std::vector<uint8_t>& plain) override {
    if (record.payload.size() < overhead()) return false;
    const size_t size = record.payload.size() - overhead();
    const Bytes sealed = record.payload.subspan(explicit_nonce_, size);
    const Bytes tag = record.payload.last(static_cast<size_t>(tag_size_));
    const std::array<uint8_t, 12> nonce = nonce_of(record, seq);
    plain.resize(size + 1);  // never empty: OpenSSL takes a null output for additional data
    return keys_.version == kTls13 ? open13(record, nonce, sealed, tag, plain)
                                   : open12(record, seq, nonce, sealed, tag, plain);
  }

  void passed(const Record&) override {}
  void lost() override {}
  size_t overhead() const override { return static_cast<size_t>(tag_size_) + explicit_nonce_; }

 private:
  std::array<uint8_t, 12> nonce_of(const Record& record, uint64_t seq) const {
    std::array<uint8_t, 12> nonce{};
    std::copy(keys_.iv.begin(), keys_.iv.end(), nonce.begin());
    if (explicit_nonce_ != 0) {
      std::copy_n(record.payload.begin(), 8, nonce.begin() + 4);
    } else {
      for (size_t i = 0; i < 8; ++i) {
        nonce[4 + i] = static_cast<uint8_t>(nonce[4 + i] ^ (seq >> (56 - 8 * i)));
      }
    }
    return nonce;
  }

  bool open12(const Record& record, uint64_t seq, const std::array<uint8_t, 12>& nonce,
              Bytes sealed, Bytes tag, std::vector<uint8_t>& plain) {
    const PseudoHeader header(record, seq, sealed.size());
    return decrypt(nonce, header.bytes, sealed, tag, plain);
  }
  bool open13(const Record& record, const std::array<uint8_t, 12>& nonce, Bytes sealed, Bytes tag,
              std::vector<uint8_t>& plain) {
    const size_t size = record.payload.size();
    const std::array<uint8_t, 5> header = {record.type, static_cast<uint8_t>(record.version >> 8),
                                           static_cast<uint8_t>(record.version),
                                           static_cast<uint8_t>(size >> 8),
                                           static_cast<uint8_t>(size)};
    return decrypt(nonce, header, sealed, tag, plain);
  }

  bool decrypt(const std::array<uint8_t, 12>& nonce, Bytes additional, Bytes sealed, Bytes tag,
               std::vector<uint8_t>& plain) {
    EVP_CIPHER_CTX* context = context_.get();
    int written = 0;
    const int size = static_cast<int>(sealed.size());
    auto* tag_bytes = const_cast<uint8_t*>(tag.data());
    if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_size_, tag_bytes) != 1)
      return false;
    if (EVP_DecryptInit_ex2(context, nullptr, nullptr, nonce.data(), nullptr) != 1) return false;
    if (is_ccm_ && EVP_DecryptUpdate(context, nullptr, &written, nullptr, size) != 1) return false;
    if (EVP_DecryptUpdate(context, nullptr, &written, additional.data(),
                          static_cast<int>(additional.size())) != 1) {
      return false;
    }
    // CCM verifies with the data; the others at the end.
    if (EVP_DecryptUpdate(context, plain.data(), &written, sealed.data(), size) != 1) return false;
    if (!is_ccm_ && EVP_DecryptFinal_ex(context, plain.data() + written, &written) != 1)
      return false;
    plain.resize(sealed.size());
    return true;
  }

  RecordKeys keys_;
  int tag_size_;
  size_t explicit_nonce_;
  bool is_ccm_;
  Owned<EVP_CIPHER_CTX> context_;
};

// CBC (or no encryption) with HMAC, in either order.
class MacCipher final : public RecordCipher {
 public:
  explicit MacCipher(RecordKeys keys) : keys_(std::move(keys)), last_block_(keys_.iv) {}

  bool start() {
    const Owned<EVP_MAC> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    if (!mac) return false;
    mac_.reset(EVP_MAC_CTX_new(mac.get()));
    mac_size_ = size_of(keys_.suite->mac);
    if (!start_mac()) return false;
    if (keys_.suite->kind == CipherKind::null) return true;
    const Owned<EVP_CIPHER> cipher(EVP_CIPHER_fetch(nullptr, keys_.suite->algorithm, nullptr));
    if (!cipher) return false;
    block_ = static_cast<size_t>(EVP_CIPHER_get_block_size(cipher.get()));
    explicit_iv_ = keys_.version == kTls10 ? 0 : block_;
    context_.reset(EVP_CIPHER_CTX_new());
    return EVP_DecryptInit_ex2(context_.get(), cipher.get(), keys_.key.data(), nullptr, nullptr) ==
           1;
  }

  bool open(const Record& record, uint64_t seq, std::vector<uint8_t>& plain) override {
    if (record.payload.size() < overhead()) return false;
    // Without its IV the first block would be noise, which a MAC of the ciphertext does not notice.
    if (!is_chained_ && explicit_iv_ == 0 && block_ != 0 && seq != 0) return false;
    if (block_ == 0) {
      plain.assign(record.payload.begin(), record.payload.end());
      return take_mac(record, seq, plain);
    }
    Bytes sealed = record.payload;
    if (keys_.encrypt_then_mac) {
      sealed = sealed.first(sealed.size() - mac_size_);
      if (!is_mac(record, seq, sealed, record.payload.last(mac_size_))) return false;
    }
    return decrypt(sealed, plain) && remove_padding(plain) &&
           (keys_.encrypt_then_mac || take_mac(record, seq, plain));
  }

  void passed(const Record& record) override {
    if (block_ == 0 || explicit_iv_ != 0) return;
    Bytes sealed = record.payload;
    if (keys_.encrypt_then_mac)
      sealed = sealed.first(sealed.size() - std::min(sealed.size(), mac_size_));
    if (sealed.size() < block_) return;
    last_block_.assign(sealed.end() - static_cast<long>(block_), sealed.end());
    is_chained_ = true;
  }
  void lost() override { is_chained_ = false; }

  size_t overhead() const override { return mac_size_ + explicit_iv_ + (block_ == 0 ? 0 : 1); }

 private:
  bool start_mac() {
    std::string name = digest_name();
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), name.size()),
        OSSL_PARAM_construct_end()};
    return EVP_MAC_init(mac_.get(), keys_.mac_key.data(), keys_.mac_key.size(), params) == 1;
  }
  std::string digest_name() const {
    switch (keys_.suite->mac) {
      case Digest::md5:
        return "MD5";
      case Digest::sha256:
        return "SHA2-256";
      case Digest::sha384:
        return "SHA2-384";
      default:
        return "SHA1";
    }
  }

  bool decrypt(Bytes sealed, std::vector<uint8_t>& plain) {
    const uint8_t* iv = last_block_.data();
    if (explicit_iv_ != 0) {
      iv = sealed.data();
      sealed = sealed.subspan(explicit_iv_);
    }
    if (sealed.empty() || sealed.size() % block_ != 0) return false;
    plain.resize(sealed.size());
    int written = 0;
    return EVP_DecryptInit_ex2(context_.get(), nullptr, nullptr, iv, nullptr) == 1 &&
           EVP_CIPHER_CTX_set_padding(context_.get(), 0) == 1 &&
           EVP_DecryptUpdate(context_.get(), plain.data(), &written, sealed.data(),
                             static_cast<int>(sealed.size())) == 1;
  }

  static bool remove_padding(std::vector<uint8_t>& plain) {
    const size_t padding = size_t{plain.back()} + 1;
    if (padding > plain.size()) return false;
    const auto first = plain.end() - static_cast<long>(padding);
    if (std::any_of(first, plain.end(), [&](uint8_t byte) { return byte != plain.back(); }))
      return false;
    plain.erase(first, plain.end());
    return true;
  }

  bool take_mac(const Record& record, uint64_t seq, std::vector<uint8_t>& plain) {
    if (plain.size() < mac_size_) return false;
    const Bytes all(plain);
    const Bytes content = all.first(all.size() - mac_size_);
    if (!is_mac(record, seq, content, all.last(mac_size_))) return false;
    plain.resize(content.size());
    return true;
  }

  bool is_mac(const Record& record, uint64_t seq, Bytes content, Bytes expected) {
    const PseudoHeader header(record, seq, content.size());
    std::array<uint8_t, EVP_MAX_MD_SIZE> mac{};
    size_t size = 0;
    return EVP_MAC_init(mac_.get(), nullptr, 0, nullptr) == 1 &&
           EVP_MAC_update(mac_.get(), header.bytes.data(), header.bytes.size()) == 1 &&
           EVP_MAC_update(mac_.get(), content.data(), content.size()) == 1 &&
           EVP_MAC_final(mac_.get(), mac.data(), &size, mac.size()) == 1 &&
           size == expected.size() && std::equal(expected.begin(), expected.end(), mac.begin());
  }

  RecordKeys keys_;
  std::vector<uint8_t> last_block_;
  bool is_chained_ = false;  // last_block_ is the end of the record just before
  size_t mac_size_ = 0;
  size_t block_ = 0;        // 0: not encrypted
  size_t explicit_iv_ = 0;  // RFC 4346 section 6.2.3.2
  Owned<EVP_CIPHER_CTX> context_;
  Owned<EVP_MAC_CTX> mac_;
};

}  // namespace

std::unique_ptr<RecordCipher> RecordCipher::create(RecordKeys keys) {
  const CipherKind kind = keys.suite->kind;
  if (kind == CipherKind::cbc || kind == CipherKind::null) {
    auto cipher = std::make_unique<MacCipher>(std::move(keys));
    if (!cipher->start()) return nullptr;
    return cipher;
  }
  auto cipher = std::make_unique<AeadCipher>(std::move(keys));
  if (!cipher->start()) return nullptr;
  return cipher;
}

}  // namespace telltale
