#pragma once
// A plan is data: a directed acyclic graph of steps that can be printed, priced, stored and
// reviewed before anything is touched.

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "model/consequence.hpp"

namespace ashlar {

/// One idempotent piece of work. `key` is unique in its plan and stable over re-planning
/// (`create-machine/master-1`). `args` never hold a secret: they name it (see engine/step.hpp).
struct PlannedStep {
  std::string key;
  std::string type;   // names a StepType of the kind: "KIND.install"
  std::string title;  // for people: "Install packages on master-1"
  std::string phase;  // for people: "Installing packages on each node"
  std::string node;   // the node it works on; empty when it is about the whole resource
  Json args = Json::object();
  std::vector<std::string> after;  // keys of the steps that must be done first
  // Keys of the steps that must have ended first, well or not: done, failed, or never to be begun
  // because of a failure before them. So one bad machine does not keep the others from working.
  std::vector<std::string> after_ended;
  Millis expected{1'000};    // for progress and estimates
  Millis deadline{300'000};  // without progress for this long, the step is stuck

  /// All that it waits for, in one way or the other.
  std::vector<std::string_view> predecessors() const;
};

enum class ChangeAction { kCreate, kUpdate, kReplace, kDestroy };

/// One line of what a plan does to what exists, for people.
struct Change {
  ChangeAction action = ChangeAction::kCreate;
  std::string what;    // "machine", "firewall", "vpc", "cluster"
  std::string name;    // prod-master-1
  std::string detail;  // "s-2vcpu-4gb in nyc1"
  double monthly_usd_before = 0;
  double monthly_usd_after = 0;
};

enum class AddressFate { kMoves, kGoes, kComes };

/// An address by which something is known outside of its machine, and that a plan ends or begins.
struct AddressChange {
  AddressFate fate = AddressFate::kMoves;
  std::string node;     // sentinel-1
  std::string address;  // the one that ends, 10.10.0.4:26379; empty for one that comes
  std::string used_by;  // who knows it: "clients, to find the master"
};

struct Plan {
  std::string kind;
  std::string resource_name;
  std::string action;   // "deploy", "update", "delete"
  std::string summary;  // "Deploy prod: 12 machines"
  std::vector<Change> changes;
  std::vector<std::string> disruptions;  // what stops working meanwhile, for whom, for how long
  std::vector<Danger> dangers;           // what is destroyed or weakened; must be confirmed by name
  std::vector<RequiredAction> required_actions;  // what somebody must do, and until when
  std::vector<AddressChange> address_changes;
  std::vector<std::string> notes;  // advice: "an even number of sentinels gains nothing"
  std::vector<PlannedStep> steps;

  bool empty() const { return steps.empty(); }
  double monthly_usd_before() const;
  double monthly_usd_after() const;
  /// The longest chain of dependent steps: a lower bound of the duration. Steps in or behind a
  /// cycle do not count.
  Millis expected_duration() const;
};

/// The sentence for those who need not worry: nothing stops, nothing is lost or weakened, and
/// nobody has to act. Empty when that cannot be said, or when there is nothing to carry out.
std::string reassurance(const Plan&);

/// Every fault of the graph: duplicate keys, unknown dependencies, cycles. Empty when it is sound.
std::vector<std::string> faults(const Plan&);

Json to_json(const Plan&);
/// What of it is said to people, and kept with its operation: {changes, disruptions, dangers,
/// requiredActions, reassurance (null: none), notes}.
Json outline_of(const Plan&);
Json to_json(const PlannedStep&);
/// What to_json made, back again. Throw Error(kInvalidInput) for anything else.
Plan plan_from_json(const Json&);
PlannedStep planned_step_from_json(const Json&);

std::string_view to_string(ChangeAction);
std::string_view to_string(AddressFate);

}  // namespace ashlar
