#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ashlar {

/// The whole file. Throws Error(kNotFound) naming the path when it cannot be read.
std::string read_file(const std::filesystem::path& path);

/// Replaces the file as a whole: written beside it with `mode`, synced, then renamed, so that a
/// reader sees the old or the new content and never half. Throws Error(kInternal) naming the path
/// and the operating system's reason.
void write_file_atomically(const std::filesystem::path& path, std::string_view content,
                           unsigned mode = 0644);

}  // namespace ashlar
