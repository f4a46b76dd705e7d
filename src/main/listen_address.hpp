#pragma once

#include <string>
#include <string_view>

namespace ashlar {

struct ListenAddress {
  std::string address;  // without brackets
  unsigned short port = 0;
};

/// `127.0.0.1:8420` or `[::1]:8420`; port 0 is any free one. Throws Error(kInvalidInput).
ListenAddress parse_listen_address(std::string_view text);

}  // namespace ashlar
