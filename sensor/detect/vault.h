// A vault: known values of which only keyed hashes are kept.
//
// One text file, and beside it a file with the key (both 0600). For each value it has what may be
// shown (type, owner, masked hint, date) and for each of its forms (known_forms.h) keyed hashes
// (known_index.h): a quick one by which a scan finds it, masked, a 64-bit SipHash, and
// HMAC-SHA-256, cut to 128 bits. What that withstands: the vault file alone tells nothing but
// types, owners, hints, and lengths. Whoever has the key file too can try values: an IMEI or a
// telephone number is found so in little time, a random identifier of 128 bits is not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/detect/known_index.h"

namespace telltale {

struct VaultEntry {
  std::string id;  // 8 hexadecimal digits
  DataType type = DataType::imei;
  std::string date;  // of its addition, YYYY-MM-DD
  std::string hint;  // masked
  std::string owner;
  std::vector<HashedForm> forms;  // their quick hashes masked
  std::vector<FormTag> tags;      // by form
};

class Vault {
 public:
  // An empty one with a new key.
  static Vault create();
  // Reads both files. Throws ConfigError (FILE:LINE:COL) where one is missing, damaged, too open
  // (others may read the key) or belongs to another one.
  static Vault load(const std::string& path, const std::string& key_path);
  // From text; `name` and `key_name` stand for the files in errors.
  static Vault parse(std::string_view text, std::string_view key_text, const std::string& name,
                     const std::string& key_name);

  // Both files, 0600; the vault is replaced as a whole, so that a reader never sees half of it.
  // Throws std::runtime_error.
  void save(const std::string& path, const std::string& key_path) const;
  std::string to_text() const;
  std::string key_text() const;

  // The new entry; null when the value is too short or long to be looked for, or is in here
  // already.
  const VaultEntry* add(DataType type, std::string_view value, std::string_view owner,
                        std::string_view date);
  bool remove(std::string_view id);
  bool has(DataType type, std::string_view value) const;

  const std::vector<VaultEntry>& entries() const { return entries_; }
  const std::string& secret() const { return secret_; }
  void add_to(KnownIndex& index) const;

 private:
  explicit Vault(std::string secret) : secret_(std::move(secret)), keys_(secret_) {}
  std::string id_of(DataType type, std::string_view value) const;

  std::string secret_;  // 32 bytes
  FormKeys keys_;
  std::vector<VaultEntry> entries_;
};

}  // namespace telltale
