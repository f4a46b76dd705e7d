#pragma once
// Files and streams as people name them: every failure says which one, and why.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace ashlar {

/// What is read where nothing smaller is asked for: no program, specification or key is larger.
inline constexpr size_t kMostFileBytes = 256u << 20;
/// Of a file that holds one secret, or some settings.
inline constexpr size_t kMostSmallFileBytes = 64u << 10;

/// The whole file; also a pipe or a device, read to its end. Throws Error that names the path and
/// the reason, with the code of file_error(); kInvalidInput for a directory and for more bytes than
/// `most_bytes`.
std::string read_file(const std::filesystem::path& path, size_t most_bytes = kMostFileBytes);

/// The same of standard input.
std::string read_standard_input(size_t most_bytes = kMostFileBytes);

/// Whether there is anything at the path. False also where a part of it is no directory or may not
/// be searched: nothing that this process could use is there.
bool path_exists(const std::filesystem::path& path);

/// Replaces the file as a whole: written beside it with `mode`, synced, then renamed, so that a
/// reader sees the old or the new content and never half. Throws Error that names the path and the
/// operating system's reason, with the code of file_error().
void write_file_atomically(const std::filesystem::path& path, std::string_view content,
                           unsigned mode = 0644);

/// "cannot `what` `path`: <the operating system's words for `reason`>". What is not there is
/// kNotFound; what a caller can mend by naming another path, or by a permission, is kInvalidInput;
/// a full disk and the like, kUnavailable.
Error file_error(std::string_view what, const std::filesystem::path& path, int reason);

/// What a program that ends says of what it caught: an Error as it is; what a library throws of a
/// file is the user's to mend, too; anything else is kInternal, a fault of the program.
Error error_from(const std::exception& caught);

}  // namespace ashlar
