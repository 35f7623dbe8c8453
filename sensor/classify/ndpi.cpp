// The classifier on nDPI: the only file that knows its API, which changes with every release.
//
// Written for 4.2 (Debian 12) up to 5.x; what differs is chosen by kVersion (NDPI_MAJOR * 100 +
// NDPI_MINOR) in the block of small functions at the top, so supporting one more release means
// touching only that block.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include <ndpi/ndpi_api.h>

#include "sensor/base/encoding.h"
#include "sensor/classify/classifier.h"

#define TELLTALE_NDPI (NDPI_MAJOR * 100 + NDPI_MINOR)

namespace telltale {
namespace {

using Module = ndpi_detection_module_struct;

Module* init_module() {
#if TELLTALE_NDPI >= 410
  return ndpi_init_detection_module(nullptr);
#else
  // The list of Tor addresses only feeds guesses by address, which are not reported.
  return ndpi_init_detection_module(ndpi_dont_load_tor_hosts);
#endif
}

bool enable_everything(Module* module) {
#if TELLTALE_NDPI < 500
  NDPI_PROTOCOL_BITMASK all;
  NDPI_BITMASK_SET_ALL(all);
#if TELLTALE_NDPI >= 406
  if (ndpi_set_protocol_detection_bitmask2(module, &all) != 0) return false;
#else
  ndpi_set_protocol_detection_bitmask2(module, &all);
#endif
#endif
#if TELLTALE_NDPI >= 410
  return ndpi_finalize_initialization(module) == 0;
#else
  ndpi_finalize_initialization(module);
  return true;
#endif
}

struct Ids {
  uint16_t master = NDPI_PROTOCOL_UNKNOWN;
  uint16_t app = NDPI_PROTOCOL_UNKNOWN;
  bool known() const { return master != NDPI_PROTOCOL_UNKNOWN || app != NDPI_PROTOCOL_UNKNOWN; }
};

Ids ids_of(const ndpi_protocol& result) {
#if TELLTALE_NDPI >= 411
  return {result.proto.master_protocol, result.proto.app_protocol};
#else
  return {result.master_protocol, result.app_protocol};
#endif
}

ndpi_protocol process(Module* module, ndpi_flow_struct* flow, const Segment& segment,
                      bool from_client) {
  const auto size = static_cast<uint16_t>(std::min<size_t>(segment.ip.size(), UINT16_MAX));
  const auto ms = static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(segment.ts.time_since_epoch()).count());
#if TELLTALE_NDPI >= 406
  ndpi_flow_input_info info{};
  info.in_pkt_dir = from_client ? NDPI_IN_PKT_DIR_C_TO_S : NDPI_IN_PKT_DIR_S_TO_C;
  info.seen_flow_beginning = NDPI_FLOW_BEGINNING_UNKNOWN;
  return ndpi_detection_process_packet(module, flow, segment.ip.data(), size, ms, &info);
#else
  (void)from_client;
  return ndpi_detection_process_packet(module, flow, segment.ip.data(), size, ms);
#endif
}

// Is the flow known well enough? Once the client has spoken, what nDPI would still read is the server's part
// (its certificate, its answer), which nobody here asks for.
bool is_complete(Module* module, ndpi_flow_struct* flow, const ndpi_protocol& result,
                 bool from_client) {
#if TELLTALE_NDPI >= 500
  (void)module;
  return result.state == NDPI_STATE_CLASSIFIED &&
         (from_client || flow->extra_packets_func == nullptr);
#else
  return ids_of(result).known() &&
         (from_client || ndpi_extra_dissection_possible(module, flow) == 0);
#endif
}

ndpi_protocol give_up(Module* module, ndpi_flow_struct* flow) {
#if TELLTALE_NDPI >= 500
  return ndpi_detection_giveup(module, flow);
#elif TELLTALE_NDPI >= 410
  uint8_t guessed = 0;
  return ndpi_detection_giveup(module, flow, &guessed);
#else
  uint8_t guessed = 0;
  return ndpi_detection_giveup(module, flow, 1, &guessed);
#endif
}

unsigned number_of_protocols(Module* module) {
#if TELLTALE_NDPI >= 500
  return ndpi_get_num_protocols(module);
#else
  return ndpi_get_num_supported_protocols(module);
#endif
}

// What the address alone suggests. Until 4.6 it stands in the result as if it had been seen.
uint16_t guess_by_address(const ndpi_flow_struct* flow) {
#if TELLTALE_NDPI >= 406
  (void)flow;
  return NDPI_PROTOCOL_UNKNOWN;
#else
  return flow->guessed_host_protocol_id;
#endif
}

// The category of a protocol without its application.
size_t category_of(Module* module, Ids ids) {
  ndpi_protocol plain{};
#if TELLTALE_NDPI >= 411
  plain.proto.master_protocol = ids.master;
  plain.proto.app_protocol = ids.app;
#else
  plain.master_protocol = ids.master;
  plain.app_protocol = ids.app;
#endif
  return static_cast<size_t>(ndpi_get_proto_category(module, plain));
}

}  // namespace

// A detection module and the names of its numbers, copied because nDPI's own functions return
// static buffers for some of them.
class Classifier::Library {
 public:
  Library() : module_(init_module()) {
    if (module_ == nullptr) throw std::runtime_error("nDPI: cannot create a detection module");
    if (!enable_everything(module_)) {
      ndpi_exit_detection_module(module_);
      throw std::runtime_error("nDPI: cannot enable its protocols");
    }
    for (unsigned id = 0; id < number_of_protocols(module_); ++id) {
      const char* name = ndpi_get_proto_name(module_, static_cast<uint16_t>(id));
      protocols_.emplace_back(name == nullptr ? "" : name);
    }
    for (int id = 0; id < NDPI_PROTOCOL_NUM_CATEGORIES; ++id) {
      const char* name = ndpi_category_get_name(module_, static_cast<ndpi_protocol_category_t>(id));
      categories_.emplace_back(name == nullptr ? "" : name);
    }
    for (int id = 0; id < NDPI_MAX_RISK; ++id) {
      risks_.emplace_back(ndpi_risk2str(static_cast<ndpi_risk_enum>(id)));
    }
  }
  ~Library() { ndpi_exit_detection_module(module_); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  Module* module() const { return module_; }
  std::string_view protocol(uint16_t id) const {
    return id != NDPI_PROTOCOL_UNKNOWN && id < protocols_.size() ? protocols_[id]
                                                                 : std::string_view{};
  }
  std::string_view category(size_t id) const {
    return id != NDPI_PROTOCOL_CATEGORY_UNSPECIFIED && id < categories_.size() ? categories_[id]
                                                                               : std::string_view{};
  }
  std::vector<std::string> risks(ndpi_risk bits) const {
    std::vector<std::string> names;
    for (size_t id = 1; id < risks_.size(); ++id) {
      if ((bits >> id & 1) != 0) names.push_back(risks_[id]);
    }
    return names;
  }
  // Does a host name by itself name this application?
  bool host_names(std::string host, uint16_t app) const {
    if (host.empty()) return false;
    ndpi_protocol_match_result match{};
    const int found = ndpi_match_string_subprotocol(module_, host.data(),
                                                    static_cast<u_int>(host.size()), &match);
    return found > 0 && match.protocol_id == app;
  }

 private:
  Module* module_;
  std::vector<std::string> protocols_;
  std::vector<std::string> categories_;
  std::vector<std::string> risks_;
};

namespace {

// nDPI's init fills tables of its own without a lock.
std::mutex& init_mutex() {
  static std::mutex mutex;
  return mutex;
}

// "FTP_DATA" is written "ftp-data" in events.
std::string app_protocol_of(std::string_view name) {
  std::string text = ascii_lower(name);
  for (char& c : text) {
    if (c == '_' || c == ' ') c = '-';
  }
  return text;
}

}  // namespace

Classifier::FlowState::~FlowState() { ndpi_free_flow(flow_); }

Classifier::Classifier(std::unique_ptr<Library> library, uint32_t max_packets)
    : library_(std::move(library)), max_packets_(max_packets) {}

Classifier::~Classifier() {
  const std::lock_guard lock(init_mutex());
  library_.reset();
}

std::unique_ptr<Classifier> Classifier::create(const Limits& limits) {
  if (ndpi_detection_get_sizeof_ndpi_flow_struct() != sizeof(ndpi_flow_struct)) {
    throw std::runtime_error("nDPI: the library was configured differently from its headers (" +
                             std::to_string(ndpi_detection_get_sizeof_ndpi_flow_struct()) +
                             " and " + std::to_string(sizeof(ndpi_flow_struct)) +
                             " bytes a flow); build telltale against the installed library");
  }
  const std::lock_guard lock(init_mutex());
  return std::unique_ptr<Classifier>(
      new Classifier(std::make_unique<Library>(), limits.max_classified_packets));
}

std::unique_ptr<Classifier::FlowState> Classifier::start() {
  auto* flow = static_cast<ndpi_flow_struct*>(ndpi_flow_malloc(sizeof(ndpi_flow_struct)));
  if (flow == nullptr) throw std::bad_alloc();
  std::memset(static_cast<void*>(flow), 0, sizeof(*flow));
  return std::unique_ptr<FlowState>(new FlowState(flow));
}

bool Classifier::feed(FlowState& state, const Segment& segment, bool from_client) {
  if (state.settled_ || segment.ip.empty()) return state.settled_;
  const ndpi_protocol result = process(library_->module(), state.flow_, segment, from_client);
  ++state.packets_;
  state.settled_ = state.packets_ >= max_packets_ ||
                   is_complete(library_->module(), state.flow_, result, from_client);
  return state.settled_;
}

AppLabel Classifier::finish(FlowState& state) {
  ndpi_flow_struct* flow = state.flow_;
  const ndpi_protocol result = give_up(library_->module(), flow);
  Ids ids = ids_of(result);
  AppLabel label;
  label.host = to_valid_utf8(
      {flow->host_server_name, strnlen(flow->host_server_name, sizeof(flow->host_server_name))});
  label.risks = library_->risks(flow->risk);
  switch (flow->confidence) {
    case NDPI_CONFIDENCE_UNKNOWN:
    case NDPI_CONFIDENCE_MATCH_BY_IP:
      return label;
    case NDPI_CONFIDENCE_MATCH_BY_PORT:
      label.protocol = library_->protocol(flow->guessed_protocol_id);
      label.by_port = !label.protocol.empty();
      return label;
    case NDPI_CONFIDENCE_DPI_CACHE:  // what other flows of this shard were: not a property of this
                                     // one
      ids.app = NDPI_PROTOCOL_UNKNOWN;
      break;
    default:
      break;
  }
  if (ids.master != NDPI_PROTOCOL_UNKNOWN && ids.app != NDPI_PROTOCOL_UNKNOWN &&
      ids.app == guess_by_address(flow) && !library_->host_names(label.host, ids.app)) {
    ids.app = NDPI_PROTOCOL_UNKNOWN;
  }
  if (!ids.known()) return label;
  if (ids.master == ids.app) ids.app = NDPI_PROTOCOL_UNKNOWN;
  if (ids.master == NDPI_PROTOCOL_UNKNOWN) std::swap(ids.master, ids.app);
  label.protocol = library_->protocol(ids.master);
  label.app_protocol = app_protocol_of(label.protocol);
  if (ids.app != NDPI_PROTOCOL_UNKNOWN) {
    label.protocol.append(".").append(library_->protocol(ids.app));
    label.category = library_->category(static_cast<size_t>(result.category));
  } else {
    label.category =
        library_->category(category_of(library_->module(), {NDPI_PROTOCOL_UNKNOWN, ids.master}));
  }
  return label;
}

std::string ndpi_library_version() { return std::string("nDPI ") + ndpi_revision(); }

}  // namespace telltale
