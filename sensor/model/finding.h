// A finding: one type of sensitive data seen leaving in a flow, with its evidence. Trust plays no part.
#pragma once

#include <string>
#include <vector>

#include "sensor/model/packet.h"
#include "sensor/model/taxonomy.h"

namespace telltale {

struct Finding {
  DataType type = DataType::imei;
  double confidence = 0;      // 0..1; about the share of such findings that are right
  uint32_t count = 1;         // how often; for lists the number of entries
  std::string location;       // "http.request.body:$.device.imei"
  std::vector<std::string> encodings;  // outermost first
  std::string sample;         // masked at birth unless values are to be revealed
  std::string fingerprint;    // keyed hash of the normalised value, hex; equal values, equal fingerprints
  std::string owner;          // whose it is, where a known value has one
  bool cleartext = true;      // anybody on the way could read it
  FrameRef packet;            // the frame that completed the evidence
};

}  // namespace telltale
