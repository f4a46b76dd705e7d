#pragma once
// What every cluster can be asked for: another spec, other sizes, to stop and start, to be healed.
// They work on the stored spec as JSON, whose nodes are at desiredState.roles.ROLE.nodes for every
// kind. Pure.

#include <string>
#include <vector>

#include "engine/kind.hpp"

namespace ashlar::cluster {

/// A kind's own acceptance: engine::Kind::parse.
using Accept = Parsed<engine::AcceptedSpec> (*)(const Json& input, const Json& stored,
                                                const Catalog& catalog);
/// A stored spec as it is stored today: what could not be chosen yet when it was, as it was then.
using Renew = Json (*)(const Json& stored);
/// What an action of a kind's own makes of its arguments, which are an object.
using Intend = std::function<Parsed<engine::Intent>(const Json& stored, const Json& arguments,
                                                    const Catalog& catalog)>;

/// update (a merge patch; `secrets`: fields in it that must not be kept), upgrade, downgrade, stop,
/// start and heal.
std::vector<engine::Action> common_actions(Accept accept, Renew renew,
                                           const std::vector<std::string>& roles,
                                           const Json& patch_schema,
                                           const std::vector<std::string>& secrets);

engine::Action action(std::string name, std::string title, Json schema, Intend intend);

/// {"action": name}
Json once(const char* action);
/// The stored spec as it is, without anything to parse: it may hold sizes that are sold no more.
engine::Intent same_spec(const Json& stored, Json once);
/// What is wanted, accepted anew.
Parsed<engine::Intent> accepted(Accept accept, const Json& wanted, const Json& stored,
                                const Catalog& catalog, Json once);
/// Throws Error(kConflict) for a cluster that is stopped.
void refuse_when_stopped(const Json& stored);
/// The names of all declared nodes.
std::vector<std::string> node_names(const Json& stored);

/// JSON Schema of an object with these members and no others.
Json arguments_schema(Json properties = Json::object(), Json required = Json::array());
/// A merge patch (RFC 7396) of the spec; `properties`: those that must be known beforehand.
Json patch_schema(Json properties);

}  // namespace ashlar::cluster
