// Names the protocol and the application of a flow with nDPI: which packets it wants, and what it
// says.
//
// One Classifier a shard; its results depend on nothing but the flow's own packets: what nDPI
// recalls from other flows (its caches) or guesses from an address alone is not reported. Feed only
// packets with payload and packets that are not TCP, until feed() says the flow is settled, then
// finish() and drop the state: nearly all flows are settled after 2 packets, so a SYN flood costs
// nothing here.
#pragma once

#include <memory>
#include <string>

#include "config/limits.h"
#include "sensor/model/flow.h"

struct ndpi_flow_struct;

namespace telltale {

class Classifier {
 public:
  // What nDPI keeps of one flow: about 700 bytes and some strings. Use it with the classifier that
  // made it, which must outlive it.
  class FlowState {
   public:
    ~FlowState();
    FlowState(const FlowState&) = delete;
    FlowState& operator=(const FlowState&) = delete;

   private:
    friend class Classifier;
    explicit FlowState(ndpi_flow_struct* flow) : flow_(flow) {}
    ndpi_flow_struct* flow_;
    uint32_t packets_ = 0;
    bool settled_ = false;
  };

  // May be called from any thread; takes about 10 ms. Throws std::runtime_error when the library
  // differs from the headers this was compiled with, or cannot start.
  static std::unique_ptr<Classifier> create(const Limits& limits);
  ~Classifier();
  Classifier(const Classifier&) = delete;
  Classifier& operator=(const Classifier&) = delete;

  std::unique_ptr<FlowState> start();
  // Looks at one packet. True when more packets will not tell more.
  bool feed(FlowState& state, const Segment& segment, bool from_client);
  // What is known of the flow, all of it copied. Call once, after the last feed().
  AppLabel finish(FlowState& state);

 private:
  class Library;

  Classifier(std::unique_ptr<Library> library, uint32_t max_packets);

  std::unique_ptr<Library> library_;
  uint32_t max_packets_;
};

// "nDPI 4.2.0"
std::string ndpi_library_version();

}  // namespace telltale
