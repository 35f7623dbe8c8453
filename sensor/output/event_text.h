// What a person reads of an event that is sent as text: an alert on a phone, a line in a log.
#pragma once

#include <string>
#include <string_view>

namespace telltale {

struct EventText {
  std::string type;  // event_type
  std::string id;    // event_id
  std::string timestamp;
  std::string title;  // "contacts to a server nobody vouched for"
  std::string body;   // "Lab phone sent contact_list to api.example (CN), in clear"
  int severity = 0;   // 1 worst .. 3; 0: has none
  int signature_id = 0;
  std::string src_ip;
  std::string dest_ip;
  int src_port = 0;
  int dest_port = 0;
  std::string proto;
  std::string device;  // name, else id
  std::string device_id;
  std::string country;  // where the destination is
  std::string host;     // of the destination
};

// Of a JSON line as it is written; members that are missing stay empty.
EventText text_of(std::string_view line);

}  // namespace telltale
