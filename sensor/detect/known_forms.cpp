// Sources: IEEE 802 (MAC spellings), RFC 4122 section 4.1.2 (byte order of GUIDs), 3GPP TS 23.003
// (IMEI, IMEISV, check digit) and TS 24.008 (BCD with swapped digits), ITU-T E.164 (country codes)
// and E.123 (national form); what advertisers ask to be hashed: mail addresses trimmed and in lower
// case, Gmail's without dots, telephone numbers with and without '+'.
#include "sensor/detect/known_forms.h"

#include <algorithm>

#include "sensor/base/digest.h"
#include "sensor/base/encoding.h"
#include "sensor/base/ip_address.h"
#include "sensor/detect/known_names.h"
#include "sensor/detect/luhn.h"
#include "sensor/detect/phone_spellings.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr std::string_view kLabels[] = {"", "reversed", "bcd", "md5", "sha1", "sha256"};
constexpr std::string_view kApostrophe = "\xe2\x80\x99";  // U+2019

bool is_word_char(char c) { return is_alpha(c) || is_digit(c); }

std::string reversed(std::string_view text) { return {text.rbegin(), text.rend()}; }

std::string ascii_upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c & ~0x20);
  }
  return upper;
}

std::string bytes_of_hex(std::string_view digits) {
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(hex_value(digits[i]) << 4 | hex_value(digits[i + 1]));
  }
  return bytes;
}

std::string grouped(std::string_view text, size_t size, char separator) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && i % size == 0) out += separator;
    out += text[i];
  }
  return out;
}

// Collects forms, each once.
class Forms {
 public:
  void compact(std::string_view text, FormLabel label = FormLabel::none) {
    if (text.size() < kShortestKnownValue) return;
    const bool is_common = text.size() < kShortestNumberInText && is_all_digits(text);
    add({FormKind::compact, label, is_common, std::string(text)});
  }
  void bytes(std::string_view text, FormLabel label = FormLabel::none) {
    add({FormKind::bytes, label, false, std::string(text)});
  }
  void literal(std::string_view text, FormLabel label = FormLabel::none) {
    KnownForm form{FormKind::literal, label, false, ascii_lower(text)};
    place_anchor(form);
    if (form.anchor_size > 0) add(std::move(form));
  }
  // `text` is something that is hashed as it stands.
  void digests(std::string_view text) {
    for (const DigestKind kind : kDigestKinds) {
      bytes(digest(kind, text),
            static_cast<FormLabel>(static_cast<int>(FormLabel::md5) + static_cast<int>(kind)));
    }
  }
  void digests_in_both_cases(std::string_view text) {
    digests(text);
    digests(ascii_lower(text));
    digests(ascii_upper(text));
  }
  void whole_values_only() {
    for (KnownForm& form : all_) {
      if (form.kind != FormKind::bytes) form.whole_value_only = true;
    }
  }
  std::vector<KnownForm> take() { return std::move(all_); }

 private:
  void add(KnownForm&& form) {
    const auto is_same = [&](const KnownForm& other) {
      return other.kind == form.kind && other.text == form.text;
    };
    if (std::none_of(all_.begin(), all_.end(), is_same)) all_.push_back(std::move(form));
  }

  // The longest word; one with digits is worth more than one of letters alone, as it is rarer.
  static void place_anchor(KnownForm& form) {
    const std::string_view text = form.text;
    size_t best = 0;
    for (size_t begin = 0; begin < text.size(); ++begin) {
      if (!is_word_char(text[begin]) || (begin > 0 && is_word_char(text[begin - 1]))) continue;
      size_t end = begin;
      while (end < text.size() && is_word_char(text[end])) ++end;
      const bool has_digit = count_digits(text.substr(begin, end - begin)) > 0;
      const size_t worth = end - begin + (has_digit ? 3 : 0);
      if (worth <= best || end - begin > 63) continue;
      best = worth;
      form.anchor_begin = begin;
      form.anchor_size = end - begin;
    }
  }

  std::vector<KnownForm> all_;
};

void add_mac(const MacAddress& mac, Forms& forms) {
  const std::string raw(reinterpret_cast<const char*>(mac.bytes.data()), mac.bytes.size());
  forms.bytes(raw);
  forms.bytes(reversed(raw), FormLabel::reversed);
  const std::string digits = to_hex(as_bytes(raw));
  for (const std::string& text :
       {mac.to_string(), digits, grouped(digits, 2, '-'), grouped(digits, 4, '.')}) {
    forms.digests(text);
    forms.digests(ascii_upper(text));
  }
  forms.digests(raw);
}

void add_uuid(std::string_view uuid, Forms& forms) {
  const std::string digits = compact_form(uuid);
  const std::string raw = bytes_of_hex(digits);
  forms.bytes(raw);
  // The first three parts little-endian, as in a GUID structure, and all of it.
  std::string guid = raw;
  std::reverse(guid.begin(), guid.begin() + 4);
  std::reverse(guid.begin() + 4, guid.begin() + 6);
  std::reverse(guid.begin() + 6, guid.begin() + 8);
  forms.bytes(guid, FormLabel::reversed);
  forms.bytes(reversed(raw), FormLabel::reversed);
  for (const std::string& text : {ascii_lower(uuid), digits}) {
    forms.digests(text);
    forms.digests(ascii_upper(text));
  }
  forms.digests(raw);
}

void add_hex_number(std::string_view digits, Forms& forms) {
  const std::string raw = bytes_of_hex(digits);
  forms.bytes(raw);
  forms.bytes(reversed(raw), FormLabel::reversed);
  forms.digests_in_both_cases(digits);
  forms.digests(raw);
}

// Two decimal digits in a byte: in order with a leading zero, and swapped with a filler at the end.
void add_bcd(std::string_view digits, Forms& forms) {
  std::string padded(digits);
  if (padded.size() % 2 != 0) padded += 'f';
  std::string swapped = padded;
  for (size_t i = 0; i + 1 < swapped.size(); i += 2) std::swap(swapped[i], swapped[i + 1]);
  forms.bytes(bytes_of_hex(swapped), FormLabel::bcd);
  if (digits.size() % 2 == 0) return;
  forms.bytes(bytes_of_hex(padded), FormLabel::bcd);
  forms.bytes(bytes_of_hex("0" + std::string(digits)), FormLabel::bcd);
}

void add_number(std::string_view digits, Forms& forms) {
  forms.compact(digits);
  if (digits.size() >= 10) forms.compact(reversed(digits), FormLabel::reversed);
  forms.digests(digits);
}

// 14 digits and a check digit; software versions (IMEISV) have two other digits in its place.
void add_imei(std::string_view digits, Forms& forms) {
  const std::string serial(digits.substr(0, 14));
  std::string whole = serial + '0';
  while (!is_luhn_valid(whole)) ++whole.back();
  add_number(whole, forms);
  add_bcd(whole, forms);
  add_number(serial, forms);
  for (const std::string_view text : {std::string_view(whole), std::string_view(serial)}) {
    std::string dashed = std::string(text.substr(0, 2)) + '-' + std::string(text.substr(2, 6)) +
                         '-' + std::string(text.substr(8, 6));
    if (text.size() == 15) dashed += '-' + std::string(text.substr(14));
    forms.digests(dashed);
  }
  if (digits.size() != 16) return;
  add_number(digits, forms);
  add_bcd(digits, forms);
}

void add_card_number(std::string_view digits, Forms& forms) {
  add_number(digits, forms);
  add_bcd(digits, forms);
  if (digits.size() == 19) {
    forms.compact(std::string(digits) + 'f');  // as modems write the filler
  } else if (digits.size() == 20 && is_luhn_valid(digits)) {
    add_number(digits.substr(0, 19), forms);
  }
}

void add_phone(std::string_view value, Forms& forms) {
  const PhoneSpellings spellings = phone_spellings(value);
  for (const std::string& digits : spellings.digits) {
    forms.compact(digits);
    forms.digests(digits);
  }
  if (!spellings.international.empty()) {
    forms.compact(reversed(spellings.international), FormLabel::reversed);
    forms.digests('+' + spellings.international);
  }
  forms.digests(trim(value));
}

void add_email(std::string_view value, Forms& forms) {
  const std::string lower = ascii_lower(value);
  const size_t at = lower.rfind('@');
  std::vector<std::string> addresses = {lower};
  const std::string domain = lower.substr(at + 1);
  if (domain == "gmail.com" || domain == "googlemail.com") {
    std::string local = lower.substr(0, std::min(at, lower.find('+')));
    addresses.push_back(local + "@" + domain);
    local.erase(std::remove(local.begin(), local.end(), '.'), local.end());
    for (const char* other : {"@gmail.com", "@googlemail.com"}) {
      addresses.push_back(local + other);
      forms.compact(local + other);  // as the scan writes a Gmail address that it met
    }
  }
  for (const std::string& address : addresses) {
    forms.literal(address);
    forms.digests(address);
  }
  forms.digests_in_both_cases(value);
  forms.literal(reversed(lower), FormLabel::reversed);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// A name and what systems make of it: "Lena's iPhone" is Lenas-iPhone on the network.
void add_host_name(std::string_view value, Forms& forms) {
  std::string plain(value);
  replace_all(plain, kApostrophe, "'");
  std::string curly = plain;
  replace_all(curly, "'", kApostrophe);
  std::string joined = plain;
  replace_all(joined, "'", "");
  replace_all(joined, " ", "-");
  for (const std::string& text : {std::string(value), plain, curly, joined}) {
    forms.literal(text);
    forms.digests_in_both_cases(text);
  }
  const size_t dot = value.find('.');
  if (dot == std::string_view::npos) {
    forms.digests(ascii_lower(joined) + ".local");
  } else if (dot >= kShortestKnownValue) {
    forms.literal(value.substr(0, dot));
    forms.digests_in_both_cases(value.substr(0, dot));
  }
}

void add_text(std::string_view value, Forms& forms) {
  const std::string compact = compact_form(value);
  if (is_all_digits(compact) && compact.size() >= 7 && compact.size() <= 32) {
    add_number(compact, forms);
    if (compact != value) forms.digests(value);
    return;
  }
  if (compact.size() == 16 && compact == ascii_lower(value) && is_all_hex(compact)) {
    add_hex_number(value, forms);
    return;
  }
  forms.literal(value);
  if (compact.size() <= 63 && compact.size() >= kShortestInText) forms.compact(compact);
  if (value.size() >= 10) forms.literal(reversed(value), FormLabel::reversed);
  forms.digests_in_both_cases(value);
  if (compact != ascii_lower(value)) forms.digests_in_both_cases(compact);
}

void add_spellings(DataType type, std::string_view value, Forms& forms) {
  const std::string compact = compact_form(value);
  const bool is_number = is_all_digits(compact);
  if (const auto mac = MacAddress::parse(is_all_hex(compact) ? compact : "");
      mac && type == DataType::mac_address) {
    return add_mac(*mac, forms);
  }
  if (is_uuid(value)) return add_uuid(value, forms);
  if (type == DataType::imei && is_number && compact.size() >= 14 && compact.size() <= 16) {
    return add_imei(compact, forms);
  }
  if ((type == DataType::iccid || type == DataType::imsi) && is_number && compact.size() >= 14 &&
      compact.size() <= 20) {
    return add_card_number(compact, forms);
  }
  if (type == DataType::phone_number && count_digits(value) >= 6) return add_phone(value, forms);
  if (type == DataType::email && value.find('@') != std::string_view::npos)
    return add_email(value, forms);
  if (type == DataType::hostname) return add_host_name(value, forms);
  add_text(value, forms);
}

}  // namespace

std::string_view name_of(FormLabel label) { return kLabels[static_cast<size_t>(label)]; }

std::string compact_form(std::string_view text) {
  std::string compact;
  for (const char c : text) {
    if (is_word_char(c)) compact += ascii_lower(c);
  }
  return compact;
}

std::vector<KnownForm> known_forms(DataType type, std::string_view value) {
  value = trim(value);
  const size_t size = compact_form(value).size();
  if (size < kShortestKnownValue || value.size() > kLongestKnownValue) return {};
  Forms forms;
  add_spellings(type, value, forms);
  if (size < kShortestInText) forms.whole_values_only();
  return forms.take();
}

std::vector<KnownForm> own_host_name_forms(std::string_view name) {
  name = trim(name);
  const std::string compact = compact_form(name);
  const std::string label = ascii_lower(name.substr(0, name.find('.')));
  if (compact.size() < kShortestInText || name.size() > kLongestKnownValue || is_placeholder(name))
    return {};
  // "Galaxy-A54" and "iPhone" are what it is, not which one it is.
  if (looks_like_device_model(label) || is_all_digits(compact)) return {};
  Forms forms;
  add_host_name(name, forms);
  const bool is_one_plain_word = label.find_first_of("0123456789-_' ") == std::string::npos;
  if (is_one_plain_word) forms.whole_values_only();
  return forms.take();
}

std::string normalised_value(DataType type, std::string_view value) {
  value = trim(value);
  const std::string compact = compact_form(value);
  switch (type) {
    case DataType::mac_address:
      if (const auto mac = MacAddress::parse(compact)) return mac->to_string();
      return ascii_lower(value);
    case DataType::imei:
    case DataType::imsi:
    case DataType::iccid:
      return compact;
    case DataType::phone_number: {
      const PhoneSpellings spellings = phone_spellings(value);
      return spellings.international.empty() ? compact : '+' + spellings.international;
    }
    case DataType::email:
    case DataType::hostname:
    case DataType::android_id:
    case DataType::advertising_id:
      return ascii_lower(value);
    default:
      return std::string(value);
  }
}

}  // namespace telltale
