// Wraps what the tests unwrap again, with the libraries that real senders use.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <brotli/encode.h>
#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include "sensor/base/encoding.h"

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

inline std::string zstd(std::string_view text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

inline std::string lz4(std::string_view text) {
  std::string packed(LZ4F_compressFrameBound(text.size(), nullptr), '\0');
  packed.resize(
      LZ4F_compressFrame(packed.data(), packed.size(), text.data(), text.size(), nullptr));
  return packed;
}

inline std::string brotli(std::string_view text) {
  std::string packed(BrotliEncoderMaxCompressedSize(text.size()) + 64, '\0');
  size_t size = packed.size();
  BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, text.size(),
                        reinterpret_cast<const uint8_t*>(text.data()), &size,
                        reinterpret_cast<uint8_t*>(packed.data()));
  packed.resize(size);
  return packed;
}

inline std::string snappy_raw(std::string_view text) {
  std::string packed;
  snappy::Compress(text.data(), text.size(), &packed);
  return packed;
}

// The framing format; checksums are not looked at and left zero.
inline std::string snappy_framed(std::string_view text) {
  std::string framed("\xff\x06\x00\x00sNaPpY", 10);
  for (; !text.empty(); text.remove_prefix(std::min<size_t>(text.size(), 65536))) {
    const std::string block = snappy_raw(text.substr(0, 65536));
    const size_t size = block.size() + 4;
    framed += '\0';
    for (const size_t shift : {0U, 8U, 16U}) framed += static_cast<char>(size >> shift);
    framed.append(4, '\0');
    framed += block;
  }
  return framed;
}

using Files = std::vector<std::pair<std::string, std::string>>;

inline std::string archived(const Files& files, int (*set_format)(archive*)) {
  std::string packed(1 << 20, '\0');
  size_t used = 0;
  archive* writer = archive_write_new();
  set_format(writer);
  archive_write_set_bytes_per_block(writer, 1);
  archive_write_open_memory(writer, packed.data(), packed.size(), &used);
  for (const auto& [name, content] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(writer, entry);
    archive_write_data(writer, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  packed.resize(used);
  return packed;
}

inline std::string ascii_upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
  return text;
}
inline std::string hex(std::string_view text) { return to_hex(as_bytes(text)); }
inline std::string base64(std::string_view text) { return to_base64(as_bytes(text)); }
inline std::string base64url(std::string_view text) {
  std::string encoded = base64(text);
  while (encoded.ends_with('=')) encoded.pop_back();
  for (char& c : encoded) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return encoded;
}
// As browsers encode a parameter's value.
inline std::string percent(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '.') {
      encoded += c;
    } else {
      encoded += '%' + to_hex(as_bytes({&c, 1}));
    }
  }
  return encoded;
}
inline std::string quoted_printable(std::string_view text) {
  std::string encoded;
  size_t column = 0;
  for (const char c : text) {
    const bool plain = c > ' ' && c < 0x7f && c != '=';
    encoded += plain ? std::string(1, c) : '=' + ascii_upper(to_hex(as_bytes({&c, 1})));
    if (++column % 24 == 0) encoded += "=\r\n";
  }
  return encoded;
}
inline std::string utf16le(std::string_view ascii) {
  std::string wide;
  for (const char c : ascii) wide.append({c, '\0'});
  return wide;
}
inline std::string xored(std::string_view text, char key) {
  std::string mixed(text);
  for (char& c : mixed) c = static_cast<char>(c ^ key);
  return mixed;
}
// base64 whose characters are replaced by those of another alphabet.
inline std::string base64_with(std::string_view text, std::string_view alphabet) {
  constexpr std::string_view kStandard =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string encoded = base64(text);
  for (char& c : encoded) c = c == '=' ? c : alphabet[kStandard.find(c)];
  return encoded;
}

}  // namespace telltale::test
