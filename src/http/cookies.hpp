#pragma once
// Cookies (RFC 6265), as far as a server of its own console needs them. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace ashlar::http {

/// The value of every cookie of this name in a Cookie header, in their order. Several mean that
/// someone else (another path, a neighbour domain) has set one, too. Pairs that are malformed are
/// passed over.
std::vector<std::string> cookie_values(std::string_view header, std::string_view name);

/// A Set-Cookie header for the whole site that scripts cannot read and that other sites' pages
/// cannot have sent. A lifetime of zero removes the cookie. `name` and `value` are plain tokens.
std::string set_cookie(std::string_view name, std::string_view value, Millis lifetime, bool secure);

}  // namespace ashlar::http
