#include "main/listen_address.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/error.hpp"

namespace ashlar {

ListenAddress parse_listen_address(std::string_view text) {
  const size_t colon = text.rfind(':');
  std::string_view address = text.substr(0, colon);
  const std::string_view digits = colon == text.npos ? "" : text.substr(colon + 1);
  ListenAddress listen;
  const auto [at, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), listen.port);
  const bool bracketed = address.starts_with('[') && address.ends_with(']');
  if (bracketed) address = address.substr(1, address.size() - 2);
  const bool plain_ipv6 = !bracketed && address.find(':') != address.npos;
  if (digits.empty() || error != std::errc{} || at != digits.data() + digits.size() ||
      address.empty() || plain_ipv6)
    throw Error(ErrorCode::kInvalidInput, fmt::format("'{}' is not an address to listen on", text),
                "give ADDRESS:PORT, such as 127.0.0.1:8420 or [::1]:8420");
  listen.address = address;
  return listen;
}

}  // namespace ashlar
