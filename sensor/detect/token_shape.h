// What a token looks like that could tell one device from all others, and the keys under which it
// is none.
#pragma once

#include <string_view>

namespace telltale {

// 16 to 64 letters, digits, '-' and '_' (and '=' at the end) that look drawn at random: mixed
// letters and digits, many different ones, no words. UUIDs are. Numbers, times, versions, host and
// package names, paths and words are not.
bool is_random_token(std::string_view value);

// Does the key name something that passes (a nonce, a session, a request) or that is the same for
// all users of an app (its version, its key, an asset)? Words: passing_words.inc.
bool names_something_passing(std::string_view key);

}  // namespace telltale
