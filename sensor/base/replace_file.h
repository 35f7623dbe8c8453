// Files that programs write: whole or not at all, a new one taking the place of the old.
#pragma once

#include <string>
#include <string_view>

#include <sys/types.h>

namespace telltale {

// Who reads `path` sees the old or the new file, never a part. `mode` is that of the new file. Why
// it could not be written; empty when it was.
[[nodiscard]] std::string replace_file(const std::string& path, std::string_view bytes,
                                       mode_t mode);

}  // namespace telltale
