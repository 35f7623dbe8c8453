#include "sensor/cli/event_view.h"

#include "sensor/base/json_members.h"
#include "sensor/cli/store_query.h"
#include "sensor/cli/terminal.h"

namespace telltale {

class EventView::Impl {
 public:
  simdjson::dom::parser parser;
  simdjson::dom::element root;
};

EventView::EventView() : impl_(std::make_unique<Impl>()) {}
EventView::~EventView() = default;

void EventView::read(const std::string& json) {
  if (impl_->parser.parse(json).get(impl_->root) != simdjson::SUCCESS) {
    impl_->root = impl_->parser.parse(std::string("{}")).value();
  }
}

std::string EventView::text(std::string_view pointer) const {
  return std::string(text_at(impl_->root, pointer));
}

uint64_t EventView::number(std::string_view pointer) const {
  return number_at(impl_->root, pointer);
}

bool EventView::flag(std::string_view pointer) const { return flag_at(impl_->root, pointer); }

std::vector<std::string> EventView::texts(std::string_view array, std::string_view member) const {
  std::vector<std::string> all;
  simdjson::dom::array elements;
  if (impl_->root.at_pointer(array).get(elements) != simdjson::SUCCESS) return all;
  for (simdjson::dom::element element : elements) {
    std::string_view value;
    if (element[member].get(value) == simdjson::SUCCESS) all.emplace_back(value);
  }
  return all;
}

std::string EventView::time() const {
  std::string time = text("/timestamp").substr(0, 19);
  if (time.size() > 10) time[10] = ' ';
  return time;
}

std::string EventView::device() const {
  return device_label(text("/device/name"), text("/device/ip"), text("/device/mac"));
}

std::string EventView::destination() const {
  const std::string host = text("/destination/hostname");
  return printable(host.empty() ? text("/destination/ip") : host, 40);
}

std::string EventView::place() const {
  return place_label(text("/destination/country"), text("/destination/as_org"),
                     text("/destination/operator"), text("/destination/operator_country"));
}

}  // namespace telltale
