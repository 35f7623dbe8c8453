// XML and SOAP: elements as a path, their attributes, and their text. Property lists as Apple
// writes them (a key, then its value) and elements that name their value in an attribute (<string
// name="imei">, as Android's preferences do) become members under that name. HTML is left alone: a
// page is text rather than data.
//
// One pass over the tokens, no recursion. Elements below max_nesting are read as members of the
// deepest one.
#include <array>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/html_entities.h"
#include "sensor/unwrap/xml_tokens.h"

namespace telltale {
namespace {

using xml::Attribute;
using xml::Token;
using xml::TokenKind;

constexpr size_t kMostFrames = 256;
constexpr size_t kHeadSearch =
    128;  // white space, byte order mark and prolog before the first element
constexpr std::array<std::string_view, 13> kGenericElements{
    "string",   "int",   "long",  "float", "boolean", "param", "item",
    "property", "entry", "field", "data",  "value",   "set"};

class XmlReader {
 public:
  XmlReader(Offer& offer, size_t start)
      : offer_(offer),
        tokens_(offer.value(), start),
        max_depth_(std::min(kMostFrames, offer.budget().limits().max_nesting)) {
    frames_[0] = {.id = offer.id()};
  }

  bool read() {
    const size_t before = offer_.fields().size();
    while (!full_) {
      const Token token = tokens_.next();
      if (token.kind == TokenKind::end_of_input) break;
      if (token.kind == TokenKind::start) on_start(token);
      if (token.kind == TokenKind::end) on_end(token);
      if (token.kind == TokenKind::text) on_text(token);
    }
    while (depth_ > 0) close();
    return offer_.fields().size() > before;
  }

 private:
  struct Frame {
    FieldId id = kNoField;
    std::string_view name;
    std::string_view key;  // what its text is known by
    Step step = Step::path;
    size_t begin = 0;  // of its field in the text
    uint32_t count = 0;
    bool is_dict = false;    // of a property list: keys and values take turns
    bool is_list = false;    // of a property list
    bool has_field = false;  // else a field is made when the first child or text comes
    bool has_text = false;
    std::string_view pending_key;
    std::string_view attributes;
  };

  Frame& top() { return frames_[depth_]; }
  size_t offset(std::string_view part) const {
    return static_cast<size_t>(part.data() - offer_.value().data());
  }

  // The field of the element on top as a container, made now if need be, and those above it.
  void make_container() {
    for (size_t i = 1; i <= depth_ && !full_; ++i) {
      if (!frames_[i].has_field) make_container(i);
    }
  }
  void make_container(size_t i) {
    Frame& frame = frames_[i];
    Frame& parent = frames_[i - 1];
    frame.has_field = true;
    frame.id =
        add_to(parent, frame.key, frame.step,
               {.kind = frame.is_list ? FieldKind::array : FieldKind::object, .verbatim = true},
               offer_.value().substr(frame.begin));
    if (frame.id == kNoField) return;
    std::string_view attributes = frame.attributes;
    for (Attribute attribute; xml::next_attribute(&attributes, &attribute);) {
      const std::string_view value = entities_decoded(attribute.value, offer_);
      add_to(frame, attribute.name, Step::attribute,
             {.value = value, .verbatim = value.data() == attribute.value.data()}, attribute.value);
    }
  }

  FieldId add_to(Frame& parent, std::string_view key, Step step, Child child,
                 std::string_view place) {
    child.key = step == Step::element ? std::string_view{} : key;
    child.step = step;
    child.index = parent.count++;
    child.raw_begin = static_cast<uint32_t>(offset(place) - parent.begin);
    child.raw_size = static_cast<uint32_t>(place.size());
    const FieldId id = offer_.add_to(parent.id, child);
    full_ = full_ || id == kNoField;
    return id;
  }

  // Under which name a child of the element on top stands.
  void name_child(const Token& token, Frame& child) {
    Frame& parent = top();
    child.name = token.name;
    child.key = token.name;
    if (in_plist_) {
      child.step = parent.is_list ? Step::element : Step::member;
      child.key = parent.pending_key;
      parent.pending_key = {};
      child.is_dict = token.name == "dict";
      child.is_list = token.name == "array";
      return;
    }
    if (std::none_of(kGenericElements.begin(), kGenericElements.end(),
                     [&](std::string_view generic) { return iequals(generic, token.name); })) {
      return;
    }
    std::string_view attributes = token.attributes;
    for (Attribute attribute; xml::next_attribute(&attributes, &attribute);) {
      if (!iequals(attribute.name, "name") && !iequals(attribute.name, "key")) continue;
      child.key = entities_decoded(attribute.value, offer_);
      child.step = Step::member;
      return;
    }
  }

  void on_start(const Token& token) {
    if (token.name == "plist") {
      in_plist_ = true;
      return;
    }
    if (depth_ + 1 >= max_depth_) {
      offer_.budget().count_once(Weird::xml_nested_too_deep);
      return;
    }
    Frame child{.begin = offset(token.name)};
    name_child(token, child);
    const bool is_root_of_plist = in_plist_ && depth_ == 0;
    child.attributes = token.attributes;
    frames_[++depth_] = child;
    if (is_root_of_plist) {
      // The outermost dict is the document itself.
      top().id = offer_.id();
      top().begin = 0;
      top().has_field = true;
    }
    if (token.is_empty || token.cut_off) close();
  }

  // Of an element that ends without text or children: <true/>, <int name="n" value="5"/>, <a
  // b="c"></a>.
  void add_empty() {
    const Frame element = top();
    if (in_plist_) {
      if (element.name != "true" && element.name != "false") return;
      --depth_;
      make_container();
      if (!full_)
        add_to(top(), element.key, element.step,
               {.value = element.name, .kind = FieldKind::boolean}, element.name);
      frames_[++depth_] = element;
      return;
    }
    if (element.step == Step::member) {
      std::string_view attributes = element.attributes;
      for (Attribute attribute; xml::next_attribute(&attributes, &attribute);) {
        if (iequals(attribute.name, "value")) return add_leaf(attribute.value, false, false);
      }
    }
    if (has_attributes(element)) make_container();
  }

  // The text of the element on top as a leaf beside it, so that it is found under the element's
  // name.
  void add_leaf(std::string_view raw, bool is_cdata, bool cut_off) {
    top().has_text = true;
    Frame element = top();
    const bool named = element.step == Step::member;
    if (!named && !element.has_field && has_attributes(element)) {
      make_container();
      element = top();
    }
    --depth_;
    make_container();
    if (!full_) {
      const std::string_view value = is_cdata ? raw : entities_decoded(raw, offer_);
      const bool number = in_plist_ && (element.name == "integer" || element.name == "real");
      add_to(top(), element.key, element.step,
             {.value = value,
              .kind = number ? FieldKind::number : FieldKind::text,
              .verbatim = value.data() == raw.data(),
              .truncated = cut_off},
             raw);
    }
    frames_[++depth_] = element;
  }

  static bool has_attributes(const Frame& frame) {
    std::string_view attributes = frame.attributes;
    Attribute first;
    return xml::next_attribute(&attributes, &first);
  }

  // Where a reference starts that the end of `raw` cuts off.
  static size_t half_a_reference(std::string_view raw) {
    constexpr size_t kLongestReference = 10;
    const size_t at = raw.rfind('&');
    return at != std::string_view::npos && raw.size() - at <= kLongestReference &&
                   raw.find(';', at) == std::string_view::npos
               ? at
               : raw.size();
  }

  void on_text(const Token& token) {
    std::string_view raw = token.is_cdata ? token.text : trim(token.text);
    if (token.cut_off && !token.is_cdata) raw = raw.substr(0, half_a_reference(raw));
    if (raw.empty() || depth_ == 0) return;
    if (in_plist_ && top().name == "key" && depth_ >= 2) {
      if (!token.cut_off) frames_[depth_ - 1].pending_key = entities_decoded(raw, offer_);
      return;
    }
    if (top().is_dict || top().is_list) return;
    add_leaf(raw, token.is_cdata, token.cut_off);
  }

  void on_end(const Token& token) {
    if (token.cut_off) return;
    // An end that fits none is passed over; elements that were not closed end with the one that is.
    for (size_t i = depth_; i > 0; --i) {
      if (frames_[i].name != token.name) continue;
      while (depth_ >= i) close();
      return;
    }
  }

  void close() {
    if (!top().has_field && !top().has_text && !full_) add_empty();
    const Frame& frame = top();
    if (frame.has_field && frame.id != kNoField && frame.id != offer_.id()) {
      offer_.fields().set_raw_size(frame.id,
                                   static_cast<uint32_t>(tokens_.position() - frame.begin));
    }
    --depth_;
  }

  Offer& offer_;
  xml::Tokens tokens_;
  size_t max_depth_;
  size_t depth_ = 0;  // frames_[0] is the text itself
  bool in_plist_ = false;
  bool full_ = false;
  std::array<Frame, kMostFrames> frames_;
};

// Where the first markup stands, when the text is XML: a '<' and a name, declaration or comment.
size_t find_start(std::string_view text) {
  const size_t at = text.substr(0, kHeadSearch).find('<');
  if (at == std::string_view::npos || at + 1 >= text.size()) return std::string_view::npos;
  const std::string_view before = trim(text.substr(0, at));
  if (!before.empty() && before != "\xef\xbb\xbf") return std::string_view::npos;
  const std::string_view markup = text.substr(at);
  if (istarts_with(markup, "<html") || istarts_with(markup, "<!doctype html"))
    return std::string_view::npos;
  const char next = text[at + 1];
  return next == '?' || next == '!' || next == '_' || is_alpha(next) ? at : std::string_view::npos;
}

bool unwrap(Offer& offer) {
  const size_t start = find_start(offer.value());
  return start != std::string_view::npos && XmlReader(offer, start).read();
}

}  // namespace

const UnwrapperInfo xml_unwrapper{.name = "xml",
                                  .unwrap = unwrap,
                                  .triggers = byte_class::kLess,
                                  .rejects = byte_class::kControl | byte_class::kNul,
                                  .by_head = true};

}  // namespace telltale
