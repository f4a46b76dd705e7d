#pragma once

#include <string>

namespace ashlar {

/// "1.4 GB", "800 B": powers of 1,000, for people.
std::string bytes_for_people(long long bytes);

}  // namespace ashlar
