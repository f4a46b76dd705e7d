#include "http/proxy.hpp"

#include <optional>

namespace ashlar::http {
namespace {

constexpr size_t kLongestEntry = 64;

bool is_loopback(std::string_view address) {
  static constexpr std::string_view kMapped = "::ffff:";
  if (address.starts_with(kMapped)) address.remove_prefix(kMapped.size());
  return address.starts_with("127.") || address == "::1";
}

/// The last entry of a list: the one that the proxy next to us wrote; those before it are what it
/// was told.
std::string last_entry(std::string_view list) {
  list = list.substr(list.rfind(',') == list.npos ? 0 : list.rfind(',') + 1);
  while (list.starts_with(' ')) list.remove_prefix(1);
  while (list.ends_with(' ')) list.remove_suffix(1);
  return std::string(list);
}

std::optional<std::string> said_by_local_proxy(const Request& request, std::string_view header) {
  const auto value = request.header(header);
  if (!value || !is_loopback(request.peer)) return std::nullopt;
  std::string last = last_entry(*value);
  // No address is longer, and it will be logged and remembered.
  if (last.empty() || last.size() > kLongestEntry) return std::nullopt;
  return last;
}

}  // namespace

std::string client_address(const Request& request) {
  return said_by_local_proxy(request, "X-Forwarded-For").value_or(request.peer);
}

bool came_over_tls(const Request& request) {
  return said_by_local_proxy(request, "X-Forwarded-Proto") == "https";
}

}  // namespace ashlar::http
