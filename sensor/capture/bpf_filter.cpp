// See bpf_filter.h.
#include "sensor/capture/bpf_filter.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <pcap/pcap.h>

namespace telltale {
namespace {

// What LINKTYPE_ values of files are called in libpcap where the two differ (pcap-common.c of
// libpcap).
int dlt_of(uint32_t link_type) {
  switch (link_type) {
    case 100:
      return DLT_ATM_RFC1483;
    case 101:
      return DLT_RAW;
    case 102:
      return DLT_SLIP_BSDOS;
    case 103:
      return DLT_PPP_BSDOS;
    default:
      return static_cast<int>(link_type);
  }
}

// An expression is refused only when none of these takes it: Ethernet, raw IP, Linux cooked, 802.11
// with radiotap. The first one's complaint is told.
constexpr uint32_t kUsualLinkTypes[] = {1, 101, 113, 127};

}  // namespace

struct BpfFilter::Program {
  Program(const std::string& expression, uint32_t type) : link_type(type) {
    constexpr int kSnapLength = 262'144;
    const std::unique_ptr<pcap_t, decltype(&pcap_close)> pcap(
        pcap_open_dead(dlt_of(link_type), kSnapLength), &pcap_close);
    if (!pcap) {
      error = "libpcap cannot start";
    } else if (pcap_compile(pcap.get(), &code, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
      error = pcap_geterr(pcap.get());
      if (error.empty()) error = "libpcap does not take it";
    }
  }
  ~Program() {
    if (error.empty()) pcap_freecode(&code);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  uint32_t link_type;
  bpf_program code{};
  std::string error;
};

struct BpfFilter::Programs {
  const Program& at(uint32_t link_type) {
    const auto same = [&](const auto& one) { return one->link_type == link_type; };
    const auto known = std::find_if(all.begin(), all.end(), same);
    if (known != all.end()) return **known;
    // Captures with this many link types are made to hurt.
    if (all.size() >= kMaxPrograms) all.pop_back();
    all.push_back(std::make_unique<Program>(expression, link_type));
    return *all.back();
  }

  static constexpr size_t kMaxPrograms = 64;
  std::string expression;
  std::vector<std::unique_ptr<Program>> all;
};

BpfFilter::BpfFilter(const std::string& expression) : programs_(new Programs{expression, {}}) {
  const auto fits = [&](uint32_t link_type) { return programs_->at(link_type).error.empty(); };
  if (std::none_of(std::begin(kUsualLinkTypes), std::end(kUsualLinkTypes), fits)) {
    throw std::invalid_argument(programs_->at(kUsualLinkTypes[0]).error);
  }
}

BpfFilter::~BpfFilter() = default;

BpfFilter::Answer BpfFilter::matches(const Packet& packet) {
  const Program& program = programs_->at(packet.link_type);
  if (!program.error.empty()) return Answer::not_applicable;
  pcap_pkthdr header{};
  header.caplen = static_cast<bpf_u_int32>(packet.bytes.size());
  header.len = std::max(packet.wire_size, header.caplen);
  return pcap_offline_filter(&program.code, &header, packet.bytes.data()) != 0 ? Answer::yes
                                                                               : Answer::no;
}

std::string BpfFilter::why(uint32_t link_type) const { return programs_->at(link_type).error; }

}  // namespace telltale
