#pragma once

#include <filesystem>
#include <string>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace ashlar {

/// At the first start makes the organization and its administrator's token, which is written to
/// `<data>/admin-token`, readable by its owner only, and said nowhere else. Whenever the process
/// dies, the next start completes it. Returns the first organization's id.
std::string prepare_first_start(store::Store& store, const std::filesystem::path& data,
                                const Clock& clock);

}  // namespace ashlar
