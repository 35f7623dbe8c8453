#include "sensor/tls/certificate.h"

#include <algorithm>
#include <string_view>

namespace telltale {
namespace {

constexpr size_t kMaxNames = 16;
constexpr size_t kMaxNameSize = 253;  // of a host name

// Tags of DER (X.690 section 8.1.2) that occur on the way to the names.
enum Tag : uint8_t {
  kBoolean = 0x01,
  kOctetString = 0x04,
  kObjectId = 0x06,
  kSequence = 0x30,
  kSet = 0x31,
  kDnsName = 0x82,     // GeneralName [2]
  kVersion = 0xa0,     // TBSCertificate [0]
  kExtensions = 0xa3,  // TBSCertificate [3]
};

struct Element {
  uint8_t tag = 0;
  Bytes content;
};

// The next element; false at the end and where it is malformed.
bool next(ByteReader& reader, Element& element) {
  if (reader.done()) return false;
  element.tag = reader.u8();
  size_t size = reader.u8();
  if (size == 0x81) {
    size = reader.u8();
  } else if (size == 0x82) {
    size = reader.be16();
  } else if (size == 0x83) {
    size = reader.be24();
  } else if (size >= 0x80) {
    return false;
  }
  element.content = reader.take(size);
  return reader.ok();
}

bool equals(Bytes bytes, std::string_view text) { return as_text(bytes) == text; }

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameSize &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// Name ::= SEQUENCE OF SET OF SEQUENCE { type, value }
void read_subject(Bytes subject, CertificateNames& names) {
  ByteReader sets(subject);
  Element set;
  while (next(sets, set)) {
    ByteReader pairs(set.content);
    Element pair;
    while (next(pairs, pair)) {
      ByteReader parts(pair.content);
      Element type;
      Element value;
      if (!next(parts, type) || !next(parts, value)) return;
      const bool is_common_name = type.tag == kObjectId && equals(type.content, "\x55\x04\x03");
      if (is_common_name && is_name(as_text(value.content))) {
        names.common_name = as_text(value.content);
      }
    }
  }
}

void read_alternative_names(Bytes value, CertificateNames& names) {
  ByteReader outer(value);
  Element sequence;
  if (!next(outer, sequence) || sequence.tag != kSequence) return;
  ByteReader entries(sequence.content);
  Element entry;
  while (names.dns_names.size() < kMaxNames && next(entries, entry)) {
    if (entry.tag == kDnsName && is_name(as_text(entry.content))) {
      names.dns_names.emplace_back(as_text(entry.content));
    }
  }
}

// Extensions ::= SEQUENCE OF SEQUENCE { id, critical DEFAULT FALSE, value OCTET STRING }
void read_extensions(Bytes extensions, CertificateNames& names) {
  ByteReader outer(extensions);
  Element list;
  if (!next(outer, list) || list.tag != kSequence) return;
  ByteReader entries(list.content);
  Element entry;
  while (next(entries, entry)) {
    ByteReader parts(entry.content);
    Element id;
    Element value;
    if (!next(parts, id) || !next(parts, value)) return;
    if (value.tag == kBoolean && !next(parts, value)) return;
    if (value.tag == kOctetString && equals(id.content, "\x55\x1d\x11")) {
      read_alternative_names(value.content, names);
    }
  }
}

}  // namespace

CertificateNames read_certificate_names(Bytes der) {
  CertificateNames names;
  ByteReader outer(der);
  Element certificate;
  Element tbs;
  if (!next(outer, certificate) || certificate.tag != kSequence) return names;
  ByteReader parts(certificate.content);
  if (!next(parts, tbs) || tbs.tag != kSequence) return names;
  // serialNumber, signature, issuer, validity, subject: the fifth after the optional version.
  ByteReader fields(tbs.content);
  Element field;
  size_t number = 0;
  while (next(fields, field)) {
    if (field.tag == kVersion) continue;
    ++number;
    if (number == 5 && field.tag == kSequence) read_subject(field.content, names);
    if (number > 5 && field.tag == kExtensions) read_extensions(field.content, names);
  }
  return names;
}

Bytes first_certificate(Bytes body, bool is_tls13) {
  ByteReader reader(body);
  if (is_tls13) reader.skip(reader.u8());  // certificate_request_context
  reader.skip(3);                          // size of the list
  const Bytes first = reader.take(reader.be24());
  return reader.ok() ? first : Bytes{};
}

}  // namespace telltale
