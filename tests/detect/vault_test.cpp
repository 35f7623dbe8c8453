#include "sensor/detect/vault.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"

namespace telltale {
namespace {

constexpr const char* kImei = "358476102213048";

std::string error_of(std::string_view text, std::string_view key) {
  try {
    Vault::parse(text, key, "values.vault", "values.key");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(Vault, KeepsNothingOfAValue) {
  Vault vault = Vault::create();
  ASSERT_NE(vault.add(DataType::imei, kImei, "Lena\tMeyer\n", "2026-11-25"), nullptr);
  ASSERT_NE(vault.add(DataType::device_model, "Acme Fone 7", "", "2026-11-25"), nullptr);
  const std::string text = vault.to_text();
  for (const char* part : {"358476102", "10221304", "Acme", "acme", "fone"}) {
    EXPECT_EQ(text.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(vault.entries()[0].hint, "3584********8");
  EXPECT_EQ(vault.entries()[0].owner, "Lena Meyer ");
  EXPECT_EQ(vault.entries()[1].hint, "***") << "this type is shown whole in samples";
}

TEST(Vault, IsReadAsItWasWritten) {
  Vault vault = Vault::create();
  vault.add(DataType::imei, kImei, "Lena", "2026-11-25");
  vault.add(DataType::email, "lena.meyer@gmail.com", "", "2026-11-25");
  const Vault read = Vault::parse(vault.to_text(), vault.key_text(), "v", "k");
  EXPECT_EQ(read.to_text(), vault.to_text());
  EXPECT_TRUE(read.has(DataType::imei, "35-847610-221304-8"))
      << "another spelling of the same value";
  EXPECT_FALSE(read.has(DataType::imei, "358476102213055"));
}

TEST(Vault, HasAValueOnceAndLosesItOnRemoval) {
  Vault vault = Vault::create();
  const VaultEntry* entry = vault.add(DataType::imei, kImei, "", "2026-11-25");
  ASSERT_NE(entry, nullptr);
  const std::string id = entry->id;
  EXPECT_EQ(vault.add(DataType::imei, "358476 10 221304 8", "", "2026-11-26"), nullptr);
  EXPECT_EQ(vault.add(DataType::imei, "123", "", "2026-11-26"), nullptr) << "too short";
  EXPECT_FALSE(vault.remove("000000000000"));
  EXPECT_TRUE(vault.remove(id));
  EXPECT_TRUE(vault.entries().empty());
}

TEST(Vault, TwoVaultsHashDifferently) {
  Vault a = Vault::create();
  Vault b = Vault::create();
  a.add(DataType::imei, kImei, "", "2026-11-25");
  b.add(DataType::imei, kImei, "", "2026-11-25");
  EXPECT_NE(a.entries()[0].forms[0].probe, b.entries()[0].forms[0].probe);
  EXPECT_NE(a.entries()[0].tags[0], b.entries()[0].tags[0]);
  EXPECT_NE(a.entries()[0].id, b.entries()[0].id);
}

TEST(Vault, SaysWhereAFileIsWrong) {
  Vault vault = Vault::create();
  vault.add(DataType::imei, kImei, "", "2026-11-25");
  const std::string text = vault.to_text();
  const std::string key = vault.key_text();
  EXPECT_EQ(error_of(text, key), "");
  EXPECT_EQ(error_of("", key), "values.vault:1:1: not a vault; make one with 'telltale vault add'");
  EXPECT_EQ(error_of("hello\n", key),
            "values.vault:1:1: not a vault; make one with 'telltale vault add'");
  EXPECT_EQ(error_of(text, Vault::create().key_text()),
            "values.vault:1:1: values.key is the key of another vault; name the one that was made "
            "with this");
  EXPECT_EQ(error_of(text, "abc"),
            "values.key:1:1: not the key of a vault; it has the line 'telltale-vault-key 1' and "
            "64 hexadecimal digits");
  EXPECT_EQ(error_of(text + "form\t1\t2\n", key).find(":1: not a line of a vault"),
            error_of(text + "form\t1\t2\n", key).find(":1: "));
  std::string wrong_type = text;
  wrong_type.replace(wrong_type.find("\timei\t"), 6, "\tnose\t");
  EXPECT_EQ(error_of(wrong_type, key), "values.vault:2:1: this release knows no data type nose");
  // Cut off anywhere it is refused or a shorter vault, never a crash.
  for (size_t size = 0; size < text.size(); size += 7) {
    const std::string cut = text.substr(0, size);
    if (!cut.ends_with('\n')) {
      EXPECT_NE(error_of(cut, key), "") << size;
    }
  }
  // Any field replaced by nonsense.
  for (size_t tab = text.find('\t'); tab != std::string::npos; tab = text.find('\t', tab + 1)) {
    std::string damaged = text;
    damaged.insert(tab + 1, "\x01x99999999999999999999");
    (void)error_of(damaged, key);
  }
}

class VaultFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("telltale-vault-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    path_ = (folder_ / "v").string();
    key_ = (folder_ / "v.key").string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static mode_t mode_of(const std::string& path) {
    struct stat status {};
    return stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
  }

  std::filesystem::path folder_;
  std::string path_;
  std::string key_;
};

TEST_F(VaultFiles, AreForTheirOwnerOnly) {
  Vault vault = Vault::create();
  vault.add(DataType::imei, kImei, "", "2026-11-25");
  vault.save(path_, key_);
  EXPECT_EQ(mode_of(path_), 0600U);
  EXPECT_EQ(mode_of(key_), 0600U);
  EXPECT_EQ(Vault::load(path_, key_).to_text(), vault.to_text());
  ASSERT_EQ(chmod(key_.c_str(), 0640), 0);
  try {
    Vault::load(path_, key_);
    FAIL() << "a key that others may read was taken";
  } catch (const ConfigError& error) {
    EXPECT_EQ(
        std::string(error.what()),
        key_ + ":1:1: others than its owner may use this key; take that away with 'chmod 600'");
  }
}

TEST_F(VaultFiles, ThatAreMissingAreNamed) {
  EXPECT_THROW(Vault::load(path_, key_), ConfigError);
  Vault::create().save(path_, key_);
  std::filesystem::remove(key_);
  EXPECT_THROW(Vault::load(path_, key_), ConfigError);
}

}  // namespace
}  // namespace telltale
