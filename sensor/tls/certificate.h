// The names in an X.509 certificate (RFC 5280), as far as events tell them.
#pragma once

#include <string>
#include <vector>

#include "sensor/base/bytes.h"

namespace telltale {

struct CertificateNames {
  std::string common_name;             // of the subject; empty where there is none
  std::vector<std::string> dns_names;  // of the subjectAltName extension, at most 16
};

// `der` is one certificate. What is malformed ends the reading; what was read so far is told. Names
// are printable ASCII; others are left out.
CertificateNames read_certificate_names(Bytes der);

// The first certificate of a Certificate message's body: the server's own. Empty when there is
// none. RFC 5246 section 7.4.2; for TLS 1.3 RFC 8446 section 4.4.2.
Bytes first_certificate(Bytes body, bool is_tls13);

}  // namespace telltale
