// HPACK (RFC 7541): the header blocks of one direction of an HTTP/2 connection, decoded by nghttp2.
#pragma once

#include <memory>
#include <string_view>

#include "sensor/base/bytes.h"

struct nghttp2_hd_inflater;

namespace telltale {

class HeaderTaker {
 public:
  virtual ~HeaderTaker() = default;
  // Views live during the call.
  virtual void on_header(std::string_view name, std::string_view value) = 0;
};

class HpackDecoder {
 public:
  HpackDecoder();
  ~HpackDecoder();
  HpackDecoder(const HpackDecoder&) = delete;

  // Decodes a piece of a block, the last one with `final`. False when it is malformed: the dynamic
  // table is then empty, and what follows can only be decoded as far as it does not refer to older
  // fields.
  bool decode(Bytes piece, bool final, HeaderTaker& taker);
  // Forgets the dynamic table, as after a loss.
  void reset();

 private:
  struct Free {
    void operator()(nghttp2_hd_inflater* inflater) const;
  };
  std::unique_ptr<nghttp2_hd_inflater, Free> inflater_;
};

}  // namespace telltale
