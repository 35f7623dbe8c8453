#!/bin/sh
# Makes the table of vendors out of IEEE's registries (MA-L, MA-M, MA-S) as Debian's ieee-data has them: vendor_table.sh
# OUTPUT CSV... A line is the assigned prefix, 6, 7 or 9 hex digits, a tab and the organisation; sorted, as one C++ text.
set -eu
export LC_ALL=C
output=$1
shift
awk -F, '
  $1 ~ /^MA-/ && $2 ~ /^[0-9A-F]+$/ {
    name = $3
    # An organisation with a comma in its name is quoted, and so are quotes.
    if (name ~ /^"/) {
      for (field = 4; field <= NF && name !~ /[^"]"$/; ++field) name = name "," $field
      sub(/^"/, "", name)
      sub(/"$/, "", name)
      gsub(/""/, "\"", name)
    }
    gsub(/[ \t\r]+/, " ", name)
    sub(/^ /, "", name)
    sub(/ $/, "", name)
    if (name != "" && name != "Private" && name != "IEEE Registration Authority") print $2 "\t" substr(name, 1, 64)
  }' "$@" | sort -u | awk '
  BEGIN {
    print "#include <string_view>"
    print "namespace telltale {"
    print "extern const std::string_view kVendorTable;"
    print "const std::string_view kVendorTable ="
  }
  { gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); gsub(/\?/, "\\?"); print "    \"" $0 "\\n\"" }
  END { print "    \"\";\n}  // namespace telltale" }' >"$output"
