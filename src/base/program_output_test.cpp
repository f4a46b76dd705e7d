#include "base/program_output.hpp"

#include <gtest/gtest.h>

#include "base/secret.hpp"

namespace ashlar {
namespace {

TEST(ProgramOutput, BecomesPlainLines) {
  EXPECT_EQ(plain_lines("a\tb\nc\n"), "a\tb\nc\n");
  EXPECT_EQ(plain_lines("\x1b[1;32mgreen\x1b[0m and \x1b]0;title\aplain"), "green and plain");
  EXPECT_EQ(plain_lines("one\r\n 10 %\r 20 %\r"), "one\n 10 %\n 20 %\n");
  EXPECT_EQ(plain_lines("bell\a, delete\x7f, next line\xc2\x85, grüß\x1b[3"),
            "bell, delete, next line, grüß[3");
  EXPECT_EQ(plain_lines("cut off\x1b"), "cut off");
}

TEST(ProgramOutput, ASecretThatHasBegunIsHeldBackUntilItIsWhole) {
  register_secret("first line of a key\nsecond line of a key\n");
  EXPECT_EQ(showable("all is well\n"), 12u);
  EXPECT_EQ(showable("all is well\nfirst line of a key\nsecond"), 12u);
  EXPECT_EQ(showable("first line of a key\n"), 0u);
  const std::string whole = "first line of a key\nsecond line of a key\nand on\n";
  EXPECT_EQ(showable(whole), whole.size()) << "redact() masks it";
  EXPECT_EQ(redact(whole), "[secret]and on\n");
}

}  // namespace
}  // namespace ashlar
