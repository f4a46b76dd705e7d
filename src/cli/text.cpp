#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ashlar::cli {
namespace {

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

std::string_view first_columns(std::string_view text, size_t width) {
  size_t seen = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (begins_character(text[i]) && seen++ == width) return text.substr(0, i);
  }
  return text;
}

}  // namespace

std::string Style::paint(std::string_view code, std::string_view text) const {
  return color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

size_t columns(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, begins_character));
}

std::string shorten(std::string_view text, size_t width) {
  if (columns(text) <= width) return std::string(text);
  if (width == 0) return {};
  return std::string(first_columns(text, width - 1)) + "…";
}

std::string fit(std::string_view text, size_t width) {
  std::string cut = shorten(text, width);
  return cut + std::string(width - columns(cut), ' ');
}

std::string fit_right(std::string_view text, size_t width) {
  const std::string cut = shorten(text, width);
  return std::string(width - columns(cut), ' ') + cut;
}

std::vector<std::string> wrap(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  std::string line;
  size_t at = 0;
  while (at < text.size()) {
    const size_t begin = text.find_first_not_of(" \n", at);
    if (begin == text.npos) break;
    const size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (!line.empty() && columns(line) + 1 + columns(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
    at = end;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string money(double usd) {
  const long long cents = std::llround(std::abs(usd) * 100);
  std::string whole = std::to_string(cents / 100);
  for (auto at = static_cast<int>(whole.size()) - 3; at > 0; at -= 3) whole.insert(at, ",");
  return fmt::format("{}${}.{:02}", usd < 0 && cents != 0 ? "-" : "", whole, cents % 100);
}

std::string money_difference(double usd) {
  return (std::llround(usd * 100) > 0 ? "+" : "") + money(usd);
}

std::string stopwatch(Millis time) {
  const long long seconds = std::max<long long>(0, time.count() / 1000);
  if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string table(const std::vector<std::string>& heading,
                  const std::vector<std::vector<std::string>>& rows, const Style& style) {
  if (rows.empty()) return {};
  std::vector<size_t> widths(heading.size());
  for (size_t i = 0; i < heading.size(); ++i) {
    widths[i] = columns(heading[i]);
    for (const auto& row : rows) widths[i] = std::max(widths[i], columns(row[i]));
  }
  // The widest columns give way until a line fits; the first one names its row and stays whole.
  const size_t gaps = 2 * (heading.size() - 1);
  while (std::accumulate(widths.begin(), widths.end(), gaps) > static_cast<size_t>(style.width)) {
    const auto widest = std::max_element(widths.begin() + 1, widths.end());
    if (widest == widths.end() || *widest <= 4) break;
    --*widest;
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (size_t i = 0; i < cells.size(); ++i) {
      text += i + 1 < cells.size() ? fit(cells[i], widths[i]) + "  " : shorten(cells[i], widths[i]);
    }
    return text.substr(0, text.find_last_not_of(' ') + 1);
  };
  std::string text = style.bold(line(heading)) + "\n";
  for (const auto& row : rows) text += line(row) + "\n";
  return text;
}

}  // namespace ashlar::cli
