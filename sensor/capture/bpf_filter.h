// BpfFilter: a filter expression as tcpdump knows it; the only user of libpcap for reading
// captures.
//
// An expression is compiled once for each link type that turns up.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sensor/model/packet.h"

namespace telltale {

class BpfFilter {
 public:
  enum class Answer { yes, no, not_applicable };

  // Throws std::invalid_argument with libpcap's text when `expression` fits no usual link type.
  explicit BpfFilter(const std::string& expression);
  ~BpfFilter();

  // not_applicable: the expression means nothing on the packet's link type; why() tells more.
  Answer matches(const Packet& packet);
  // libpcap's text for `link_type`, empty when the expression applies there.
  std::string why(uint32_t link_type) const;

 private:
  struct Program;
  struct Programs;
  std::unique_ptr<Programs> programs_;
};

}  // namespace telltale
