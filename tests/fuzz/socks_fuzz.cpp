// Fuzzes the socks parser; see parser_harness.h.
#include "tests/fuzz/parser_harness.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return telltale::fuzz::run_parser(*telltale::find_parser("socks"), data, size);
}
