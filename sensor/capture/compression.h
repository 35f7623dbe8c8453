// Compressed captures: recognised by magic, undone by one file a library.
//
// To add one: a value here, its magic in compression.cpp, and <name>_stream.cpp with its make
// function.
#pragma once

#include <memory>
#include <string>

#include "sensor/base/bytes.h"
#include "sensor/capture/byte_stream.h"
#include "sensor/capture/file_input.h"

namespace telltale {

enum class Compression { none, gzip, zstd, lz4 };

// As many bytes as compression_of needs.
inline constexpr size_t kCompressionMagic = 4;
Compression compression_of(Bytes start);

// The decompressed bytes of `input`. All members or frames of the file follow one another. Damage
// ends the stream with a failure(); what was decompressed before it is handed over.
std::unique_ptr<ByteStream> make_stream(std::unique_ptr<FileInput> input);

// For the streams: `what` with the place it was found at, or why `input` itself failed.
std::string failure_of(const FileInput& input, const std::string& what);

std::unique_ptr<ByteStream> make_gzip_stream(std::unique_ptr<FileInput> input);
std::unique_ptr<ByteStream> make_zstd_stream(std::unique_ptr<FileInput> input);
std::unique_ptr<ByteStream> make_lz4_stream(std::unique_ptr<FileInput> input);

}  // namespace telltale
