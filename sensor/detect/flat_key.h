// Keys of forms into which lists and objects were flattened: "contacts[0][name]", "phones[]".
#pragma once

#include <string_view>

namespace telltale {

// Nothing but digits, "" too: what stands for a key in arrays and protocol buffers.
bool is_key_number(std::string_view text);

// The part of a key that names its value: behind a namespace prefix, and the last part in brackets
// of a list that is flattened into a form ("contacts[0][name]", "phones[]").
std::string_view naming_part(std::string_view key);

// "contacts[0]" of "contacts[0][name]"; empty when the key has no numbered part before its last one.
std::string_view numbered_prefix(std::string_view key);

}  // namespace telltale
