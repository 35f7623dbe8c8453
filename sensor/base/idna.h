// Internationalised domain names (IDNA2008, UTS 46): the only user of libidn2.
#pragma once

#include <string>
#include <string_view>

namespace telltale {

// `domain` in lower case with labels of other scripts in their ASCII form: "Bücher.example" ->
// "xn--bcher-kva.example". What is no such name comes back in lower case as it was.
std::string to_ascii_domain(std::string_view domain);

}  // namespace telltale
