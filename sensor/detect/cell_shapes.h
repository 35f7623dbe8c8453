// What one cell of a table looks like when no key says what it is: the shapes by which rows of people, calls,
// messages, access points and radio cells are known in any language. Plain functions over text, linear in its
// size.
#pragma once

#include <string_view>

namespace telltale {

// A telephone number that can be nothing else: written internationally or with separators, or as long and
// beginning as numbers in China, India and countries with a trunk 0 do.
bool is_sure_phone(std::string_view text);

// A point in time with its time of day: ISO 8601, 24.12.2025 18:30, 2025/12/24 6:30 PM, or seconds or
// milliseconds since 1970 (2001 to 2038).
bool is_moment(std::string_view text);

// How long something lasted: 00:01:12, 1:12, 77s, 12 sec, 3m12s, PT77S.
bool is_span(std::string_view text);

// A direction or outcome of a call in any of the languages of config/values.
bool is_call_word(std::string_view text);

// GSM, LTE, NR, ...
bool is_radio_word(std::string_view text);

// What people write to each other: two words or more, or a script without spaces; no path, no code.
bool is_sentence(std::string_view text);

// A received signal strength in dBm.
bool is_signal_level(std::string_view text);

// A centre frequency of Wi-Fi in MHz, or a security suite as scans print it: [WPA2-PSK-CCMP][ESS].
bool is_wifi_detail(std::string_view text);

}  // namespace telltale
