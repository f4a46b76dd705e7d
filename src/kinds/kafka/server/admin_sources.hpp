#pragma once
// The text of the Java program in admin/, which the program carries. See admin/embed.cmake.

#include <span>
#include <string_view>

namespace ashlar::kafka {

struct SourceFile {
  std::string_view name;  // Main.java
  std::string_view text;
};

std::span<const SourceFile> admin_sources();

}  // namespace ashlar::kafka
