#include "pocketcloud/cidr.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ashlar::pocketcloud {
namespace {

std::optional<unsigned> parse_number(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || value > most || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  Address address = 0;
  for (int part = 0; part < 4; ++part) {
    const size_t dot = text.find('.');
    if ((dot == std::string_view::npos) != (part == 3)) return std::nullopt;
    const auto byte = parse_number(text.substr(0, dot), 255);
    if (!byte) return std::nullopt;
    address = address << 8 | *byte;
    if (part < 3) text.remove_prefix(dot + 1);
  }
  return address;
}

std::string to_string(Address address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 255, address >> 8 & 255,
                     address & 255);
}

std::optional<Cidr> Cidr::parse(std::string_view text, bool loose) {
  const size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Cidr{*address, 32};
  const auto prefix = parse_number(text.substr(slash + 1), 32);
  if (!prefix) return std::nullopt;
  Cidr cidr{*address, static_cast<int>(*prefix)};
  if (!loose && (*address & cidr.mask()) != *address) return std::nullopt;
  cidr.network &= cidr.mask();
  return cidr;
}

std::string Cidr::text() const {
  return fmt::format("{}/{}", to_string(network), prefix);
}

std::optional<Address> next_free(const Cidr& range, Address cursor, unsigned reserved,
                                 const std::function<bool(Address)>& taken) {
  if (range.size() < reserved + 2ull) return std::nullopt;
  const Address first = range.network + reserved;
  const Address last = range.last() - 1;
  Address candidate = cursor >= first && cursor < last ? cursor + 1 : first;
  for (Address tried = 0; tried <= last - first; ++tried) {
    if (!taken(candidate)) return candidate;
    candidate = candidate == last ? first : candidate + 1;
  }
  return std::nullopt;
}

std::optional<Cidr> free_subrange(const Cidr& pool, int prefix,
                                  const std::function<bool(const Cidr&)>& taken) {
  if (prefix < pool.prefix) return std::nullopt;
  const std::uint64_t step = std::uint64_t{1} << (32 - prefix);
  for (std::uint64_t offset = 0; offset < pool.size(); offset += step) {
    const Cidr candidate{static_cast<Address>(pool.network + offset), prefix};
    if (!taken(candidate)) return candidate;
  }
  return std::nullopt;
}

}  // namespace ashlar::pocketcloud
