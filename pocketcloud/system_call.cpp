#include "pocketcloud/system_call.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace ashlar::pocketcloud {

void must(bool done, std::string_view what) {
  if (!done) throw Error(ErrorCode::kInternal, fmt::format("{}: {}", what, std::strerror(errno)));
}

}  // namespace ashlar::pocketcloud
