#include "geoip/download.h"

#include <memory>

#include <curl/curl.h>

#include "geoip/geo_error.h"

namespace telltale {
namespace {

constexpr long kConnectSeconds = 20;
constexpr long kStallSeconds = 60;  // with less than kStallBytes a second
constexpr long kStallBytes = 1000;
constexpr long kMaxRedirects = 5;

struct Receiver {
  std::string bytes;
  uint64_t max = 0;
  bool too_large = false;
};

size_t receive(char* data, size_t size, size_t count, void* user) {
  auto& receiver = *static_cast<Receiver*>(user);
  if (receiver.bytes.size() + size * count > receiver.max) {
    receiver.too_large = true;
    return 0;
  }
  receiver.bytes.append(data, size * count);
  return size * count;
}

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

Curl new_curl() {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  Curl curl(kReady == CURLE_OK ? curl_easy_init() : nullptr, curl_easy_cleanup);
  if (curl == nullptr) throw GeoError("libcurl cannot be used here");
  return curl;
}

void authenticate(CURL* curl, const DownloadRequest& request) {
  if (!request.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(curl, CURLOPT_USERNAME, request.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, request.secret.c_str());
  } else if (!request.secret.empty()) {
    curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, request.secret.c_str());
  }
}

}  // namespace

Download download(const DownloadRequest& request) {
  const Curl handle = new_curl();
  CURL* curl = handle.get();
  Receiver receiver;
  receiver.max = request.max_bytes;
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  // What the configuration lets through is https, or http to this machine; no redirect leaves
  // https.
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kMaxRedirects);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, kStallSeconds);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, kStallBytes);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "telltale");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &receiver);
  authenticate(curl, request);
  const auto since =
      std::chrono::duration_cast<std::chrono::seconds>(request.newer_than.time_since_epoch());
  if (since.count() > 0) {
    curl_easy_setopt(curl, CURLOPT_TIMECONDITION, static_cast<long>(CURL_TIMECOND_IFMODSINCE));
    curl_easy_setopt(curl, CURLOPT_TIMEVALUE_LARGE, static_cast<curl_off_t>(since.count()));
  }
  const CURLcode result = curl_easy_perform(curl);
  if (receiver.too_large) {
    throw GeoError("is larger than " + std::to_string(request.max_bytes >> 20) + " MiB");
  }
  if (result != CURLE_OK)
    throw GeoError(std::string("cannot be fetched: ") + curl_easy_strerror(result));
  long status = 0;
  long unmet = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl, CURLINFO_CONDITION_UNMET, &unmet);
  if (status == 304 || unmet == 1) return {false, {}};
  if (status == 401 || status == 403) {
    throw GeoError("the server answered " + std::to_string(status) +
                   ": check the licence key and the account");
  }
  if (status != 200) throw GeoError("the server answered " + std::to_string(status));
  return {true, std::move(receiver.bytes)};
}

std::string url_escaped(const std::string& text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      escaped += c;
    } else {
      escaped += '%';
      escaped += kHex[byte >> 4];
      escaped += kHex[byte & 15];
    }
  }
  return escaped;
}

}  // namespace telltale
