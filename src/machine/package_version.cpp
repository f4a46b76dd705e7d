#include "machine/package_version.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/syntax.hpp"

namespace ashlar::machine {
namespace {

constexpr size_t kLongest = 100;
constexpr size_t kLongestEpoch = 9;  // digits: it is a number of 32 bits

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct Parts {
  std::string_view epoch;  // empty: none, which counts as 0
  std::string_view upstream;
  std::string_view revision;  // empty: none, which counts as 0
};

Parts parts_of(std::string_view version) {
  Parts parts;
  if (const auto colon = version.find(':'); colon != version.npos) {
    parts.epoch = version.substr(0, colon);
    version.remove_prefix(colon + 1);
  }
  const auto hyphen = version.rfind('-');
  parts.upstream = version.substr(0, hyphen);
  if (hyphen != version.npos) parts.revision = version.substr(hyphen + 1);
  return parts;
}

/// '~' sorts before the end, the end before letters, and letters before everything else.
int weight(std::string_view text, size_t at) {
  if (at >= text.size() || is_digit(text[at])) return 0;
  if (text[at] == '~') return -1;
  return is_letter(text[at]) ? text[at] : text[at] + 256;
}

std::string_view take_number(std::string_view text, size_t& at) {
  while (at < text.size() && text[at] == '0') ++at;
  const size_t begin = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return text.substr(begin, at - begin);
}

/// Text and numbers by turns.
std::strong_ordering compare_parts(std::string_view one, std::string_view other) {
  size_t i = 0;
  size_t j = 0;
  while (i < one.size() || j < other.size()) {
    while ((i < one.size() && !is_digit(one[i])) || (j < other.size() && !is_digit(other[j]))) {
      if (const auto order = weight(one, i) <=> weight(other, j); order != 0) return order;
      ++i;
      ++j;
    }
    const std::string_view number = take_number(one, i);
    const std::string_view other_number = take_number(other, j);
    if (const auto order = number.size() <=> other_number.size(); order != 0) return order;
    if (const auto order = number <=> other_number; order != 0) return order;
  }
  return std::strong_ordering::equal;
}

}  // namespace

std::string package_version_fault(std::string_view text) {
  constexpr auto kWanted = "must be the version of a Debian package, such as 5:7.0.15-1~deb12u7";
  if (text.empty() || text.size() > kLongest)
    return fmt::format("{}: 1 to {} characters", kWanted, kLongest);
  const Parts parts = parts_of(text);
  const bool has_epoch = text.find(':') != text.npos;
  if (has_epoch && (parts.epoch.empty() || parts.epoch.size() > kLongestEpoch ||
                    !std::ranges::all_of(parts.epoch, is_digit)))
    return fmt::format("{}: what stands before ':' must be a number", kWanted);
  if (parts.upstream.empty() || !is_digit(parts.upstream.front()))
    return fmt::format("{}: it must begin with a digit{}", kWanted,
                       has_epoch ? " after the ':'" : "");
  if (!is_word(parts.upstream, ".+~-") || !is_word(parts.revision, ".+~"))
    return fmt::format("{}: it may hold letters, digits and . + ~ - only", kWanted);
  if (text.back() == '-') return fmt::format("{}: nothing stands after the last '-'", kWanted);
  return {};
}

std::strong_ordering compare_package_versions(std::string_view one, std::string_view other) {
  const Parts left = parts_of(one);
  const Parts right = parts_of(other);
  if (const auto order = compare_parts(left.epoch, right.epoch); order != 0) return order;
  if (const auto order = compare_parts(left.upstream, right.upstream); order != 0) return order;
  return compare_parts(left.revision, right.revision);
}

std::string_view upstream_version(std::string_view version) {
  return parts_of(version).upstream;
}

}  // namespace ashlar::machine
