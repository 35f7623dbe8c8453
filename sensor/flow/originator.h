// Who opened a conversation: the end that becomes the flow's client.
//
// The opening itself decides where it was seen: a SYN, a SYN+ACK, an ICMP echo. Else the home end
// is the client when exactly one end is home; else a service port beside an ephemeral one is the
// server's; else who spoke first is the client.
#pragma once

#include <vector>

#include "sensor/flow/flow_record.h"

namespace telltale {

// Settles `record` by `segment`, its first packet.
void settle_originator(FlowRecord& record, const Segment& segment, bool from_low,
                       const std::vector<Cidr>& home_networks);

// A later packet of the flow shows the opening: takes it over, unless it is known already or
// payload has fixed the directions.
void learn_opening(FlowRecord& record, const Segment& segment, bool from_low);

}  // namespace telltale
