#include "sensor/capture/fanout_program.h"

#include <array>

#include <net/ethernet.h>

#include "sensor/base/bytes.h"

namespace telltale {
namespace {

constexpr size_t kMostInstructions = 4096;  // BPF_MAXINSNS

// Where addresses stand in an IP header, and how many words of 32 bits they have.
struct Family {
  uint32_t src;
  uint32_t dst;
  uint32_t words;
};
constexpr Family kIpv4{12, 16, 1};  // RFC 791 section 3.1
constexpr Family kIpv6{8, 24, 4};   // RFC 8200 section 3

// What the words of an address are compared with.
struct Match {
  std::array<uint32_t, 4> value{};
  std::array<uint32_t, 4> mask{};
};

std::vector<Match> matches_of(const std::vector<Cidr>& networks, const Family& family) {
  std::vector<Match> matches;
  for (const Cidr& network : networks) {
    const bool wants_v4 = family.words == 1;
    const bool is_v4 = network.network().is_v4() && network.mapped_bits() >= 96;
    // A network of IPv6 may hold all of IPv4, as ::/0 does.
    const bool holds_v4 = network.mapped_bits() <= 96 && network.contains(IpAddress::v4(0U));
    if (wants_v4 ? !is_v4 && !holds_v4 : is_v4) continue;
    Match match;
    int bits = wants_v4 ? (is_v4 ? network.mapped_bits() - 96 : 0) : network.mapped_bits();
    const uint8_t* bytes = network.network().bytes().data() + (wants_v4 ? 12 : 0);
    for (uint32_t word = 0; word < family.words && bits > 0; ++word, bits -= 32) {
      match.mask[word] = bits >= 32 ? ~0U : ~0U << (32 - bits);
      match.value[word] = load_be32(bytes + 4 * word) & match.mask[word];
    }
    matches.push_back(match);
  }
  return matches;
}

class Assembler {
 public:
  using Jumps = std::vector<size_t>;  // that do not know yet where to

  std::vector<sock_filter> take() { return std::move(code_); }

  void load_protocol() {
    add(BPF_LD | BPF_H | BPF_ABS, static_cast<uint32_t>(SKF_AD_OFF + SKF_AD_PROTOCOL));
  }
  // Goes on where A is `value`; the jump it gives is for everything else.
  Jumps expect(uint32_t value) {
    add(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
    return {jump()};
  }
  void answer(uint32_t value) { add(BPF_RET | BPF_K, value); }

  void answer_by_device(const Family& family, const std::vector<Cidr>& networks) {
    const std::vector<Match> home = matches_of(networks, family);
    const Jumps src_is_home = jumps_where(family.src, family, home);
    const Jumps only_dst_is_home = jumps_where(family.dst, family, home);
    const Jumps none_is_home{jump()};
    land(src_is_home);
    const Jumps both_are_home = jumps_where(family.dst, family, home);
    answer_by({family.src}, family);
    land(only_dst_is_home);
    answer_by({family.dst}, family);
    land(none_is_home);
    land(both_are_home);
    answer_by({family.src, family.dst}, family);
  }

  void land(const Jumps& jumps) {
    for (const size_t at : jumps) code_[at].k = static_cast<uint32_t>(code_.size() - at - 1);
  }

 private:
  void add(uint16_t code, uint32_t k, uint8_t if_true = 0, uint8_t if_false = 0) {
    code_.push_back({code, if_true, if_false, k});
  }
  // Relative to the header of IP, wherever the socket's own view begins.
  void load(uint32_t offset) {
    add(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(SKF_NET_OFF) + offset);
  }
  size_t jump() {
    add(BPF_JMP | BPF_JA, 0);
    return code_.size() - 1;
  }
  // A jump for each of `matches`, taken where the address at `offset` is in it.
  Jumps jumps_where(uint32_t offset, const Family& family, const std::vector<Match>& matches) {
    Jumps found;
    for (const Match& match : matches) {
      std::vector<size_t> others;
      for (uint32_t word = 0; word < family.words && match.mask[word] != 0; ++word) {
        load(offset + 4 * word);
        if (match.mask[word] != ~0U) add(BPF_ALU | BPF_AND | BPF_K, match.mask[word]);
        add(BPF_JMP | BPF_JEQ | BPF_K, match.value[word]);
        others.push_back(code_.size() - 1);
      }
      found.push_back(jump());
      for (const size_t at : others) code_[at].jf = static_cast<uint8_t>(code_.size() - at - 1);
    }
    return found;
  }
  // By addresses at `offsets`, alike in whatever order they stand.
  void answer_by(const std::vector<uint32_t>& offsets, const Family& family) {
    bool is_first = true;
    for (const uint32_t offset : offsets) {
      for (uint32_t word = 0; word < family.words; ++word) {
        if (!is_first) add(BPF_MISC | BPF_TAX, 0);
        load(offset + 4 * word);
        if (!is_first) add(BPF_ALU | BPF_XOR | BPF_X, 0);
        is_first = false;
      }
    }
    // Knuth's multiplicative hash: neighbours in a subnet differ in the lowest bits alone.
    add(BPF_ALU | BPF_MUL | BPF_K, 0x9E3779B1);
    add(BPF_ALU | BPF_RSH | BPF_K, 16);
    add(BPF_RET | BPF_A, 0);
  }

  std::vector<sock_filter> code_;
};

std::vector<sock_filter> assemble(const std::vector<Cidr>& home_networks) {
  Assembler program;
  program.load_protocol();
  const Assembler::Jumps not_ipv4 = program.expect(ETHERTYPE_IP);
  program.answer_by_device(kIpv4, home_networks);
  program.land(not_ipv4);
  const Assembler::Jumps not_ipv6 = program.expect(ETHERTYPE_IPV6);
  program.answer_by_device(kIpv6, home_networks);
  program.land(not_ipv6);
  program.answer(0);
  return program.take();
}

}  // namespace

std::vector<sock_filter> fanout_program(const std::vector<Cidr>& home_networks) {
  std::vector<sock_filter> program = assemble(home_networks);
  return program.size() <= kMostInstructions ? program : assemble({});
}

}  // namespace telltale
