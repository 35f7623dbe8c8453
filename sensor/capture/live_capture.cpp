#include "sensor/capture/live_capture.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace telltale {
namespace {

// The kernel hands over a block of the ring when it is full, or when its timer (ms) went off twice.
constexpr int kBlockTimeout = 25;
constexpr int kPoll = 100;  // ms of silence until time is told to pass
// Packets in the rings when it is over are still given: silence must last, and there is an end.
constexpr std::chrono::milliseconds kSilentEnd{300};
constexpr std::chrono::seconds kDrain{2};
constexpr size_t kBurst = 64;  // packets of an interface before the others have their turn
constexpr std::chrono::seconds kLook{1};  // at counters and at interfaces that are gone

Timestamp now() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

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

std::string usual_interface() {
  for (const std::string& name : capture_interfaces()) {
    if (std::filesystem::exists("/sys/class/net/" + name + "/bridge")) return name;
  }
  // /proc/net/route: interface, destination, gateway, flags, ...; all zeros is the default route.
  std::ifstream routes("/proc/net/route");
  for (std::string line; std::getline(routes, line);) {
    std::istringstream fields(line);
    std::string name;
    std::string destination;
    if (fields >> name >> destination && destination == "00000000") return name;
  }
  return {};
}

class LiveCapture::Interface {
 public:
  Interface(const std::string& name, const LiveOptions& options) : name_(name) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    pcap_ = pcap_create(name.c_str(), error.data());
    if (pcap_ == nullptr) fail(error.data());
    try {
      open(options);
    } catch (...) {
      pcap_close(pcap_);
      throw;
    }
  }
  ~Interface() { pcap_close(pcap_); }
  Interface(const Interface&) = delete;

  const std::string& name() const { return name_; }
  int descriptor() const { return up_ ? pcap_get_selectable_fd(pcap_) : -1; }
  bool up() const { return up_; }
  uint32_t link_type() const { return link_type_; }

  // False where there is none; the interface may be gone then.
  bool take(const pcap_pkthdr** header, const u_char** bytes) {
    if (!up_) return false;
    pcap_pkthdr* found = nullptr;
    const int got = pcap_next_ex(pcap_, &found, bytes);
    if (got < 0) up_ = false;
    *header = found;
    return got == 1;
  }

  // Packets that the kernel had to drop since the capture began.
  uint64_t dropped() {
    pcap_stat counts{};
    // The counters of libpcap have 32 bits; differences survive that they start anew.
    if (pcap_stats(pcap_, &counts) == 0) {
      dropped_ += static_cast<uint32_t>(counts.ps_drop - last_drop_);
      last_drop_ = counts.ps_drop;
    }
    return dropped_;
  }

  // Is the interface that the socket is bound to still there and up?
  bool is_well() const {
    return up_ && if_nametoindex(name_.c_str()) == index_ && is_switched_on();
  }
  void note_gone() { up_ = false; }

  // Binds the socket to the interface that has this name now; the filter and the ring stay.
  bool rebind() {
    const unsigned index = if_nametoindex(name_.c_str());
    if (index == 0 || !is_switched_on()) return false;
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(index);
    const int descriptor = pcap_get_selectable_fd(pcap_);
    int pending = 0;
    socklen_t size = sizeof pending;
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &pending, &size);  // clears it
    if (bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      return false;
    if (promiscuous_) {
      packet_mreq wanted{};
      wanted.mr_ifindex = static_cast<int>(index);
      wanted.mr_type = PACKET_MR_PROMISC;
      setsockopt(descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &wanted, sizeof wanted);
    }
    index_ = index;
    up_ = true;
    return true;
  }

  uint64_t packets = 0;
  Timestamp last_packet;

 private:
  bool is_switched_on() const {
    if (name_ == "any") return true;
    ifreq request{};
    name_.copy(request.ifr_name, sizeof request.ifr_name - 1);
    return ioctl(pcap_get_selectable_fd(pcap_), SIOCGIFFLAGS, &request) == 0 &&
           (request.ifr_flags & IFF_UP) != 0;
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw LiveError(fmt::format("telltale: {}: {}", name_, why));
  }

  void open(const LiveOptions& options) {
    promiscuous_ = options.promiscuous && name_ != "any";
    pcap_set_snaplen(pcap_, static_cast<int>(options.snaplen));
    pcap_set_promisc(pcap_, promiscuous_ ? 1 : 0);
    pcap_set_timeout(pcap_, kBlockTimeout);
    const uint64_t ring =
        std::clamp<uint64_t>(options.buffer / options.interfaces.size(), 2U << 20, 1U << 30);
    pcap_set_buffer_size(pcap_, static_cast<int>(ring));
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

  void set_filter(const std::string& expression) {
    if (expression.empty()) return;
    bpf_program program{};
    if (pcap_compile(pcap_, &program, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
      fail(fmt::format("the filter \"{}\": {}", expression, pcap_geterr(pcap_)));
    }
    const int result = pcap_setfilter(pcap_, &program);
    pcap_freecode(&program);
    if (result != 0) fail(fmt::format("the filter \"{}\": {}", expression, pcap_geterr(pcap_)));
  }

  std::string name_;
  pcap_t* pcap_ = nullptr;
  uint32_t link_type_ = 1;
  unsigned index_ = 0;  // of the interface the socket is bound to; 0 of "any"
  bool promiscuous_ = false;
  bool up_ = true;
  unsigned last_drop_ = 0;
  uint64_t dropped_ = 0;
};

LiveCapture::LiveCapture(const LiveOptions& options) {
  for (const std::string& name : options.interfaces) {
    interfaces_.push_back(std::make_unique<Interface>(name, options));
    captures_.push_back({name, 0, 0, {}, {}});
    status_.push_back({name, true, 0, 0, {}});
  }
}

LiveCapture::~LiveCapture() = default;

bool LiveCapture::next(Packet& packet) {
  while (!is_over(kDrain)) {
    for (size_t tried = 0; tried <= interfaces_.size(); ++tried) {
      if (burst_ < kBurst && take(*interfaces_[turn_], packet)) {
        ++burst_;
        if (packet.ts >= next_look_) look_after_interfaces(packet.ts);
        return true;
      }
      burst_ = 0;
      turn_ = (turn_ + 1) % interfaces_.size();
    }
    if (wait_for_packets()) continue;
    if (is_over(kSilentEnd)) break;
    packet = Packet{};
    packet.ts = now();
    look_after_interfaces(packet.ts);
    return true;
  }
  look_after_interfaces(Timestamp::max());
  return false;
}

// Was stop() called so long ago?
bool LiveCapture::is_over(std::chrono::milliseconds so_long) {
  if (!stopping_.load(std::memory_order_relaxed)) return false;
  const auto now = std::chrono::steady_clock::now();
  if (!stopped_) stopped_ = now;
  return now - *stopped_ >= so_long;
}

bool LiveCapture::take(Interface& from, Packet& packet) {
  const pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  if (!from.take(&header, &bytes)) return false;
  const auto index = static_cast<uint32_t>(turn_);
  packet.ts = Timestamp(std::chrono::seconds(header->ts.tv_sec) +
                        std::chrono::microseconds(header->ts.tv_usec));
  packet.frame = {index, static_cast<uint32_t>(++from.packets)};
  packet.link_type = from.link_type();
  packet.interface = index;
  packet.bytes = {bytes, header->caplen};
  packet.wire_size = header->len;
  from.last_packet = packet.ts;
  return true;
}

bool LiveCapture::wait_for_packets() {
  std::vector<pollfd> waiting;
  for (const auto& interface : interfaces_) {
    if (interface->up()) waiting.push_back({interface->descriptor(), POLLIN, 0});
  }
  return poll(waiting.data(), waiting.size(), kPoll) > 0;
}

void LiveCapture::look_after_interfaces(Timestamp now) {
  if (now < next_look_ && next_look_ - now <= kLook) return;
  next_look_ = now == Timestamp::max() ? now : now + kLook;
  uint64_t dropped = 0;
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < interfaces_.size(); ++i) {
    Interface& interface = *interfaces_[i];
    const bool was_up = status_[i].up;
    if (!interface.is_well()) interface.note_gone();
    if (!interface.up()) interface.rebind();
    if (was_up && !interface.up()) news_.push_back(interface.name() + ": is gone; waiting for it");
    if (!was_up && interface.up()) news_.push_back(interface.name() + ": is back");
    status_[i].up = interface.up();
    status_[i].packets = interface.packets;
    status_[i].dropped = interface.dropped();
    status_[i].last_packet = interface.last_packet;
    dropped += status_[i].dropped;
  }
  dropped_.store(dropped, std::memory_order_relaxed);
}

std::vector<InterfaceStatus> LiveCapture::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::vector<std::string> LiveCapture::take_news() { return std::exchange(news_, {}); }

}  // namespace telltale
