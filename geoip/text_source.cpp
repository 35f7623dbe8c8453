// Reads a file of geography, plain or gzip: finds its format by trying all on its first lines, then
// takes line after line. Comments tell who published it and when.
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>
#include <unordered_map>

#include <sys/stat.h>
#include <zlib.h>

#include "geoip/geo_error.h"
#include "geoip/geo_layer.h"
#include "geoip/text_formats.h"
#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kProbedLines = 200;
constexpr size_t kLongestLine = 16 * 1024;
constexpr size_t kBuffer = 256 * 1024;
constexpr size_t kLargestBinary = size_t{1} << 30;

// Bytes of a file, inflated where it is gzip.
class Input {
 public:
  explicit Input(const std::string& path) : path_(path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
      throw GeoError(path + ": cannot be read: there is no such file");
    }
    file_ = gzopen(path.c_str(), "rbe");
    if (file_ == nullptr) throw GeoError(path + ": cannot be read: " + std::strerror(errno));
    gzbuffer(file_, kBuffer);
  }
  ~Input() { gzclose_r(file_); }
  Input(const Input&) = delete;

  // Up to `size` bytes; fewer only at the end.
  size_t read(char* into, size_t size) {
    const int got = gzread(file_, into, static_cast<unsigned>(size));
    int status = Z_OK;
    const char* what = gzerror(file_, &status);
    if (got < 0 || (status != Z_OK && status != Z_STREAM_END)) {
      throw GeoError(path_ + ": the compressed data is damaged or cut off: " + what);
    }
    return static_cast<size_t>(got);
  }

 private:
  const std::string& path_;
  gzFile file_;
};

// The lines of an input; what is longer than kLongestLine is cut there and told as one line.
class Lines {
 public:
  Lines(Input& input, std::string start) : input_(input), buffer_(std::move(start)) {}

  bool next(std::string& line) {
    line.clear();
    bool any = false;
    while (true) {
      if (at_ == buffer_.size() && !refill()) return any;
      any = true;
      const size_t end = buffer_.find('\n', at_);
      const size_t stop = end == std::string::npos ? buffer_.size() : end;
      if (line.size() < kLongestLine) line.append(buffer_, at_, stop - at_);
      at_ = end == std::string::npos ? stop : end + 1;
      if (end != std::string::npos) return true;
    }
  }

 private:
  bool refill() {
    buffer_.resize(kBuffer);
    buffer_.resize(input_.read(buffer_.data(), kBuffer));
    at_ = 0;
    return !buffer_.empty();
  }

  Input& input_;
  std::string buffer_;
  size_t at_ = 0;
};

bool is_comment(std::string_view line) { return line.empty() || line.front() == '#'; }

// The names of columns and nothing else.
bool is_header(std::string_view line) {
  return std::none_of(line.begin(), line.end(), [](char c) { return is_digit(c) || c == ':'; });
}

// "Thu, 25 Jun 2026 04:33:59 GMT" (RFC 7231 section 7.1.1.1)
std::optional<Timestamp> http_date(const std::string& text) {
  std::tm time{};
  if (strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S", &time) == nullptr) return std::nullopt;
  return Timestamp{} + std::chrono::seconds(timegm(&time));
}

// "20260625", and within our century.
std::optional<Timestamp> compact_date(std::string_view text) {
  std::tm time{};
  if (text.size() != 8 || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  if (strptime(std::string(text).c_str(), "%Y%m%d", &time) == nullptr || time.tm_year < 70) {
    return std::nullopt;
  }
  return Timestamp{} + std::chrono::seconds(timegm(&time));
}

Timestamp changed(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return {};
  return Timestamp{} + std::chrono::seconds(status.st_mtim.tv_sec);
}

class TextReader {
 public:
  explicit TextReader(const std::string& path) {
    layer_.path = path;
    layer_.date = changed(path);
  }

  GeoLayer read(Lines& lines) {
    std::vector<std::string> first;
    std::string line;
    while (first.size() < kProbedLines && lines.next(line)) first.push_back(line);
    recognise(first);
    for (const std::string& probed : first) take(probed);
    while (lines.next(line)) take(line);
    return std::move(layer_);
  }

 private:
  LineKind try_format(const GeoTextFormat& format, std::string_view line, GeoLine& into) {
    if (line.size() >= kLongestLine) return LineKind::bad;
    split_fields(line, format.separator, fields_, storage_);
    return format.read(fields_, into);
  }

  // The format that most of the first lines have; the more particular of several.
  void recognise(const std::vector<std::string>& first) {
    size_t best = 0;
    size_t data = 0;
    for (const std::string& line : first) data += is_comment(trim(line)) ? 0 : 1;
    for (const GeoTextFormat& format : geo_text_formats()) {
      size_t taken = 0;
      for (const std::string& line : first) {
        GeoLine into;
        if (is_comment(trim(line))) continue;
        taken += try_format(format, trim_end(line), into) != LineKind::bad ? 1 : 0;
      }
      if (taken > best) {
        best = taken;
        format_ = &format;
      }
    }
    if (format_ == nullptr || best * 2 < data) {
      throw GeoError(layer_.path + ": none of the formats known has such lines; " +
                     "telltale geoip build --help lists them");
    }
    layer_.format = format_->name;
    layer_.publisher = format_->publisher;
    layer_.licence = format_->licence;
    if (ascii_lower(std::filesystem::path(layer_.path).filename().string()).starts_with("dbip")) {
      layer_.publisher = "DB-IP, https://db-ip.com";
      layer_.licence = "CC BY 4.0";
    }
  }

  static std::string_view trim_end(std::string_view line) {
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    return line;
  }

  void take(std::string_view text) {
    ++layer_.lines;
    const std::string_view line = trim_end(text);
    if (is_comment(trim(line))) return read_comment(trim(line));
    GeoLine into;
    switch (try_format(*format_, line, into)) {
      case LineKind::range:
        return add(into);
      case LineKind::nothing:
        return read_version(line);
      case LineKind::bad:
        if (layer_.lines == 1 && is_header(line)) return;
        if (layer_.bad_lines++ == 0) layer_.first_bad = layer_.lines;
    }
  }

  void add(const GeoLine& line) {
    if (layer_.ranges.size() >= GeoLayer::kMaxRanges) {
      throw GeoError(layer_.path + ": has more than " + std::to_string(GeoLayer::kMaxRanges) +
                     " ranges");
    }
    const std::string key =
        line.record.country + '\0' + std::to_string(line.record.asn) + '\0' + line.record.as_org;
    const auto [place, is_new] =
        facts_.try_emplace(key, static_cast<uint32_t>(layer_.facts.size()));
    if (is_new) layer_.facts.push_back(line.record);
    layer_.ranges.push_back({line.first, line.last, place->second});
  }

  // "# License:   CC BY-SA 4.0", as in the exports of IPFire Location.
  void read_comment(std::string_view comment) {
    if (comment.empty()) return;
    comment = trim(comment.substr(1));
    const size_t colon = comment.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view name = comment.substr(0, colon);
    const std::string value = to_valid_utf8(trim(comment.substr(colon + 1)).substr(0, 200));
    if (value.empty()) return;
    if (name == "License" || name == "Licence") layer_.licence = value;
    if (name == "Vendor") layer_.publisher = value;
    if (name == "Generated") layer_.date = http_date(value).value_or(layer_.date);
  }

  // "2|apnic|20260625|...": the version line of RIR statistics.
  void read_version(std::string_view line) {
    if (format_->separator != '|' || !is_digit(line.front())) return;
    split_fields(line, '|', fields_, storage_);
    if (fields_.size() >= 6) {
      layer_.date =
          compact_date(fields_[5]).value_or(compact_date(fields_[2]).value_or(layer_.date));
    }
  }

  GeoLayer layer_;
  const GeoTextFormat* format_ = nullptr;
  std::unordered_map<std::string, uint32_t> facts_;
  Fields fields_;
  std::string storage_;
};

std::string read_rest(Input& input, std::string bytes, const std::string& path) {
  while (true) {
    const size_t at = bytes.size();
    bytes.resize(at + 8 * kBuffer);
    const size_t got = input.read(&bytes[at], 8 * kBuffer);
    bytes.resize(at + got);
    if (got == 0) return bytes;
    if (bytes.size() > kLargestBinary) throw GeoError(path + ": is larger than 1 GiB");
  }
}

}  // namespace

GeoLayer read_geo_layer(const std::string& path) {
  Input input(path);
  std::string start(kBuffer, '\0');
  start.resize(input.read(start.data(), kBuffer));
  if (is_location_db(start)) {
    try {
      GeoLayer layer = parse_location_db(read_rest(input, std::move(start), path));
      layer.path = path;
      return layer;
    } catch (const GeoError& error) {
      throw GeoError(path + ": not a usable database of IPFire Location: " + error.what());
    }
  }
  Lines lines(input, std::move(start));
  return TextReader(path).read(lines);
}

}  // namespace telltale
