#include "sensor/detect/vault.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "config/config.h"
#include "sensor/base/digest.h"
#include "sensor/base/encoding.h"
#include "sensor/detect/masking.h"

namespace telltale {
namespace {

constexpr std::string_view kMagic = "telltale-vault 1 ";
constexpr std::string_view kKeyMagic = "telltale-vault-key 1\n";
constexpr size_t kSecretSize = 32;
constexpr size_t kFormFields = 10;
constexpr size_t kValueFields = 6;

// Belongs to the key and says nothing about it.
std::string check_of(const std::string& secret) {
  const Sha256 check = hmac_sha256(secret, "telltale vault: which key this is");
  return to_hex(Bytes(check).first(16));
}

std::string one_line(std::string_view text) {
  std::string line = to_valid_utf8(text);
  for (char& c : line) {
    if (static_cast<uint8_t>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return line;
}

// What may be shown of a value. Types that are shown whole in samples are not here: nothing of the
// value may be in the vault.
std::string hint_of(DataType type, const std::string& value) {
  const std::string hint = masked(type, value);
  return hint == value ? "***" : one_line(hint);
}

std::vector<std::string_view> split(std::string_view line, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = line.find(separator);
    parts.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return parts;
    line.remove_prefix(end + 1);
  }
}

// Reads lines and says where something is wrong.
class VaultReader {
 public:
  VaultReader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  bool next(std::string_view& line) {
    if (text_.empty()) return false;
    const size_t end = text_.find('\n');
    if (end == std::string_view::npos) {
      ++line_;
      fail("the file ends within a line; restore it from a copy");
    }
    line = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    ++line_;
    return true;
  }
  [[noreturn]] void fail(std::string_view message) const {
    throw ConfigError(fmt::format("{}:{}:1: {}", name_, std::max<size_t>(line_, 1), message));
  }
  template <typename Int>
  Int number(std::string_view text, Int most, int base = 10) const {
    Int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end != text.data() + text.size() || value > most) damaged();
    return value;
  }
  [[noreturn]] void damaged() const { fail("not a line of a vault; restore the file from a copy"); }

 private:
  std::string_view text_;
  const std::string& name_;
  size_t line_ = 0;
};

std::string secret_from(std::string_view key_text, const std::string& key_name) {
  const auto refuse = [&] {
    return ConfigError(key_name +
                       ":1:1: not the key of a vault; it has the line 'telltale-vault-key 1' and "
                       "64 hexadecimal digits");
  };
  if (!key_text.starts_with(kKeyMagic)) throw refuse();
  const auto secret = from_hex(trim(key_text.substr(kKeyMagic.size())));
  if (!secret || secret->size() != kSecretSize) throw refuse();
  return *secret;
}

VaultEntry read_value(const VaultReader& reader, const std::vector<std::string_view>& parts) {
  if (parts.size() != kValueFields) reader.damaged();
  VaultEntry entry;
  entry.id = parts[1];
  const auto type = parse_data_type(parts[2]);
  if (!type)
    reader.fail(fmt::format("this release knows no data type {}", to_valid_utf8(parts[2])));
  entry.type = *type;
  entry.date = parts[3];
  entry.hint = parts[4];
  entry.owner = parts[5];
  return entry;
}

void read_form(const VaultReader& reader, const std::vector<std::string_view>& parts,
               VaultEntry& entry) {
  if (parts.size() != kFormFields) reader.damaged();
  HashedForm form;
  form.kind = static_cast<FormKind>(reader.number<unsigned>(parts[1], kFormKindCount - 1));
  form.label = static_cast<FormLabel>(reader.number<unsigned>(parts[2], kFormLabelCount - 1));
  form.whole_value_only = reader.number<unsigned>(parts[3], 1) != 0;
  constexpr uint16_t kMost = 2 * kLongestKnownValue;
  form.size = reader.number<uint16_t>(parts[4], kMost);
  form.anchor_begin = reader.number<uint16_t>(parts[5], kMost);
  form.anchor_size = reader.number<uint16_t>(parts[6], 63);
  form.probe = reader.number<uint64_t>(parts[7], ~uint64_t{0}, 16);
  form.whole = reader.number<uint64_t>(parts[8], ~uint64_t{0}, 16);
  if (form.size == 0 || form.anchor_begin + form.anchor_size > form.size || parts[9].size() != 32) {
    reader.damaged();
  }
  FormTag tag;
  for (size_t i = 0; i < tag.size(); ++i) {
    tag[i] = static_cast<uint8_t>(reader.number<unsigned>(parts[9].substr(i * 2, 2), 0xff, 16));
  }
  entry.forms.push_back(form);
  entry.tags.push_back(tag);
}

}  // namespace

Vault Vault::create() { return Vault(random_bytes(kSecretSize)); }

Vault Vault::parse(std::string_view text, std::string_view key_text, const std::string& name,
                   const std::string& key_name) {
  Vault vault(secret_from(key_text, key_name));
  VaultReader reader(text, name);
  std::string_view line;
  if (!reader.next(line) || !line.starts_with(kMagic)) {
    reader.fail("not a vault; make one with 'telltale vault add'");
  }
  if (line.substr(kMagic.size()) != check_of(vault.secret_)) {
    reader.fail(fmt::format("{} is the key of another vault; name the one that was made with this",
                            key_name));
  }
  while (reader.next(line)) {
    const auto parts = split(line, '\t');
    if (parts[0] == "value") {
      vault.entries_.push_back(read_value(reader, parts));
    } else if (parts[0] == "form" && !vault.entries_.empty()) {
      read_form(reader, parts, vault.entries_.back());
    } else {
      reader.damaged();
    }
  }
  return vault;
}

std::string Vault::to_text() const {
  std::string text = std::string(kMagic) + check_of(secret_) + '\n';
  for (const VaultEntry& entry : entries_) {
    text += fmt::format("value\t{}\t{}\t{}\t{}\t{}\n", entry.id, name_of(entry.type), entry.date,
                        entry.hint, entry.owner);
    for (size_t i = 0; i < entry.forms.size(); ++i) {
      const HashedForm& form = entry.forms[i];
      text += fmt::format("form\t{}\t{}\t{}\t{}\t{}\t{}\t{:016x}\t{:016x}\t{}\n",
                          static_cast<int>(form.kind), static_cast<int>(form.label),
                          form.whole_value_only ? 1 : 0, form.size, form.anchor_begin,
                          form.anchor_size, form.probe, form.whole, to_hex(entry.tags[i]));
    }
  }
  return text;
}

std::string Vault::key_text() const {
  return std::string(kKeyMagic) + to_hex(as_bytes(secret_)) + '\n';
}

std::string Vault::id_of(DataType type, std::string_view value) const {
  std::string text(name_of(type));
  text += '\0';
  text += normalised_value(type, value);
  const Sha256 whole = hmac_sha256(keys_.tags, text);
  return to_hex(Bytes(whole).first(6));
}

bool Vault::has(DataType type, std::string_view value) const {
  const std::string id = id_of(type, value);
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const VaultEntry& entry) { return entry.id == id; });
}

const VaultEntry* Vault::add(DataType type, std::string_view value, std::string_view owner,
                             std::string_view date) {
  const auto forms = known_forms(type, value);
  if (forms.empty() || has(type, value)) return nullptr;
  VaultEntry entry{id_of(type, value),
                   type,
                   std::string(date),
                   hint_of(type, normalised_value(type, value)),
                   one_line(owner),
                   {},
                   {}};
  for (const KnownForm& form : forms) {
    HashedForm out = hashed(form, keys_);
    // The first four bytes are nothing that may be kept.
    out.has_prefix = false;
    out.prefix = 0;
    entry.tags.push_back(tag_of(form.kind, form.text, keys_));
    out.probe ^= mask_of(entry.tags.back(), keys_);
    entry.forms.push_back(out);
  }
  entries_.push_back(std::move(entry));
  return &entries_.back();
}

bool Vault::remove(std::string_view id) {
  return std::erase_if(entries_, [&](const VaultEntry& entry) { return entry.id == id; }) > 0;
}

void Vault::add_to(KnownIndex& index) const {
  for (const VaultEntry& entry : entries_) {
    const uint32_t subject =
        index.add_subject({entry.type, {}, entry.hint, "vault:" + entry.id, entry.owner, 0.99});
    for (size_t i = 0; i < entry.forms.size(); ++i) {
      HashedForm form = entry.forms[i];
      form.probe ^= mask_of(entry.tags[i], keys_);
      index.add(subject, form, entry.tags[i]);
    }
  }
}

}  // namespace telltale
