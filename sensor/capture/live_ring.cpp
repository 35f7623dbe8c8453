#include "sensor/capture/live_ring.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace telltale {
namespace {

// The kernel hands over a block of the ring when it is full, or when its timer (ms) went off twice.
constexpr int kBlockTimeout = 25;

// DLT_ values of libpcap that are called otherwise in files (pcap-common.c).
uint32_t linktype_of(int dlt) { return dlt == DLT_RAW ? 101 : static_cast<uint32_t>(dlt); }

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

}  // namespace

std::vector<std::string> capture_interfaces() {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/class/net", ignored)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

LiveRing::LiveRing(const std::string& interface, const RingOptions& options) : name_(interface) {
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  pcap_ = pcap_create(name_.c_str(), error.data());
  if (pcap_ == nullptr) fail(error.data());
  try {
    open(options);
  } catch (...) {
    close();
    throw;
  }
}

LiveRing::~LiveRing() { close(); }

void LiveRing::close() {
  pcap_freecode(&filter_);
  pcap_close(pcap_);
}

void LiveRing::fail(const std::string& why) const {
  throw LiveError(fmt::format("telltale: {}: {}", name_, why));
}

void LiveRing::open(const RingOptions& options) {
  promiscuous_ = options.promiscuous && name_ != "any";
  pcap_set_snaplen(pcap_, static_cast<int>(options.snaplen));
  pcap_set_promisc(pcap_, promiscuous_ ? 1 : 0);
  pcap_set_timeout(pcap_, kBlockTimeout);
  pcap_set_buffer_size(pcap_,
                       static_cast<int>(std::clamp<uint64_t>(options.size, 2U << 20, 1U << 30)));
  const int result = pcap_activate(pcap_);
  if (result == PCAP_ERROR_NO_SUCH_DEVICE) {
    fail("there is no such interface; there are: " + listed(capture_interfaces()));
  }
  if (result == PCAP_ERROR_PERM_DENIED || result == PCAP_ERROR_PROMISC_PERM_DENIED) {
    fail("may not be opened; run as root or with the capability CAP_NET_RAW");
  }
  if (result == PCAP_ERROR_IFACE_NOT_UP) fail(fmt::format("is down; ip link set {} up", name_));
  if (result < 0) fail(pcap_geterr(pcap_));
  link_type_ = linktype_of(pcap_datalink(pcap_));
  index_ = if_nametoindex(name_.c_str());
  set_filter(options.bpf);
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  if (pcap_setnonblock(pcap_, 1, error.data()) != 0) fail(error.data());
}

void LiveRing::set_filter(const std::string& filter) {
  if (pcap_compile(pcap_, &filter_, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0 ||
      pcap_setfilter(pcap_, &filter_) != 0) {
    fail(fmt::format("the filter \"{}\": {}", filter, pcap_geterr(pcap_)));
  }
}

std::optional<uint16_t> LiveRing::share(std::optional<uint16_t> group,
                                        const std::vector<sock_filter>& program) {
  // The kernel finds a number that no other program's group has.
  const int type = PACKET_FANOUT_CBPF | (group ? 0 : PACKET_FANOUT_FLAG_UNIQUEID);
  int wanted = group.value_or(0) | type << 16;
  if (setsockopt(descriptor(), SOL_PACKET, PACKET_FANOUT, &wanted, sizeof wanted) != 0) return {};
  shares_ = true;
  if (group) return group;
  socklen_t size = sizeof wanted;
  const sock_fprog code{static_cast<unsigned short>(program.size()),
                        const_cast<sock_filter*>(program.data())};
  if (getsockopt(descriptor(), SOL_PACKET, PACKET_FANOUT, &wanted, &size) != 0 ||
      setsockopt(descriptor(), SOL_PACKET, PACKET_FANOUT_DATA, &code, sizeof code) != 0) {
    return {};
  }
  return static_cast<uint16_t>(wanted);
}

void LiveRing::sleep() {
  bpf_insn nothing = BPF_STMT(BPF_RET | BPF_K, 0);
  bpf_program program{1, &nothing};
  pcap_setfilter(pcap_, &program);
}

void LiveRing::wake() { pcap_setfilter(pcap_, &filter_); }

bool LiveRing::take(Packet& packet) {
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  while (up_) {
    const int got = pcap_next_ex(pcap_, &header, &bytes);
    if (got < 0) up_ = false;
    if (got != 1) return false;
    packet.ts = Timestamp(std::chrono::seconds(header->ts.tv_sec) +
                          std::chrono::microseconds(header->ts.tv_usec));
    if (packet.ts < begin_) continue;
    packet.link_type = link_type_;
    packet.bytes = {bytes, header->caplen};
    packet.wire_size = header->len;
    return true;
  }
  return false;
}

uint64_t LiveRing::dropped() {
  pcap_stat counts{};
  // The counters of libpcap have 32 bits; differences survive that they start anew.
  if (pcap_stats(pcap_, &counts) == 0) {
    dropped_ += static_cast<uint32_t>(counts.ps_drop - last_drop_);
    last_drop_ = counts.ps_drop;
  }
  return dropped_;
}

bool LiveRing::is_well() {
  up_ = up_ && if_nametoindex(name_.c_str()) == index_ && is_switched_on();
  return up_;
}

bool LiveRing::is_lost() const {
  const unsigned index = if_nametoindex(name_.c_str());
  return shares_ && index != 0 && index != index_;
}

bool LiveRing::revive() {
  const unsigned index = if_nametoindex(name_.c_str());
  if (index == 0 || !is_switched_on()) return false;
  int pending = 0;
  socklen_t size = sizeof pending;
  getsockopt(descriptor(), SOL_SOCKET, SO_ERROR, &pending, &size);  // clears it
  // The kernel lets no socket of a group be bound again; to an interface that was only down it
  // still is.
  up_ = shares_ ? index == index_ : bind_to(index);
  return up_;
}

// The filter and the ring stay.
bool LiveRing::bind_to(unsigned index) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(index);
  if (bind(descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return false;
  if (promiscuous_) {
    packet_mreq wanted{};
    wanted.mr_ifindex = static_cast<int>(index);
    wanted.mr_type = PACKET_MR_PROMISC;
    setsockopt(descriptor(), SOL_PACKET, PACKET_ADD_MEMBERSHIP, &wanted, sizeof wanted);
  }
  index_ = index;
  return true;
}

bool LiveRing::is_switched_on() const {
  if (name_ == "any") return true;
  ifreq request{};
  name_.copy(request.ifr_name, sizeof request.ifr_name - 1);
  return ioctl(descriptor(), SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_UP) != 0;
}

}  // namespace telltale
