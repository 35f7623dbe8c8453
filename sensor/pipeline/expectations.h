// Expectations: connections that one flow announced and that carry a device's content (FTP data). The next
// matching connection is read by the parser that was named, whoever opens it.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>

#include "sensor/model/flow.h"
#include "sensor/proto/parser.h"

namespace telltale {

class Expectations {
 public:
  static constexpr size_t kMax = 256;                 // the oldest goes first
  static constexpr std::chrono::seconds kLifetime{60};

  // `listener` is the end that will listen, as the announcing flow knows it.
  void add(const Endpoint& listener, const Expectation& expected) {
    if (waiting_.size() >= kMax) waiting_.pop_front();
    waiting_.push_back({listener, expected.server_connects, expected.parser, expected.ts});
  }

  // What was expected at `listener`, if anything; it is then over.
  struct Match {
    const ParserInfo* parser = nullptr;
    bool server_connects = false;
  };
  Match take(const Endpoint& listener, Timestamp now) {
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& waiting) {
      return waiting.listener == listener && now - waiting.since <= kLifetime;
    });
    if (found == waiting_.end()) return {};
    const Match match{found->parser, found->server_connects};
    waiting_.erase(found);
    return match;
  }
  bool empty() const { return waiting_.empty(); }

 private:
  struct Waiting {
    Endpoint listener;
    bool server_connects;
    const ParserInfo* parser;
    Timestamp since;
  };
  std::deque<Waiting> waiting_;
};

}  // namespace telltale
