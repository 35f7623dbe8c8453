// MQTT 3.1.1 with QoS 1: an event is done when the broker has acknowledged it. The only user of
// libmosquitto.
//
// Events go to TOPIC/EVENT_TYPE (`topic`, by default telltale/SENSOR). Home Assistant learns of
// each device by MQTT discovery (https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery):
// a card with its last alert, how many there were today, and the country it went to, kept up to
// date at TOPIC/device/ID.
#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <mosquitto.h>

#include "sensor/base/encoding.h"
#include "sensor/base/hash.h"
#include "sensor/output/delivery.h"
#include "sensor/output/event_text.h"
#include "sensor/output/json_lines.h"
#include "sensor/output/line_file.h"
#include "sensor/output/secret.h"

namespace telltale {
namespace {

constexpr int kKeepAlive = 60;  // seconds
constexpr int kStep = 100;      // ms of waiting for the broker
constexpr int kMostSteps = 50;
constexpr size_t kMostCards = 4'096;
constexpr const char* kDiscovery = "homeassistant";

struct Broker {
  std::string host = "127.0.0.1";
  int port = 1883;
  bool tls = false;
};

Broker broker_of(const OutputConfig& config) {
  Broker broker;
  if (config.url.empty()) return broker;
  const size_t colon = config.url.find("://");
  const std::string scheme = config.url.substr(0, colon);
  broker.tls = scheme == "mqtts";
  if (colon == std::string::npos || (scheme != "mqtt" && !broker.tls)) {
    throw OutputError("mqtt: " + config.url + ": expected mqtt://HOST:PORT or mqtts://HOST:PORT");
  }
  broker.host = config.url.substr(colon + 3);
  broker.port = broker.tls ? 8883 : 1883;
  const size_t port = broker.host.rfind(':');
  if (port != std::string::npos && broker.host.find(']', port) == std::string::npos) {
    broker.port = std::atoi(broker.host.c_str() + port + 1);
    broker.host.resize(port);
  }
  if (broker.host.starts_with('[') && broker.host.ends_with(']')) {
    broker.host = broker.host.substr(1, broker.host.size() - 2);
  }
  if (broker.host.empty() || broker.port < 1 || broker.port > 65'535) {
    throw OutputError("mqtt: " + config.url + ": expected mqtt://HOST:PORT or mqtts://HOST:PORT");
  }
  return broker;
}

// What Home Assistant takes in identifiers and topics.
std::string identifier(std::string_view text) {
  std::string result;
  for (const char c : text) result += is_alpha(c) || is_digit(c) ? c : '_';
  return result;
}

// A device as Home Assistant shows it.
struct Card {
  std::string day;  // of the count
  uint64_t alerts_today = 0;
  bool announced = false;
};

class Mqtt final : public Delivery {
 public:
  Mqtt(const OutputConfig& config, const std::string& sensor)
      : config_(config),
        broker_(broker_of(config)),
        topic_(config.topic.empty() ? "telltale/" + identifier(sensor) : config.topic),
        secret_(secret_of(config)) {
    static const int kReady = mosquitto_lib_init();
    if (kReady != MOSQ_ERR_SUCCESS) throw OutputError("mqtt: libmosquitto cannot be used here");
    const std::string id = fmt::format("telltale-{:016x}", hash64(sensor + "\n" + topic_));
    client_.reset(mosquitto_new(id.c_str(), true, this));
    if (client_ == nullptr) throw OutputError("mqtt: libmosquitto cannot be used here");
    mosquitto_publish_callback_set(client_.get(), [](mosquitto*, void* self, int message) {
      static_cast<Mqtt*>(self)->acknowledged_ = message;
    });
    mosquitto_connect_callback_set(client_.get(), [](mosquitto*, void* self, int result) {
      static_cast<Mqtt*>(self)->on_connected(result);
    });
    mosquitto_disconnect_callback_set(client_.get(), [](mosquitto*, void* self, int) {
      static_cast<Mqtt*>(self)->connected_ = false;
    });
    if (!config.user.empty())
      mosquitto_username_pw_set(client_.get(), config.user.c_str(), secret_.c_str());
    if (!broker_.tls) return;
    const bool own = !config.ca_file.empty();
    if (mosquitto_tls_set(client_.get(), own ? config.ca_file.c_str() : nullptr,
                          own ? nullptr : "/etc/ssl/certs", nullptr, nullptr,
                          nullptr) != MOSQ_ERR_SUCCESS) {
      throw OutputError("mqtt: " + config.ca_file + ": cannot be used as certificates");
    }
  }

  Delivered deliver(std::string_view line) override {
    if (!connected_ && !connect()) return Delivered::later;
    const EventText text = text_of(line);
    if (text.type == "alert" && !text.device_id.empty() && !show_card(text))
      return Delivered::later;
    if (!publish(topic_ + "/" + (text.type.empty() ? "event" : text.type), line, false))
      return Delivered::later;
    return Delivered::done;
  }
  const std::string& reason() const override { return reason_; }

 private:
  struct Destroy {
    void operator()(mosquitto* client) const { mosquitto_destroy(client); }
  };

  void on_connected(int result) {
    connected_ = result == 0;
    answered_ = true;
    if (result != 0) reason_ = mosquitto_connack_string(result);
  }

  bool fail(int error) {
    reason_ = mosquitto_strerror(error);
    mosquitto_disconnect(client_.get());
    connected_ = false;
    return false;
  }

  bool connect() {
    answered_ = false;
    if (const int error =
            mosquitto_connect(client_.get(), broker_.host.c_str(), broker_.port, kKeepAlive);
        error != MOSQ_ERR_SUCCESS) {
      return fail(error);
    }
    for (int step = 0; step < kMostSteps && !answered_; ++step) {
      if (const int error = mosquitto_loop(client_.get(), kStep, 1); error != MOSQ_ERR_SUCCESS)
        return fail(error);
    }
    if (!answered_) return fail(MOSQ_ERR_CONN_LOST);
    for (auto& [id, card] : cards_) card.announced = false;  // the broker may have forgotten
    return connected_;
  }

  bool publish(const std::string& topic, std::string_view text, bool retain) {
    int message = 0;
    acknowledged_ = -1;
    if (const int error = mosquitto_publish(client_.get(), &message, topic.c_str(),
                                            static_cast<int>(text.size()), text.data(), 1, retain);
        error != MOSQ_ERR_SUCCESS) {
      return fail(error);
    }
    for (int step = 0; step < kMostSteps && acknowledged_ != message; ++step) {
      if (const int error = mosquitto_loop(client_.get(), kStep, 1); error != MOSQ_ERR_SUCCESS)
        return fail(error);
    }
    return acknowledged_ == message || fail(MOSQ_ERR_CONN_LOST);
  }

  // The state of the device's card, its card before that when it is new to the broker.
  bool show_card(const EventText& text) {
    if (cards_.size() >= kMostCards && !cards_.contains(text.device_id)) return true;
    Card& card = cards_[text.device_id];
    const std::string day = text.timestamp.substr(0, 10);
    if (card.day != day) card = {day, 0, card.announced};
    const std::string id = identifier(text.device_id);
    if (!card.announced && !announce(text, id)) return false;
    card.announced = true;
    const std::string state = fmt::format(
        "{{\"last\":{},\"alerts_today\":{},\"country\":{}}}", json_quoted(text.body),
        card.alerts_today + 1, json_quoted(text.country.empty() ? "unknown" : text.country));
    if (!publish(topic_ + "/device/" + id, state, true)) return false;
    ++card.alerts_today;
    return true;
  }

  bool announce(const EventText& text, const std::string& id) {
    struct Entity {
      const char* key;
      const char* name;
      const char* icon;
    };
    for (const Entity& entity : {Entity{"last", "Last alert", "mdi:shield-alert"},
                                 Entity{"alerts_today", "Alerts today", "mdi:counter"},
                                 Entity{"country", "Last country", "mdi:earth"}}) {
      const std::string config = fmt::format(
          "{{\"name\":\"{}\",\"unique_id\":\"telltale_{}_{}\",\"state_topic\":{},"
          "\"value_template\":\"{{{{ value_json.{} }}}}\",\"icon\":\"{}\","
          "\"device\":{{\"identifiers\":[\"telltale_{}\"],\"name\":{},\"manufacturer\":"
          "\"telltale\"}}}}",
          entity.name, id, entity.key, json_quoted(topic_ + "/device/" + id), entity.key,
          entity.icon, id, json_quoted(text.device));
      if (!publish(fmt::format("{}/sensor/telltale_{}/{}/config", kDiscovery, id, entity.key),
                   config, true)) {
        return false;
      }
    }
    return true;
  }

  const OutputConfig config_;
  const Broker broker_;
  const std::string topic_;
  const std::string secret_;
  std::unique_ptr<mosquitto, Destroy> client_;
  bool connected_ = false;
  bool answered_ = false;
  int acknowledged_ = -1;
  std::map<std::string, Card> cards_;
  std::string reason_;
};

}  // namespace

std::unique_ptr<Delivery> make_mqtt_delivery(const OutputConfig& config,
                                             const std::string& sensor) {
  return std::make_unique<Mqtt>(config, sensor);
}

}  // namespace telltale
