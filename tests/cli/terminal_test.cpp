#include "sensor/cli/terminal.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(Printable, KeepsTextOfAnyScript) {
  EXPECT_EQ(printable("Redmi 手机 é"), "Redmi 手机 é");
}

TEST(Printable, TakesControlCharactersAway) {
  EXPECT_EQ(printable("a\x1b[31mred\r\n\x7f"), "a?[31mred???");
}

TEST(Printable, TakesC1ControlsAway) { EXPECT_EQ(printable("x\xc2\x9b" "31m"), "x?31m"); }

TEST(Printable, ReplacesBrokenUtf8) { EXPECT_EQ(printable("a\xff" "b"), "a\xef\xbf\xbd" "b"); }

TEST(Printable, CutsAtTheWidth) {
  EXPECT_EQ(printable("abcdef", 3), "abc…");
  EXPECT_EQ(printable("手机号码", 2), "手机…");
}

TEST(Table, AlignsColumnsAndLeavesNoTrailingSpace) {
  Table table({"a", "long"});
  table.add({"wide cell", "x"});
  EXPECT_EQ(table.text(" "), " a          long\n wide cell  x\n");
}

}  // namespace
}  // namespace telltale
