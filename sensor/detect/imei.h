// What makes digits an IMEI, shared by the detector and by those that must not take one for something else.
#pragma once

#include <string_view>

namespace telltale {

// 15 digits with a valid check digit (3GPP TS 23.003 annex B), not a placeholder or a well-known example.
bool is_imei(std::string_view digits);

// Does a run of digits in `text` pass as an IMEI? Linear in its size.
bool has_imei_in(std::string_view text);

// The first two digits are a reporting body that is in use (GSMA TS.06): 01 35 86 91 98 99. A random number
// begins so in 6 % of all cases.
bool has_usual_reporting_body(std::string_view digits);

}  // namespace telltale
