// The certificate of the web page: the user's, or one this sensor makes for itself.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <openssl/ssl.h>

namespace telltale {

struct FreeTlsContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTlsContext>;

// For TLS 1.2 and newer, with a chain and its key in PEM files. Throws WebError.
TlsContext server_context(const std::string& certificate, const std::string& key);

// Makes sure of a certificate that is good for a while, signed by itself (ECDSA P-256), for `names`
// (host names and addresses): makes one where there is none, or where it ends within 30 days. The
// key is readable by its owner only. Throws WebError.
void ensure_certificate(const std::string& certificate, const std::string& key,
                        const std::vector<std::string>& names);

// SHA-256 of the certificate, as browsers show it: "AB:CD:...". Throws WebError.
std::string certificate_fingerprint(const std::string& certificate);

}  // namespace telltale
