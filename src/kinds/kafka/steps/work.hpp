#pragma once
// What the step functions of this kind share.

#include "kinds/cluster/steps/work.hpp"
#include "kinds/kafka/observe/observe.hpp"
#include "kinds/kafka/server/batches.hpp"
#include "kinds/kafka/spec/topology.hpp"

namespace ashlar::kafka {

using cluster::in_brief;
using engine::Done;
using engine::Fail;
using engine::Retry;
using engine::StepContext;
using engine::StepOutcome;
using engine::Wait;

inline constexpr Millis kSoon{500};
/// A broker that stops first gives away what it leads.
inline constexpr Millis kStopTimeout{200'000};

/// What every step needs, read once an attempt.
struct Work : cluster::Work {
  Spec spec;
  Topology topology;

  Work(const fleet::Tools& tools, StepContext& context);

  /// The part that the step's node plays.
  const NodePart& part() const { return topology.node(context.step.planned.node); }

  /// Asks Kafka on any machine that can, but not on `without`.
  std::vector<AdminResult> ask(std::vector<Json> operations, bool read_only,
                               const std::string& without = {}) const;
  /// The same; throws Error(kMachine) with the first thing that was refused.
  std::vector<AdminResult> ask_or_throw(std::vector<Json> operations, bool read_only) const;

  /// How the cluster is now, without what takes long to find out.
  ClusterView look(const std::string& without = {}) const;
  /// What the controllers say, while brokers may not be there yet.
  ClusterView look_at_controllers() const;

  ServerConfig config() const;
  cluster::TlsFiles tls_files(const Machine& machine) const;
};

/// One change of who votes among the controllers; each must be agreed on before the next. A null
/// operation: none is needed.
struct VoteChange {
  Json operation;
  std::string because;
};
/// The vote of a controller that runs and has none yet.
VoteChange vote_of(const ServiceView& service, const NodePart& part, const Machine& machine);

/// The operation that takes a voter's vote.
Json removal_of(const Json& voter);

/// Why the node must not be away now; empty when it may.
std::string why_not_away(Work& work, const NodePart& part);

// The functions behind the step types; steps.cpp lists them.
StepOutcome make_credentials(Work& work);  // deploying.cpp
StepOutcome fetch(Work& work);
StepOutcome install(Work& work);
StepOutcome configure(Work& work);
StepOutcome undo_configure(Work& work);
StepOutcome restore(Work& work);
StepOutcome prove(Work& work);

StepOutcome settle_quorum(Work& work);  // joining.cpp
StepOutcome await_brokers(Work& work);

StepOutcome leave(Work& work);  // leaving.cpp

StepOutcome reassign(Work& work);  // reassigning.cpp
StepOutcome undo_reassign(Work& work);

StepOutcome withdraw(Work& work);  // rolling.cpp
StepOutcome vacate(Work& work);
StepOutcome undo_withdraw(Work& work);
StepOutcome resume(Work& work);
StepOutcome stop(Work& work);
StepOutcome start(Work& work);
StepOutcome raise_features(Work& work);

StepOutcome renew_certificate(Work& work);  // rotation.cpp
StepOutcome change_passwords(Work& work);
StepOutcome begin_authority(Work& work);
StepOutcome undo_begin_authority(Work& work);
StepOutcome use_authority(Work& work);
StepOutcome drop_authority(Work& work);

StepOutcome set_users(Work& work);  // access.cpp
StepOutcome set_topics(Work& work);

}  // namespace ashlar::kafka
