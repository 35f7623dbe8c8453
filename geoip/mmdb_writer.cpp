#include "geoip/mmdb_writer.h"

#include <algorithm>
#include <stdexcept>

namespace telltale {
namespace {

constexpr int kIpv4Depth = 96;
constexpr size_t kSeparator = 16;  // zero bytes between the tree and the data
constexpr std::string_view kMetadataMarker = "\xab\xcd\xefMaxMind.com";
constexpr size_t kShortestPointedAt = 4;  // a pointer takes 2 to 5 bytes
constexpr uint8_t kPointer = 1;
constexpr int64_t kFirstEpoch = 1;  // libmaxminddb refuses a file built at 0

void put_be(std::string& out, uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift & 0xff));
  }
}

int bytes_needed(uint64_t value) {
  int bytes = 0;
  for (; value != 0; value >>= 8) ++bytes;
  return bytes;
}

bool bit_of(const IpAddress& address, int index) {
  return (address.bytes()[static_cast<size_t>(index / 8)] >> (7 - index % 8) & 1) != 0;
}

// The control byte and size of "Data Field Format"; types above 7 take a second byte.
void put_control(std::string& out, uint8_t type, size_t size) {
  const size_t inlined = size < 29 ? size : size < 285 ? 29 : size < 65'821 ? 30 : 31;
  out.push_back(static_cast<char>((type > 7 ? 0 : type) << 5 | static_cast<int>(inlined)));
  if (type > 7) out.push_back(static_cast<char>(type - 7));
  if (inlined == 29) put_be(out, size - 29, 1);
  if (inlined == 30) put_be(out, size - 285, 2);
  if (inlined == 31) put_be(out, size - 65'821, 3);
}

void put_pointer(std::string& out, uint64_t offset) {
  const auto control = [&](uint64_t size, uint64_t high) {
    out.push_back(static_cast<char>(kPointer << 5 | size << 3 | high));
  };
  if (offset < 2048) {
    control(0, offset >> 8);
    put_be(out, offset & 0xff, 1);
  } else if (offset < 526'336) {
    control(1, (offset - 2048) >> 16);
    put_be(out, (offset - 2048) & 0xffff, 2);
  } else if (offset < 526'336 + (1U << 27)) {
    control(2, (offset - 526'336) >> 24);
    put_be(out, (offset - 526'336) & 0xffffff, 3);
  } else {
    control(3, 0);
    put_be(out, offset, 4);
  }
}

}  // namespace

MmdbValue MmdbValue::text(std::string value) {
  MmdbValue made(Type::text, 0);
  made.text_ = std::move(value);
  return made;
}
MmdbValue MmdbValue::number16(uint16_t value) { return {Type::number16, value}; }
MmdbValue MmdbValue::number32(uint32_t value) { return {Type::number32, value}; }
MmdbValue MmdbValue::number64(uint64_t value) { return {Type::number64, value}; }
MmdbValue MmdbValue::flag(bool value) { return {Type::flag, value ? 1U : 0U}; }
MmdbValue MmdbValue::list(std::vector<MmdbValue> items) {
  MmdbValue made(Type::list, 0);
  for (MmdbValue& item : items) made.members_.emplace_back(std::string(), std::move(item));
  return made;
}

const MmdbValue* MmdbValue::find(std::string_view key) const {
  for (const auto& [name, value] : members_) {
    if (name == key) return &value;
  }
  return nullptr;
}

void MmdbValue::set(std::string_view key, MmdbValue value) {
  for (auto& [name, there] : members_) {
    if (name == key) {
      there = std::move(value);
      return;
    }
  }
  members_.emplace_back(std::string(key), std::move(value));
}

// The data section: values as bytes, with a pointer wherever a text stands there already.
class MmdbDataSection {
 public:
  explicit MmdbDataSection(bool use_pointers) : use_pointers_(use_pointers) {}

  // Appends a value; returns its offset.
  size_t add(const MmdbValue& value) {
    const size_t offset = bytes_.size();
    put(value);
    return offset;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void put(const MmdbValue& value) {
    using Type = MmdbValue::Type;
    const auto type = static_cast<uint8_t>(value.type_);
    switch (value.type_) {
      case Type::text:
        return put_text(value.text_);
      case Type::flag:
        return put_control(bytes_, type, value.number_);
      case Type::map:
      case Type::list:
        put_control(bytes_, type, value.members_.size());
        for (const auto& [key, member] : value.members_) {
          if (value.type_ == Type::map) put_text(key);
          put(member);
        }
        return;
      default:
        break;
    }
    const int size = bytes_needed(value.number_);
    put_control(bytes_, type, static_cast<size_t>(size));
    put_be(bytes_, value.number_, size);
  }

  void put_text(const std::string& text) {
    if (use_pointers_ && text.size() >= kShortestPointedAt) {
      const auto [place, is_new] = texts_.try_emplace(text, bytes_.size());
      if (!is_new) return put_pointer(bytes_, place->second);
    }
    put_control(bytes_, static_cast<uint8_t>(MmdbValue::Type::text), text.size());
    bytes_ += text;
  }

  bool use_pointers_;
  std::string bytes_;
  std::unordered_map<std::string, size_t> texts_;
};

// Numbers the nodes that are reachable, with equal neighbours merged and the alias in place, and
// writes them.
class MmdbTreeWriter {
 public:
  using Child = MmdbWriter::Child;
  using Node = MmdbWriter::Node;
  static constexpr Child kEmpty = MmdbWriter::kEmpty;
  static constexpr Child kValueBit = MmdbWriter::kValueBit;

  explicit MmdbTreeWriter(const MmdbWriter& writer) : in_(writer.nodes_) {
    add(0);
    if (out_.empty()) out_.push_back({root_only_, root_only_});
    add_alias(*Cidr::parse("0.0.0.0/0"));  // ::ffff:0:0/96
    for (const Cidr& network : writer.aliases_) add_alias(network);
  }

  size_t node_count() const { return out_.size(); }

  std::string write(int record_size, const std::vector<size_t>& offsets) const {
    std::string tree;
    for (const Node& node : out_) {
      put_node(tree, record_size, record(node[0], offsets), record(node[1], offsets));
    }
    return tree;
  }

 private:
  // The child that stands for node `index`: itself renumbered, or what both its children are.
  Child add(Child index) {
    const size_t place = out_.size();
    out_.push_back({});
    Node made;
    for (size_t side = 0; side < 2; ++side) {
      const Child child = in_[index][side];
      made[side] = child < kEmpty ? add(child) : child;
    }
    if (made[0] == made[1] && made[0] >= kEmpty) {
      out_.pop_back();
      if (index == 0) root_only_ = made[0];
      return made[0];
    }
    out_[place] = made;
    return static_cast<Child>(place);
  }

  // Makes a network the same as ::/96, unless something was inserted there.
  void add_alias(const Cidr& network) {
    Child ipv4 = 0;
    for (int depth = 0; depth < kIpv4Depth && ipv4 < kEmpty; ++depth) ipv4 = out_[ipv4][0];
    Child at = 0;
    for (int depth = 0; depth < network.mapped_bits(); ++depth) {
      const size_t side = bit_of(network.network(), depth) ? 1 : 0;
      if (depth == network.mapped_bits() - 1) {
        if (out_[at][side] == kEmpty) out_[at][side] = ipv4;
        return;
      }
      Child next = out_[at][side];
      if (next >= kEmpty) {
        const Child leaf = next;
        next = static_cast<Child>(out_.size());
        out_.push_back({leaf, leaf});
        out_[at][side] = next;
      }
      at = next;
    }
  }

  uint64_t record(Child child, const std::vector<size_t>& offsets) const {
    if (child == kEmpty) return out_.size();
    if (child < kEmpty) return child;
    return out_.size() + kSeparator + offsets[child & ~kValueBit];
  }

  static void put_node(std::string& tree, int record_size, uint64_t left, uint64_t right) {
    if (record_size == 28) {
      put_be(tree, left & 0xffffff, 3);
      put_be(tree, (left >> 24) << 4 | right >> 24, 1);
      put_be(tree, right & 0xffffff, 3);
      return;
    }
    put_be(tree, left, record_size / 8);
    put_be(tree, right, record_size / 8);
  }

  const std::vector<Node>& in_;
  std::vector<Node> out_;
  Child root_only_ = kEmpty;
};

MmdbWriter::MmdbWriter() { nodes_.push_back({kEmpty, kEmpty}); }

MmdbWriter::Child MmdbWriter::value_child(const MmdbValue& value) {
  MmdbDataSection encoded(false);
  encoded.add(value);
  const auto [place, is_new] =
      value_ids_.try_emplace(encoded.bytes(), kValueBit | static_cast<Child>(values_.size()));
  if (is_new) values_.push_back(value);
  return place->second;
}

void MmdbWriter::insert(const Cidr& network, const MmdbValue& value) {
  insert(network.network(), network.mapped_bits(), keep(value));
}

void MmdbWriter::insert(const IpAddress& first, int bits, ValueId value) {
  const auto child = static_cast<Child>(value);
  change_inside(first, bits, [child](Child) { return child; });
}

void MmdbWriter::overlay(const Cidr& network,
                         const std::function<MmdbValue(const MmdbValue*)>& change) {
  std::unordered_map<Child, Child> changed;
  change_inside(network.network(), network.mapped_bits(), [&](Child old) {
    const auto known = changed.find(old);
    if (known != changed.end()) return known->second;
    const MmdbValue made = change(old == kEmpty ? nullptr : &values_[old & ~kValueBit]);
    return changed[old] = value_child(made);
  });
}

// Walks down to the network, splitting leaves on the way, and changes what is below.
void MmdbWriter::change_inside(const IpAddress& first, int bits, const Change& change) {
  const bool is_v4 = first.is_v4() && bits >= kIpv4Depth;
  Child at = 0;
  for (int depth = 0; depth < bits; ++depth) {
    const size_t side = (!is_v4 || depth >= kIpv4Depth) && bit_of(first, depth) ? 1 : 0;
    if (depth == bits - 1) return change_all(nodes_[at][side], change);
    Child next = nodes_[at][side];
    if (next >= kEmpty) {
      const Child leaf = next;
      next = static_cast<Child>(nodes_.size());
      nodes_.push_back({leaf, leaf});
      nodes_[at][side] = next;
    }
    at = next;
  }
  for (Child& side : nodes_[0]) change_all(side, change);  // the whole space
}

void MmdbWriter::change_all(Child& child, const Change& change) {
  if (child >= kEmpty) {
    child = change(child);
    return;
  }
  Node& node = nodes_[child];
  change_all(node[0], change);
  change_all(node[1], change);
  if (node[0] == node[1] && node[0] >= kEmpty) child = node[0];
}

std::string MmdbWriter::build(const MmdbOptions& options) const {
  MmdbDataSection data(true);
  std::vector<size_t> offsets;
  for (const MmdbValue& value : values_) offsets.push_back(data.add(value));
  const MmdbTreeWriter tree(*this);
  const uint64_t highest = tree.node_count() + kSeparator + data.bytes().size();
  int size = options.record_size;
  if (size == 0) size = highest < (1U << 24) ? 24 : highest < (1U << 28) ? 28 : 32;
  if (highest >= uint64_t{1} << size) {
    throw std::length_error("records of " + std::to_string(size) + " bits are too small for " +
                            std::to_string(highest));
  }
  std::vector<MmdbValue> languages;
  for (const std::string& language : options.languages) {
    languages.push_back(MmdbValue::text(language));
  }
  MmdbValue::Members description;
  for (const auto& [language, text] : options.description) {
    description.emplace_back(language, MmdbValue::text(text));
  }
  const auto built =
      std::chrono::duration_cast<std::chrono::seconds>(options.built.time_since_epoch()).count();
  MmdbDataSection metadata(true);
  metadata.add(MmdbValue::map(
      {{"node_count", MmdbValue::number32(static_cast<uint32_t>(tree.node_count()))},
       {"record_size", MmdbValue::number16(static_cast<uint16_t>(size))},
       {"ip_version", MmdbValue::number16(6)},
       {"database_type", MmdbValue::text(options.database_type)},
       {"languages", MmdbValue::list(std::move(languages))},
       {"binary_format_major_version", MmdbValue::number16(2)},
       {"binary_format_minor_version", MmdbValue::number16(0)},
       {"build_epoch",
        MmdbValue::number64(static_cast<uint64_t>(std::max<int64_t>(built, kFirstEpoch)))},
       {"description", MmdbValue::map(std::move(description))}}));
  std::string file = tree.write(size, offsets);
  file.append(kSeparator, '\0');
  file += data.bytes();
  file += kMetadataMarker;
  file += metadata.bytes();
  return file;
}

}  // namespace telltale
