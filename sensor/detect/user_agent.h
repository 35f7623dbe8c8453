// Which device a User-Agent (RFC 9110 section 10.1.5) speaks of.
#pragma once

#include <string_view>

namespace telltale {

// "Mozilla/5.0 (Linux; Android 13; SM-A536B Build/TP1A; wv) ..." -> "SM-A536B". Empty when there is
// none. Chromium's reduced form, which says "K" for every model, has none.
std::string_view model_in_user_agent(std::string_view agent);

// The same, or else the kind of device where that tells devices of a household apart: "iPad",
// "Roku". Empty for computers, whose user agents only name the system.
std::string_view device_in_user_agent(std::string_view agent);

}  // namespace telltale
