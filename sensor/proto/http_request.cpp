// How a request's parts become Fields: the target is split into path and query, cookies into items
// (RFC 6265 section 4.2), the body gets the hints that say how to open it (RFC 9110 section 8).
#include "sensor/proto/http_request.h"

#include <algorithm>
#include <array>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kUsualHead = 512;       // room made at once; more is made as it comes
constexpr size_t kUsualBody = 8 * 1024;  // however long a sender says its body is

// What a request target is made of (RFC 9112 section 3.2): origin, absolute and authority form.
struct Target {
  std::string_view authority;
  std::string_view path;
  std::string_view query;
};

Target split_target(std::string_view target) {
  Target parts;
  const size_t scheme = target.find("://");
  if (scheme != std::string_view::npos && scheme < target.find_first_of("/?#")) {
    const size_t begin = scheme + 3;
    const size_t end = std::min(target.find_first_of("/?#", begin), target.size());
    parts.authority = target.substr(begin, end - begin);
    const size_t user = parts.authority.rfind('@');
    if (user != std::string_view::npos) parts.authority.remove_prefix(user + 1);
    target.remove_prefix(end);
  }
  const size_t question = target.find('?');
  parts.path = target.substr(0, question);
  if (question != std::string_view::npos) parts.query = target.substr(question + 1);
  return parts;
}

// Headers that steer the exchange and whose values say nothing of the device or its owner: they
// become no Fields, as they are most of what most requests hold.
bool is_plumbing(std::string_view name) {
  static constexpr std::array<std::string_view, 24> kNames = {"host",
                                                              "accept",
                                                              "accept-encoding",
                                                              "accept-language",
                                                              "connection",
                                                              "content-type",
                                                              "content-length",
                                                              "content-encoding",
                                                              "cache-control",
                                                              "pragma",
                                                              "transfer-encoding",
                                                              "upgrade-insecure-requests",
                                                              "range",
                                                              "if-range",
                                                              "if-none-match",
                                                              "if-modified-since",
                                                              "te",
                                                              "dnt",
                                                              "sec-fetch-site",
                                                              "sec-fetch-mode",
                                                              "sec-fetch-dest",
                                                              "sec-fetch-user",
                                                              "expect",
                                                              "keep-alive"};
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view plumbing) {
    return plumbing.size() == name.size() && iequals(plumbing, name);
  });
}

}  // namespace

std::string normal_host(std::string_view authority) {
  authority = trim(authority);
  if (!authority.empty() && authority.front() == '[') {
    authority = authority.substr(1, authority.find(']') - 1);
  } else if (std::count(authority.begin(), authority.end(), ':') == 1) {
    authority = authority.substr(0, authority.find(':'));
  }
  if (!authority.empty() && authority.back() == '.') authority.remove_suffix(1);
  return ascii_lower(authority);
}

void HttpRequest::append(std::string_view piece, FrameRef frame) {
  if (text_.empty()) text_.reserve(kUsualHead);
  frames_.mark(content_, frame);
  text_.append(piece);
  content_ += static_cast<uint32_t>(piece.size());
}

void HttpRequest::expect_body(uint64_t size) {
  body_.reserve(static_cast<size_t>(std::min<uint64_t>(size, kUsualBody)));
}

void HttpRequest::add_target(std::string_view piece, FrameRef frame) {
  if (target_size_ == 0) target_ = static_cast<uint32_t>(text_.size());
  append(piece, frame);
  target_size_ += static_cast<uint32_t>(piece.size());
}

void HttpRequest::add_name(std::string_view piece, FrameRef frame) {
  if (items_.empty() || items_.back().has_value) {
    in_dropped_field_ = items_.size() >= limits_.max_header_fields;
    if (!in_dropped_field_) items_.push_back({.name = static_cast<uint32_t>(text_.size())});
  }
  if (in_dropped_field_) {
    not_kept_ += piece.size();
    return;
  }
  append(piece, frame);
  items_.back().name_size += static_cast<uint32_t>(piece.size());
}

void HttpRequest::add_value(std::string_view piece, FrameRef frame) {
  if (in_dropped_field_) {
    not_kept_ += piece.size();
    return;
  }
  Item& item = items_.back();
  if (!item.has_value) {
    item.has_value = true;
    item.value = static_cast<uint32_t>(text_.size());
    item.wire = content_;
  }
  append(piece, frame);
  item.value_size += static_cast<uint32_t>(piece.size());
}

void HttpRequest::note_body_gap() { body_gap_ = true; }

void HttpRequest::add_body(std::string_view piece, FrameRef frame, ParserSink& sink, size_t room) {
  const size_t taken = std::min({piece.size(), limits_.max_body - body_.size(), room});
  if (taken > 0) {
    if (pieces_.empty() || body_gap_) pieces_.push_back({body_.size(), content_});
    body_gap_ = false;
    frames_.mark(content_, frame);
    body_.append(piece.substr(0, taken));
    content_ += static_cast<uint32_t>(taken);
  }
  if (taken == piece.size()) return;
  sink.on_not_read(piece.size() - taken, NotInspected::body_cap);
  if (!body_capped_) sink.on_weird(Weird::http_body_beyond_cap);
  body_capped_ = true;
}

std::string_view HttpRequest::header(std::string_view name) const {
  for (const Item& item : items_) {
    if (item.name_size == name.size() && iequals(slice(item.name, item.name_size), name)) {
      return trim(slice(item.value, item.value_size));
    }
  }
  return {};
}

// Builds the Fields of one request.
class HttpRequest::Emission {
 public:
  Emission(HttpRequest& request, Message& message) : request_(request), message_(message) {
    text_ = message.fields.arena().adopt(std::move(request.text_));
  }

  void add_target() {
    const Target target = split_target(text_.substr(request_.target_, request_.target_size_));
    if (!target.authority.empty()) message_.host = normal_host(target.authority);
    add_root(request_.roots_.path, target.path);
    add_root(request_.roots_.query, target.query);
    path_ = target.path;
    query_ = target.query;
  }

  void add_items() {
    for (const Item& item : request_.items_) {
      const std::string_view name = text_.substr(item.name, item.name_size);
      std::string_view value = text_.substr(item.value, item.value_size);
      while (!value.empty() && is_space(value.back())) value.remove_suffix(1);
      note_hint(name, value);
      if (is_plumbing(name)) continue;
      if (iequals(name, "cookie")) {
        add_cookies(value, item.wire);
      } else {
        add_item(headers_, request_.roots_.header, name, value, item.wire);
      }
    }
  }

  // The last field may have been cut off by the end of the stream.
  void mark_last_truncated() {
    if (request_.pieces_.empty() && last_ != kNoField) message_.fields.set_truncated(last_);
  }

  void add_body(ParserSink& sink, bool truncated) {
    const std::string_view body = message_.fields.arena().adopt(std::move(request_.body_));
    body_ = body;
    const auto& pieces = request_.pieces_;
    const MediaHints hints{media_type_, coding()};
    for (size_t i = 0; i < pieces.size(); ++i) {
      const size_t end = i + 1 < pieces.size() ? pieces[i + 1].begin : body.size();
      const std::string_view piece = body.substr(pieces[i].begin, end - pieces[i].begin);
      if (i > 0 && !hints.content_coding.empty()) {  // no coding can be entered in its middle
        sink.on_not_read(piece.size(), NotInspected::unknown_binary);
        continue;
      }
      const FieldId id =
          message_.fields.add_root(request_.roots_.body, piece, pieces[i].wire, hints);
      if (id != kNoField && (truncated || pieces.size() > 1)) message_.fields.set_truncated(id);
    }
  }

  // The DNS message of a DoH request (RFC 8484 section 4.1): the body of a POST, or the parameter
  // `dns` of a GET. Empty where there is none.
  std::string dns_question() const {
    if (iequals(media_type_, kDnsMessage)) return std::string(body_);
    const bool asks = iequals(accepts_, kDnsMessage) || path_.ends_with("/dns-query");
    const size_t at = query_.find("dns=");
    if (!asks || at == std::string_view::npos || (at > 0 && query_[at - 1] != '&')) return {};
    const std::string_view value = query_.substr(at + 4);
    return from_base64url(value.substr(0, value.find('&'))).value_or(std::string());
  }

 private:
  static constexpr std::string_view kDnsMessage = "application/dns-message";

  void add_root(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    const auto wire = static_cast<uint32_t>(value.data() - text_.data());
    last_ = message_.fields.add_root(name, value, wire);
  }

  // Like FieldTree::add_item, which looks for the root each time: a head may hold thousands of
  // cookies.
  void add_item(FieldId& root, std::string_view root_name, std::string_view key,
                std::string_view value, uint32_t wire) {
    FieldTree& fields = message_.fields;
    if (root == kNoField) {
      last_ = fields.add_item(root_name, key, value, wire);
      if (last_ != kNoField) root = fields[last_].parent;
      return;
    }
    last_ = fields.add_child(root, {.key = key,
                                    .value = value,
                                    .step = Step::item,
                                    .raw_begin = wire - fields[root].wire_begin,
                                    .raw_size = static_cast<uint32_t>(value.size()),
                                    .verbatim = true});
  }

  void add_cookies(std::string_view value, uint32_t wire) {
    for (size_t at = 0; at < value.size();) {
      const size_t end = std::min(value.find(';', at), value.size());
      const std::string_view pair = trim(value.substr(at, end - at));
      const size_t equals = std::min(pair.find('='), pair.size());
      const std::string_view content = pair.substr(std::min(equals + 1, pair.size()));
      if (!pair.empty()) {
        add_item(cookies_, request_.roots_.cookie, pair.substr(0, equals), content,
                 wire + static_cast<uint32_t>(content.data() - value.data()));
      }
      at = end + 1;
    }
  }

  void note_hint(std::string_view name, std::string_view value) {
    if (name.size() == 4 && iequals(name, "host")) {
      if (message_.host.empty()) message_.host = normal_host(value);
    } else if (name.size() == 12 && iequals(name, "content-type")) {
      media_type_ = value;
    } else if (name.size() == 6 && iequals(name, "accept")) {
      accepts_ = value;
    } else if (name.size() == 16 && iequals(name, "content-encoding")) {
      add_coding(content_coding_, value);
    } else if (name.size() == 17 && iequals(name, "transfer-encoding")) {
      add_coding(transfer_coding_, value);
    }
  }

  // Adds a list of codings without those that only frame or change nothing.
  void add_coding(std::string_view& codings, std::string_view list) {
    std::string kept(codings);
    for (size_t at = 0; at < list.size();) {
      const size_t end = std::min(list.find(',', at), list.size());
      const std::string_view one = trim(list.substr(at, end - at));
      at = end + 1;
      if (one.empty() || iequals(one, "chunked") || iequals(one, "identity")) continue;
      if (!kept.empty()) kept += ", ";
      kept += one;
    }
    if (kept.size() > codings.size()) codings = message_.fields.arena().adopt(std::move(kept));
  }

  // Transfer codings wrap content codings (RFC 9112 section 6.1), so they stand last.
  std::string_view coding() {
    if (transfer_coding_.empty()) return content_coding_;
    add_coding(content_coding_, transfer_coding_);
    return content_coding_;
  }

  HttpRequest& request_;
  Message& message_;
  std::string_view text_;
  std::string_view path_;
  std::string_view query_;
  std::string_view body_;
  std::string_view accepts_;
  std::string_view media_type_;
  std::string_view content_coding_;
  std::string_view transfer_coding_;
  FieldId headers_ = kNoField;
  FieldId cookies_ = kNoField;
  FieldId last_ = kNoField;
};

// DNS over HTTPS: the request carries a DNS message as it would stand in a datagram.
void HttpRequest::tell_dns_question(const std::string& question, const When& when,
                                    ParserSink& sink) const {
  static const ParserInfo* const kDns = find_parser("dns");
  const ProbeInput datagram{{}, kUdp, 0, 53};
  Chunk chunk;
  chunk.direction = Direction::to_server;
  chunk.ts = when.ts;
  chunk.frame = when.frame;
  chunk.bytes = as_bytes(question);
  kDns->create(limits_, datagram)->feed(chunk, sink);
}

void HttpRequest::emit(Timestamp ts, bool truncated, ParserSink& sink) {
  if (not_kept_ > 0) {
    sink.on_weird(Weird::http_header_fields_beyond_cap);
    sink.on_not_read(not_kept_, NotInspected::buffer_cap);
  }
  Message message;
  message.protocol = roots_.protocol;
  message.ts = ts;
  message.truncated = truncated || body_capped_ || body_gap_ || pieces_.size() > 1;
  message.frames = std::move(frames_);
  Emission emission(*this, message);
  emission.add_target();
  if (!authority_.empty()) message.host = normal_host(authority_);
  emission.add_items();
  if (truncated) emission.mark_last_truncated();
  emission.add_body(sink, message.truncated);
  const std::string question = emission.dns_question();
  const FrameRef frame = message.frames.at(0);
  reset();
  sink.on_message(std::move(message));
  if (!question.empty()) tell_dns_question(question, {ts, frame}, sink);
}

void HttpRequest::reset() {
  text_.clear();
  target_size_ = 0;
  items_.clear();
  body_.clear();
  pieces_.clear();
  authority_.clear();
  frames_ = {};
  content_ = 0;
  not_kept_ = 0;
  in_dropped_field_ = body_capped_ = body_gap_ = false;
}

}  // namespace telltale
