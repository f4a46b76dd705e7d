#pragma once
// Text for people: colours, widths, money, times. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace ashlar::cli {

/// How text is drawn. Columns are counted in code points, which holds for all text that Ashlar
/// writes.
struct Style {
  bool color = false;
  int width = 80;

  std::string bold(std::string_view text) const { return paint("1", text); }
  std::string faint(std::string_view text) const { return paint("2", text); }
  std::string red(std::string_view text) const { return paint("31", text); }
  std::string green(std::string_view text) const { return paint("32", text); }
  std::string yellow(std::string_view text) const { return paint("33", text); }

 private:
  std::string paint(std::string_view code, std::string_view text) const;
};

size_t columns(std::string_view text);
/// At most `width` columns; what is cut off is marked with an ellipsis.
std::string shorten(std::string_view text, size_t width);
/// Shortened or filled with blanks to exactly `width` columns.
std::string fit(std::string_view text, size_t width);
std::string fit_right(std::string_view text, size_t width);
/// Words broken into lines of at most `width` columns; a longer word stands alone, whole.
std::vector<std::string> wrap(std::string_view text, size_t width);

/// $1,234.50, -$3.00
std::string money(double usd);
/// With a sign also when it is positive: +$24.00
std::string money_difference(double usd);
/// 0:05, 12:40, 1:02:03
std::string stopwatch(Millis time);

/// Rows with aligned columns and a heading, within the style's width: the last column is wrapped
/// or shortened. No rows: the empty string.
std::string table(const std::vector<std::string>& heading,
                  const std::vector<std::vector<std::string>>& rows, const Style& style);

}  // namespace ashlar::cli
