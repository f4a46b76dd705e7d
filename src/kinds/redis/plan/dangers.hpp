#pragma once
// What a change destroys or weakens: what whoever asks for it has to confirm by name. Pure.

#include <vector>

#include "kinds/redis/plan/difference.hpp"
#include "model/consequence.hpp"

namespace ashlar::redis {

/// Judged against the spec that was last proved. A machine whose successor has its data by then is
/// replaced, not lost.
std::vector<Danger> dangers_of(const Spec& spec, const ObservedFacts& facts,
                               const Difference& difference);

}  // namespace ashlar::redis
