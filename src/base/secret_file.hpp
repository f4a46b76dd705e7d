#pragma once
// Secrets that people name by the file that holds them, since arguments and environments can be
// read by others.

#include <filesystem>

#include "base/secret.hpp"

namespace ashlar {

/// The first line of a file, registered for redaction: a password, spaces and all. Throws
/// as read_file() does, and Error(kInvalidInput) when the line is empty, is not UTF-8 or holds a
/// control character.
Secret read_secret_file(const std::filesystem::path& path);

/// The same for what is sent in a header: only visible ASCII, and spaces around it do not count.
Secret read_token_file(const std::filesystem::path& path);

}  // namespace ashlar
