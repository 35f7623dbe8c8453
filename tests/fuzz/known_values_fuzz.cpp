// Known values over whatever bytes: in a body, as binary, in a query, nested in base64. Properties:
// a scan ends, reads nothing beyond the value (each piece is its own heap block), tells only types
// that are known, with a field of the message; and a value that is put behind the input is found
// whatever stands before it.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "sensor/detect/known_values.h"
#include "sensor/detect/token_shape.h"
#include "sensor/detect/vault.h"
#include "tests/support/message_builder.h"

namespace {

using namespace telltale;

void require(bool holds) {
  if (!holds) std::abort();
}

class Checker final : public SightingSink {
 public:
  explicit Checker(const Message& message) : message_(message) {}
  void on_sighting(Sighting&& sighting) override {
    require(sighting.field < message_.fields.size() && sighting.count > 0 &&
            sighting.confidence <= 1);
    require(!sighting.value.empty());
    if (sighting.type == DataType::iccid) found_ = true;
  }
  void on_piece(Piece&&) override { require(false); }
  bool found() const { return found_; }

 private:
  const Message& message_;
  bool found_ = false;
};

const KnownValues& known() {
  static const KnownValues kKnown({{DataType::mac_address, "a4:77:33:1c:9e:04", "a"},
                                   {DataType::imei, "358476102213048", ""},
                                   {DataType::phone_number, "+49 151 2345 6789", ""},
                                   {DataType::email, "lena.meyer@gmail.com", ""},
                                   {DataType::hostname, "Lena's iPhone", ""},
                                   {DataType::iccid, "8949020000123456780", ""}},
                                  nullptr, "fuzz");
  return kKnown;
}

bool finds_iccid(Message message) {
  static const auto kOwn =
      known().own_index(*MacAddress::parse("02:11:22:33:44:56"), "DESKTOP-7Q2K9LM");
  Checker checker(message);
  known().run(message, kOwn.get(), checker);
  return checker.found();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto copy = std::make_unique<char[]>(size);
  std::copy(data, data + size, copy.get());
  const std::string_view text(copy.get(), size);
  finds_iccid(test::MessageBuilder().body(text).query(text).header("X-A", text).take());
  // Between line breaks nothing of the input can run into the value.
  require(finds_iccid(
      test::MessageBuilder().body(std::string(text) + "\n\n\n\n8949020000123456780\n").take()));
  (void)is_random_token(text.substr(0, 64));
  (void)names_something_passing(text.substr(0, 64));
  (void)known_forms(DataType::phone_number, text);
  (void)known_forms(DataType::email, text);
  (void)known_forms(DataType::serial_number, text);
  (void)own_host_name_forms(text);
  return 0;
}
