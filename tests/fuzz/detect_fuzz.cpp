// Everything that reads a message once it is unwrapped: the index, all detectors, masking. The first byte says
// where the rest stands (a body, a query, a header); properties: what is told is sure enough, stands in the
// message and can be masked to valid UTF-8.
#include <cstdint>
#include <cstdlib>

#include "sensor/base/encoding.h"
#include "sensor/detect/detector_set.h"
#include "sensor/unwrap/expander.h"
#include "tests/support/message_builder.h"

namespace {

using namespace telltale;

void require(bool holds) {
  if (!holds) std::abort();
}

class Checker final : public SightingSink {
 public:
  Checker(const Message& message, const DetectorSet& detectors)
      : message_(message), detectors_(detectors) {}
  void on_sighting(Sighting&& sighting) override { check(sighting); }
  void on_piece(Piece&& piece) override { check(piece.sighting); }

 private:
  void check(const Sighting& sighting) {
    require(sighting.confidence >= 0.5 && sighting.confidence <= 1);
    require(sighting.field < message_.fields.size() && sighting.count > 0);
    for (const FieldId id : sighting.evidence) require(id < message_.fields.size());
    const Finding finding = detectors_.to_finding(message_, sighting, true);
    require(is_valid_utf8(finding.sample) && finding.fingerprint.size() == 16);
  }

  const Message& message_;
  const DetectorSet& detectors_;
};

Message message_of(uint8_t place, std::string_view text) {
  test::MessageBuilder builder;
  switch (place % 4) {
    case 0:
      return builder.body(text).take();
    case 1:
      return builder.query(text).take();
    case 2:
      return builder.header("X-Data", text).cookie("imei", text).take();
    default:
      return builder.body(text).cut_off().take();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const DetectorSet kDetectors(KeyTable::shipped(), {});
  if (size < 2) return 0;
  Message message = message_of(data[0], {reinterpret_cast<const char*>(data + 1), size - 1});
  WeirdCounts weird;
  expand(message, Limits{}, weird);
  Checker checker(message, kDetectors);
  kDetectors.run(message, checker);
  return 0;
}
