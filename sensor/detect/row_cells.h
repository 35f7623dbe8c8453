// Cells: what the cells of one row look like (cell_shapes.h), taken one after the other, and which kind of row they
// make: a call, a message, a person, an access point. To add a kind of row, add the cells it needs and a question.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "sensor/base/encoding.h"
#include "sensor/detect/cell_shapes.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {

// The cells of one row that have a shape; empty where there is none.
struct Cells {
  std::string_view phone;
  std::string_view email;
  std::string_view moment;
  std::string_view span;
  std::string_view call_word;
  std::string_view sentence;
  std::string_view name;
  std::string_view mac;
  std::string_view sender;  // one word, such as names of senders are
  int kind = 0;             // of a call: CallLog.Calls.TYPE of Android, 1 to 7
  int seconds = -1;
  size_t numbers = 0;       // bare ones
  bool has_signal = false;
  bool has_wifi_detail = false;

  void take(std::string_view value) {
    if (value.empty() || value.size() > 1000) return;
    const char c = value.front();
    if (value.size() <= 5 && is_all_digits(value)) take_number(value);
    if (value.size() < 2) return;
    if (value.size() == 17 && mac.empty() && parse_device_mac(value)) {
      mac = value;
    } else if (moment.empty() && is_moment(value)) {
      moment = value;
    } else if (phone.empty() && (is_digit(c) || c == '+' || c == '(' || c == 't') && is_sure_phone(value)) {
      phone = value;
    } else if (span.empty() && (is_digit(c) || c == 'P') && is_span(value)) {
      span = value;
    } else if (email.empty() && value.find('@') != std::string_view::npos && parse_email(value)) {
      email = value;
    } else if (c == '-' && is_signal_level(value)) {
      has_signal = true;
    } else if (is_wifi_detail(value)) {
      has_wifi_detail = true;
    } else if (call_word.empty() && is_call_word(value)) {
      call_word = value;
    } else {
      if (sender.empty() && value.size() <= 14 && is_alpha(c) && value.find(' ') == std::string_view::npos) sender = value;
      if (name.empty() && looks_like_name(value)) name = value;
      else if (sentence.empty() && is_sentence(value)) sentence = value;
    }
  }
  void take_number(std::string_view value) {
    ++numbers;
    const bool may_be_kind = value.size() == 1 && value[0] >= '1' && value[0] <= '7';
    if (kind == 0 && may_be_kind) {
      kind = value[0] - '0';
    } else if (seconds < 0) {
      seconds = std::atoi(std::string(value).c_str());
    }
  }
  // A kind of call and seconds: missed and refused calls (3, 5) last none.
  bool is_coded_call() const {
    const bool unheard = kind == 3 || kind == 5;
    return !phone.empty() && !moment.empty() && kind != 0 && numbers == 2 && seconds >= 0 &&
           (!unheard || seconds == 0) && sentence.empty() && email.empty() && mac.empty();
  }
  bool is_named_message() const {
    return phone.empty() && !sender.empty() && !moment.empty() && !text().empty() && text() != sender &&
           span.empty() && call_word.empty();
  }
  std::string_view text() const { return !sentence.empty() ? sentence : is_sentence(name) ? name : ""; }
  bool is_call() const {
    return !phone.empty() && !moment.empty() && (!span.empty() || !call_word.empty()) && sentence.empty();
  }
  bool is_message() const { return !phone.empty() && !moment.empty() && !text().empty() && span.empty(); }
  bool is_person() const { return (!phone.empty() || !email.empty()) && !name.empty() && moment.empty(); }
  bool is_access_point() const { return !mac.empty() && (has_signal || has_wifi_detail); }
};

}  // namespace telltale
