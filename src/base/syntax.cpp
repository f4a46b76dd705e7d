#include "base/syntax.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ashlar {

bool is_label(std::string_view text, size_t least, size_t most) {
  if (text.size() < least || text.size() > most) return false;
  const auto is_end = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (text.front() < 'a' || text.front() > 'z' || !is_end(text.back())) return false;
  return std::ranges::all_of(text, [&](char c) { return is_end(c) || c == '-'; });
}

bool is_domain(std::string_view text, size_t most) {
  constexpr size_t kLongestLabel = 63;
  if (text.size() > most) return false;
  while (true) {
    const size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    const bool sound = !label.empty() && label.size() <= kLongestLabel && label.front() != '-' &&
                       label.back() != '-' && std::ranges::all_of(label, [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                       });
    if (!sound || dot == text.npos) return sound;
    text.remove_prefix(dot + 1);
  }
}

bool is_word(std::string_view text, std::string_view punctuation) {
  return std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           punctuation.find(c) != std::string_view::npos;
  });
}

bool looks_like_cidr(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == text.npos || slash < 2 || slash > 45) return false;
  const std::string_view prefix = text.substr(slash + 1);
  return text.substr(0, slash).find_first_not_of("0123456789abcdefABCDEF:.") == text.npos &&
         !prefix.empty() && prefix.size() <= 3 &&
         prefix.find_first_not_of("0123456789") == prefix.npos;
}

std::string cidr_fault(const std::string& text) {
  constexpr auto kWanted = "must be a network such as 10.0.0.0/8";
  const auto slash = text.find('/');
  if (slash == std::string::npos) return fmt::format("{}: the prefix length is missing", kWanted);
  const std::string address = text.substr(0, slash);
  unsigned char bytes[16] = {};
  // inet_pton reads up to a NUL; what stands behind one would reach the firewall unread.
  const bool whole = address.find('\0') == address.npos;
  const bool v4 = whole && inet_pton(AF_INET, address.c_str(), bytes) == 1;
  if (!v4 && (!whole || inet_pton(AF_INET6, address.c_str(), bytes) != 1))
    return fmt::format("{}: the address is not IPv4 or IPv6", kWanted);
  const int width = v4 ? 32 : 128;
  int prefix = -1;
  const char* first = text.data() + slash + 1;
  const char* last = text.data() + text.size();
  const auto [end, fault] = std::from_chars(first, last, prefix);
  if (fault != std::errc() || end != last || prefix < 0 || prefix > width)
    return fmt::format("{}: the prefix length must be from 0 to {}", kWanted, width);
  for (int bit = prefix; bit < width; ++bit)
    if (bytes[bit / 8] & (0x80 >> (bit % 8)))
      return fmt::format("has address bits beyond its /{} prefix", prefix);
  if (!looks_like_cidr(text)) return fmt::format("{}: it is written otherwise", kWanted);
  return {};
}

bool is_the_world(std::string_view network) {
  // No range of private addresses has a shorter prefix than these.
  constexpr int kWidest4 = 8;
  constexpr int kWidest6 = 7;
  const size_t slash = network.find('/');
  if (slash == network.npos) return false;
  int prefix = 0;
  const char* const end = network.data() + network.size();
  if (std::from_chars(network.data() + slash + 1, end, prefix).ec != std::errc()) return false;
  return prefix < (network.find(':') == network.npos ? kWidest4 : kWidest6);
}

}  // namespace ashlar
