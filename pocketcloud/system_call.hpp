#pragma once

#include <string_view>

namespace ashlar::pocketcloud {

/// Throws an Error "<what>: <the reason in errno>" when a system call did not do it.
void must(bool done, std::string_view what);

}  // namespace ashlar::pocketcloud
