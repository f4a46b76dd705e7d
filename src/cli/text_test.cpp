#include "cli/text.hpp"

#include <gmock/gmock.h>

namespace ashlar::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Text, CountsCharactersNotBytes) {
  EXPECT_EQ(columns(""), 0u);
  EXPECT_EQ(columns("abc"), 3u);
  EXPECT_EQ(columns("✓ größer…"), 9u);
}

TEST(Text, ShortensWithAnEllipsisAndNeverCutsACharacter) {
  EXPECT_EQ(shorten("abcdef", 6), "abcdef");
  EXPECT_EQ(shorten("abcdef", 4), "abc…");
  EXPECT_EQ(shorten("äöüäöü", 3), "äö…");
  EXPECT_EQ(shorten("abc", 1), "…");
  EXPECT_EQ(shorten("abc", 0), "");
}

TEST(Text, FitsToAWidth) {
  EXPECT_EQ(fit("é", 3), "é  ");
  EXPECT_EQ(fit_right("é", 3), "  é");
  EXPECT_EQ(fit("abcd", 3), "ab…");
}

TEST(Text, WrapsAtWords) {
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("  a\n b  ", 10), ElementsAre("a b"));
  EXPECT_THAT(wrap("x averylongword y", 4), ElementsAre("x", "averylongword", "y"));
  EXPECT_THAT(wrap("   ", 4), IsEmpty());
}

TEST(Text, WritesMoney) {
  EXPECT_EQ(money(0), "$0.00");
  EXPECT_EQ(money(6), "$6.00");
  EXPECT_EQ(money(1234.5), "$1,234.50");
  EXPECT_EQ(money(1234567.891), "$1,234,567.89");
  EXPECT_EQ(money(-18.005), "-$18.01");
  EXPECT_EQ(money(-0.001), "$0.00");
  EXPECT_EQ(money_difference(24), "+$24.00");
  EXPECT_EQ(money_difference(-24), "-$24.00");
  EXPECT_EQ(money_difference(0), "$0.00");
}

TEST(Text, WritesStopwatches) {
  EXPECT_EQ(stopwatch(Millis(0)), "0:00");
  EXPECT_EQ(stopwatch(Millis(-5)), "0:00");
  EXPECT_EQ(stopwatch(Millis(65'999)), "1:05");
  EXPECT_EQ(stopwatch(Millis(3'723'000)), "1:02:03");
}

TEST(Text, PaintsOnlyWhenAsked) {
  EXPECT_EQ(Style{}.red("x"), "x");
  EXPECT_EQ((Style{.color = true}).red("x"), "\x1b[31mx\x1b[0m");
}

TEST(Text, TablesStayWithinTheWidth) {
  const std::vector<std::vector<std::string>> rows{{"demo", std::string(60, 'a')},
                                                   {"a-second-one", "b"}};
  const std::string text = table({"name", "what"}, rows, Style{.width = 40});
  EXPECT_EQ(text,
            "name          what\n"
            "demo          aaaaaaaaaaaaaaaaaaaaaaaaa…\n"
            "a-second-one  b\n");
  EXPECT_EQ(table({"name"}, {}, Style{}), "");
}

}  // namespace
}  // namespace ashlar::cli
