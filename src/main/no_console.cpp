// In the place of the console in a program that is built without it (ASHLAR_CONSOLE=OFF).

#include "main/console.hpp"

namespace ashlar {

std::span<const http::File> console_files() {
  return {};
}

}  // namespace ashlar
