#include "http/cookies.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace ashlar::http {
namespace {

std::string_view unquoted(std::string_view value) {
  if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"'))
    return value.substr(1, value.size() - 2);
  return value;
}

}  // namespace

std::vector<std::string> cookie_values(std::string_view header, std::string_view name) {
  std::vector<std::string> values;
  while (!header.empty()) {
    const size_t end = std::min(header.find(';'), header.size());
    const std::string_view pair = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    const size_t equals = pair.find('=');
    if (equals == pair.npos || trimmed(pair.substr(0, equals)) != name) continue;
    values.emplace_back(unquoted(trimmed(pair.substr(equals + 1))));
  }
  return values;
}

std::string set_cookie(std::string_view name, std::string_view value, Millis lifetime,
                       bool secure) {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", name, value,
                     std::chrono::duration_cast<std::chrono::seconds>(lifetime).count(),
                     secure ? "; Secure" : "");
}

}  // namespace ashlar::http
