#include "main/console.hpp"

#include <algorithm>
#include <array>
#include <memory>

namespace ashlar {
namespace {

bool is_of_api(std::string_view path) {
  static constexpr std::array<std::string_view, 3> kReserved{"/api", "/health", "/metrics"};
  return std::ranges::any_of(kReserved, [&](std::string_view reserved) {
    return path.starts_with(reserved) &&
           (path.size() == reserved.size() || path[reserved.size()] == '/');
  });
}

http::Headers policy() {
  return {{"Content-Security-Policy",
           "default-src 'none'; script-src 'self'; style-src 'self'; "
           "img-src 'self' data:; font-src 'self' data:; "
           "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
          {"X-Content-Type-Options", "nosniff"},
          {"Referrer-Policy", "same-origin"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"}};
}

}  // namespace

http::Handler with_console(http::Handler api, std::span<const http::File> files) {
  const auto console =
      std::make_shared<const http::Files>(files, http::FilesOptions{.headers = policy()});
  return [api = std::move(api), console](const http::Request& request) {
    return is_of_api(request.path) ? api(request) : console->answer(request);
  };
}

}  // namespace ashlar
