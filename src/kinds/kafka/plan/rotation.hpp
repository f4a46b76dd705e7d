#pragma once

#include "kinds/kafka/plan/plan.hpp"

namespace ashlar::kafka {

/// `once`: {"what": "certificates"}, or {"what": "passwords", "users": [...]}. Throws
/// Error(kConflict) while a node does not work, since certificates roll through all of them.
Plan plan_rotation(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                   const Json& observed, const Json& once);

/// Another authority in three rounds, and certificates of it for all.
Plan plan_reissue(const Spec& spec, const ObservedFacts& facts, const Catalog& catalog,
                  const Json& observed, const Json& once);

}  // namespace ashlar::kafka
