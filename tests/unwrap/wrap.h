// Wraps what the tests unwrap again, with the libraries that real senders use.
#pragma once

#include <zlib.h>

#include <string>
#include <string_view>

namespace telltale::test {

inline std::string deflate_with(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

inline std::string gzip(std::string_view text) { return deflate_with(text, 15 + 16); }
inline std::string zlib(std::string_view text) { return deflate_with(text, 15); }
inline std::string raw_deflate(std::string_view text) { return deflate_with(text, -15); }

}  // namespace telltale::test
