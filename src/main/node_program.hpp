#pragma once

#include <filesystem>

namespace ashlar {

/// The program that is copied to machines: `given`, or else found where installing or building puts
/// it relative to this program. Throws Error(kNotFound) that lists where it was looked for.
std::filesystem::path find_node_program(const std::filesystem::path& given);

}  // namespace ashlar
