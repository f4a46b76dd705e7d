#pragma once
// IPv4 ranges and the addresses in them, as numbers.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ashlar::pocketcloud {

using Address = std::uint32_t;  // host byte order

std::optional<Address> parse_address(std::string_view text);
std::string to_string(Address address);

struct Cidr {
  Address network = 0;
  int prefix = 32;

  /// `10.0.0.0/8`, or one address as /32. Host bits that are set make it invalid unless `loose`,
  /// which clears them.
  static std::optional<Cidr> parse(std::string_view text, bool loose = false);

  Address mask() const { return prefix == 0 ? 0 : ~Address{0} << (32 - prefix); }
  Address last() const { return network | ~mask(); }
  std::uint64_t size() const { return std::uint64_t{1} << (32 - prefix); }
  bool contains(Address address) const { return (address & mask()) == network; }
  bool contains(const Cidr& other) const {
    return prefix <= other.prefix && contains(other.network);
  }
  bool overlaps(const Cidr& other) const { return contains(other) || other.contains(*this); }
  std::string text() const;

  bool operator==(const Cidr&) const = default;
};

/// The next free address after `cursor`, going round: an address that was just given up is the last
/// to be used again, since stale peers may still talk to it. The first `reserved` addresses of the
/// range and its broadcast address are never given. Nothing when the range is full.
std::optional<Address> next_free(const Cidr& range, Address cursor, unsigned reserved,
                                 const std::function<bool(Address)>& taken);

/// The first free subrange of the given prefix length. Nothing when there is none.
std::optional<Cidr> free_subrange(const Cidr& pool, int prefix,
                                  const std::function<bool(const Cidr&)>& taken);

}  // namespace ashlar::pocketcloud
