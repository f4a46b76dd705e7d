#pragma once
// Counting: every machine at the provider that carries a resource's marks, held against the
// records. What no record names is drift, and costs money.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cloud/cloud.hpp"
#include "engine/kind.hpp"
#include "kinds/fleet/fleet.hpp"

namespace ashlar::fleet {

/// Why a machine is there that no record names.
enum class Origin {
  kRecorded,     // a record names it
  kLostRace,     // its making was repeated since no answer came; the other one was taken
  kUnfinished,   // made by a step that failed and may be retried
  kForeign,      // somebody else made it with the resource's tag
  kUnexplained,  // made by Ashlar, but this control plane's history does not say how
  kNamesake,     // somebody else's, with the name of one of the nodes' machines
};
std::string_view to_string(Origin);

/// One machine at the provider.
struct Counted {
  cloud::CloudMachine machine;
  std::string node;  // whose record names it; empty: nobody's
  Origin origin = Origin::kRecorded;
};

struct CensusInput {
  const Resource& resource;
  const std::vector<Machine>& records;
  /// The declared nodes' machines.
  const std::vector<std::string>& machine_names;
  const std::vector<cloud::CloudMachine>& tagged;  // with the resource's tag
  const std::vector<cloud::CloudMachine>& all;     // of the account
  const engine::FindStep& find_step;
};

/// What is being made at this moment does not count. Pure.
std::vector<Counted> count_machines(const CensusInput& input);

/// Looks and counts, then adds to the status `machines`: {monthlyUsd (of those that are the
/// resource's), items: [{providerId, name, node (null: no record), size, region, state, origin,
/// monthlyUsd, createdAt}]}, and to its `drift` those that no record names. `spec_nodes`: the
/// declared nodes.
void add_census(Json& status, const Tools& tools, engine::ObserveContext& context,
                const std::vector<Node>& spec_nodes);

/// What the machines that were found cost a month; nothing when the status has no census.
std::optional<double> monthly_usd_found(const Json& status);

/// How far a plan may clear away what no record names.
enum class Clearing { kNothing, kLostRaces, kForeign };

/// Adds the steps that destroy such machines after everything else, with their changes. Pure.
void plan_clearing(Plan& plan, const Json& observed, Clearing clearing);

/// The step and the change for one of the census's items; returns the step's key. Pure.
std::string plan_destroy_unrecorded(Plan& plan, const Json& item,
                                    const std::vector<std::string>& after);

}  // namespace ashlar::fleet
