// Webhook: a POST an event, as the JSON line itself or as ntfy, Slack and Gotify want it. The only
// user of libcurl here.
//
// 2xx is done; 408, 429 and 5xx, and whoever cannot be reached, are asked again; anything else
// means that the receiver will never take this event. Redirects are not followed, so that a secret
// goes nowhere else.
#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

#include "sensor/output/delivery.h"
#include "sensor/output/event_text.h"
#include "sensor/output/json_lines.h"
#include "sensor/output/line_file.h"
#include "sensor/output/secret.h"

namespace telltale {
namespace {

constexpr long kConnectSeconds = 5;
constexpr long kSeconds = 10;

// The first bytes of an answer do not matter.
size_t ignore(char*, size_t size, size_t count, void*) { return size * count; }

int gotify_priority(int severity) { return severity == 1 ? 8 : severity == 2 ? 5 : 2; }
int ntfy_priority(int severity) { return severity == 1 ? 5 : severity == 2 ? 4 : 3; }

std::string body_of(const OutputConfig& config, std::string_view line) {
  if (config.format.empty() || config.format == "json") return std::string(line);
  const EventText text = text_of(line);
  if (config.format == "slack") {
    return fmt::format("{{\"text\":{}}}", json_quoted("*" + text.title + "*\n" + text.body));
  }
  if (config.format == "gotify") {
    return fmt::format("{{\"title\":{},\"message\":{},\"priority\":{}}}", json_quoted(text.title),
                       json_quoted(text.body), gotify_priority(text.severity));
  }
  return fmt::format("{{\"topic\":{},\"title\":{},\"message\":{},\"priority\":{}}}",
                     json_quoted(config.topic), json_quoted(text.title), json_quoted(text.body),
                     ntfy_priority(text.severity));
}

class Webhook final : public Delivery {
 public:
  explicit Webhook(const OutputConfig& config)
      : config_(config), token_(secret_of(config)), curl_(curl_easy_init(), curl_easy_cleanup) {
    if (curl_ == nullptr) throw OutputError("webhook: libcurl cannot be used here");
    if (config_.url.empty()) throw OutputError("webhook: url is missing; write url: https://...");
  }

  Delivered deliver(std::string_view line) override {
    const std::string body = body_of(config_, line);
    CURL* curl = curl_.get();
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, config_.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, kSeconds);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    if (!config_.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, config_.ca_file.c_str());
    curl_slist* list = curl_slist_append(nullptr, "Content-Type: application/json");
    if (!token_.empty()) {
      const std::string header = config_.format == "gotify" ? "X-Gotify-Key: " + token_
                                                            : "Authorization: Bearer " + token_;
      list = curl_slist_append(list, header.c_str());
    }
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list,
                                                                              curl_slist_free_all);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    const CURLcode result = curl_easy_perform(curl);
    if (result != CURLE_OK) {
      reason_ = curl_easy_strerror(result);
      return Delivered::later;
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && status < 300) return Delivered::done;
    reason_ = fmt::format("the receiver answered {}", status);
    return status == 408 || status == 429 || status >= 500 ? Delivered::later : Delivered::refused;
  }

  const std::string& reason() const override { return reason_; }

 private:
  const OutputConfig config_;
  const std::string token_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
  std::string reason_;
};

}  // namespace

std::unique_ptr<Delivery> make_webhook_delivery(const OutputConfig& config, const std::string&) {
  return std::make_unique<Webhook>(config);
}

}  // namespace telltale
