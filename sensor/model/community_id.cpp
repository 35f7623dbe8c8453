// Community ID v1: SHA-1 over seed, both endpoints in order, protocol and ports. ICMP is mapped to pairs of
// types as the specification's table says, so that both directions of an echo get one id.
#include <openssl/evp.h>

#include <array>
#include <vector>

#include "sensor/base/encoding.h"
#include "sensor/model/flow.h"

namespace telltale {
namespace {

struct TypePair {
  uint8_t type;
  uint8_t counterpart;
};

constexpr std::array<TypePair, 10> kIcmpPairs = {
    {{8, 0}, {0, 8}, {13, 14}, {14, 13}, {15, 16}, {16, 15}, {10, 9}, {9, 10}, {17, 18}, {18, 17}}};
constexpr std::array<TypePair, 10> kIcmpV6Pairs = {{{128, 129},
                                                    {129, 128},
                                                    {133, 134},
                                                    {134, 133},
                                                    {135, 136},
                                                    {136, 135},
                                                    {130, 131},
                                                    {131, 130},
                                                    {144, 145},
                                                    {145, 144}}};

// The "ports" of an ICMP message; `one_way` when the type has no counterpart.
void icmp_ports(const Flow& flow, uint16_t& from, uint16_t& to, bool& one_way) {
  from = flow.icmp.type;
  to = flow.icmp.code;
  one_way = true;
  for (const TypePair& pair : flow.ip_proto == kIcmpV6 ? kIcmpV6Pairs : kIcmpPairs) {
    if (pair.type == flow.icmp.type) {
      to = pair.counterpart;
      one_way = false;
      return;
    }
  }
}

void append(std::vector<uint8_t>& bytes, const IpAddress& address) {
  const auto& raw = address.bytes();
  bytes.insert(bytes.end(), raw.begin() + (address.is_v4() ? 12 : 0), raw.end());
}

void append(std::vector<uint8_t>& bytes, uint16_t value) {
  bytes.push_back(static_cast<uint8_t>(value >> 8));
  bytes.push_back(static_cast<uint8_t>(value));
}

// SHA-1 whose algorithm is looked up once and whose context is used again: OpenSSL's one-shot call would
// spend more on that than on hashing 40 bytes.
std::array<uint8_t, 20> sha1(Bytes bytes) {
  struct Context {
    EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA1", nullptr);
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~Context() {
      EVP_MD_CTX_free(context);
      EVP_MD_free(algorithm);
    }
  };
  thread_local const Context kContext;
  std::array<uint8_t, 20> digest{};
  EVP_DigestInit_ex2(kContext.context, kContext.algorithm, nullptr);
  EVP_DigestUpdate(kContext.context, bytes.data(), bytes.size());
  EVP_DigestFinal_ex(kContext.context, digest.data(), nullptr);
  return digest;
}

}  // namespace

std::string community_id(const Flow& flow) {
  Endpoint a = flow.client;
  Endpoint b = flow.server;
  bool one_way = false;
  const bool is_icmp = flow.ip_proto == kIcmp || flow.ip_proto == kIcmpV6;
  if (is_icmp) icmp_ports(flow, a.port, b.port, one_way);
  if (!one_way && b < a) std::swap(a, b);
  std::vector<uint8_t> bytes;
  bytes.reserve(40);  // all there can be
  append(bytes, uint16_t{0});
  append(bytes, a.address);
  append(bytes, b.address);
  bytes.push_back(flow.ip_proto);
  bytes.push_back(0);
  const bool has_ports =
      is_icmp || flow.ip_proto == kTcp || flow.ip_proto == kUdp || flow.ip_proto == kSctp;
  if (has_ports) {
    append(bytes, a.port);
    append(bytes, b.port);
  }
  return "1:" + to_base64(sha1(bytes));
}

}  // namespace telltale
