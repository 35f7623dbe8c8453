#include "sensor/proto/hpack.h"

#include <nghttp2/nghttp2.h>

namespace telltale {
namespace {

// The server's setting is not looked at; the client says in its blocks what it uses (RFC 7541
// section 4.2).
constexpr size_t kMaxTableSize = 64 * 1024;

}  // namespace

void HpackDecoder::Free::operator()(nghttp2_hd_inflater* inflater) const {
  nghttp2_hd_inflate_del(inflater);
}

HpackDecoder::HpackDecoder() { reset(); }
HpackDecoder::~HpackDecoder() = default;

void HpackDecoder::reset() {
  nghttp2_hd_inflater* fresh = nullptr;
  inflater_.reset();
  if (nghttp2_hd_inflate_new(&fresh) != 0) return;
  inflater_.reset(fresh);
  nghttp2_hd_inflate_change_table_size(fresh, kMaxTableSize);
}

bool HpackDecoder::decode(Bytes piece, bool final, HeaderTaker& taker) {
  if (inflater_ == nullptr) return false;
  for (;;) {
    nghttp2_nv field{};
    int flags = 0;
    const ssize_t used = nghttp2_hd_inflate_hd2(inflater_.get(), &field, &flags, piece.data(),
                                                piece.size(), final ? 1 : 0);
    if (used < 0) {
      reset();
      return false;
    }
    piece = piece.subspan(static_cast<size_t>(used));
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
      taker.on_header(as_text({field.name, field.namelen}), as_text({field.value, field.valuelen}));
    }
    if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) {
      nghttp2_hd_inflate_end_headers(inflater_.get());
      return true;
    }
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0 && piece.empty()) return true;
  }
}

}  // namespace telltale
