#pragma once
// From what is wanted and what is there to the steps between the two. Pure.

#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "kinds/fleet/fleet.hpp"
#include "kinds/redis/plan/planned.hpp"
#include "kinds/redis/spec/spec.hpp"
#include "model/catalog.hpp"
#include "model/plan.hpp"

namespace ashlar::redis {

/// What is asked for beyond what the spec says.
struct Request {
  Json once;                                 // null, or one of the actions of actions.hpp
  std::vector<std::string> changed_secrets;  // secret_name::kGivenPassword: rotate to it
};

/// `observed` is null, or what observe() answered (see status.hpp). An unchanged spec against an
/// intact cluster gives an empty plan; missing and failed nodes are planned again. Throws
/// Error(kConflict) for what would lose data or cannot be changed in place.
Plan plan(const Spec& spec, const Json& observed, const Catalog& catalog,
          const Request& request = {});

/// Destroys every machine, the firewall, and the VPC when Ashlar made it.
Plan plan_delete(const Spec& spec, const Json& observed, const Catalog& catalog);

/// Firewall, VPC and machines as fleet wants them.
fleet::Request fleet_request(const Spec& spec);
/// The same with these of its nodes only.
fleet::Request fleet_request(const Spec& spec, const std::set<std::string>& nodes);

/// What all machines of the spec cost a month; a size that is no longer sold counts nothing.
double monthly_usd(const Spec& spec, const Catalog& catalog);

}  // namespace ashlar::redis
