// A stored event, read for a table: members by their JSON pointer (RFC 6901).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace telltale {

class EventView {
 public:
  EventView();
  ~EventView();
  EventView(const EventView&) = delete;

  void read(const std::string& json);
  // Empty or 0 where there is no such member.
  std::string text(std::string_view pointer) const;
  uint64_t number(std::string_view pointer) const;
  bool flag(std::string_view pointer) const;
  // `member` of each object in the array.
  std::vector<std::string> texts(std::string_view array, std::string_view member) const;

  std::string time() const;         // of the event, without its fraction
  std::string device() const;       // "Lab phone (192.168.1.20)"
  std::string destination() const;  // host name or address
  std::string place() const;        // "DE Example Net, run by X (CN)"

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace telltale
