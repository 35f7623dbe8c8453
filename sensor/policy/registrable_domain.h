// The registrable domain of a host name (the public suffix list's "eTLD+1"): the only user of
// libpsl.
#pragma once

#include <string_view>

namespace telltale {

// "a.b.example.co.uk" -> "example.co.uk", a view on `host`. Empty where `host` is itself a public
// suffix, an address or not a name. `host` is lower case, without a final dot, in its ASCII
// (punycode) form.
std::string_view registrable_domain(std::string_view host);

// The same by the suffixes of registries alone, without those that companies added for their
// customers: "fcm.googleapis.com" -> "googleapis.com".
std::string_view registered_domain(std::string_view host);

// True for "com", "co.uk", "appspot.com".
bool is_public_suffix(std::string_view host);

}  // namespace telltale
