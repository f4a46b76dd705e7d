#pragma once
// Which addresses a change ends and begins, who knows them, and what clients must change. Pure.

#include "kinds/redis/plan/change_texts.hpp"

namespace ashlar::redis {

/// Fills in the plan's address changes, and notes what clients must do about them.
void describe_addresses(Plan& plan, const ChangeView& view);

}  // namespace ashlar::redis
