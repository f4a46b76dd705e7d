#pragma once
// The admin program as it is sent to machines: Java sources, and build.sh, which compiles them there.

#include <span>
#include <string_view>

namespace ashlar::kafka {

struct AdminSource {
  std::string_view name;  // "Main.java"
  std::string_view text;
};

std::span<const AdminSource> admin_sources();

/// Differs when any of them does: the folder on a machine that they are compiled in is called by it.
std::string_view admin_sources_hash();

}  // namespace ashlar::kafka
