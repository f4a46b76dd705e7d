#include "kinds/redis/syntax.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ashlar::redis {

bool is_label(std::string_view text, size_t least, size_t most) {
  if (text.size() < least || text.size() > most) return false;
  const auto is_end = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (text.front() < 'a' || text.front() > 'z' || !is_end(text.back())) return false;
  return std::ranges::all_of(text, [&](char c) { return is_end(c) || c == '-'; });
}

bool is_word(std::string_view text, std::string_view punctuation) {
  return std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           punctuation.find(c) != std::string_view::npos;
  });
}

std::string cidr_fault(const std::string& text) {
  constexpr auto kWanted = "must be a network such as 10.0.0.0/8";
  const auto slash = text.find('/');
  if (slash == std::string::npos) return fmt::format("{}: the prefix length is missing", kWanted);
  const std::string address = text.substr(0, slash);
  unsigned char bytes[16] = {};
  const bool v4 = inet_pton(AF_INET, address.c_str(), bytes) == 1;
  if (!v4 && inet_pton(AF_INET6, address.c_str(), bytes) != 1)
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
  return {};
}

}  // namespace ashlar::redis
