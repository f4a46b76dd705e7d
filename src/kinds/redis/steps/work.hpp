#pragma once
// What the step functions of this kind share.

#include <optional>
#include <string>
#include <vector>

#include "kinds/cluster/steps/work.hpp"
#include "kinds/fleet/fleet.hpp"
#include "kinds/redis/observe/observe.hpp"
#include "kinds/redis/server/batches.hpp"
#include "kinds/redis/spec/topology.hpp"

namespace ashlar::redis {

using cluster::in_brief;
using cluster::is_silence;
using engine::Done;
using engine::Fail;
using engine::Retry;
using engine::StepContext;
using engine::StepOutcome;
using engine::Wait;

inline constexpr Millis kStartTimeout{120'000};
inline constexpr Millis kAskTimeout{15'000};
inline constexpr Millis kSoon{150};  // effects inside the cluster are a matter of milliseconds

/// What every step needs, read once an attempt.
struct Work : cluster::Work {
  Spec spec;
  Topology topology;

  Work(const fleet::Tools& tools, StepContext& context);

  /// The part that the step's node plays. A machine that has not taken over yet (`replica-1~2`)
  /// plays its node's; one that is no part of the spec any more, what its arguments say.
  NodePart part() const;

  /// Sends commands to the node's Redis or Sentinel as the operator; its replies, in order. Throws
  /// Error(kMachine) when one is refused.
  std::vector<Json> ask(const NodePart& part, const Machine& machine,
                        const std::vector<Command>& commands, bool read_only,
                        Millis timeout = Millis{5'000}) const;
  Info info(const NodePart& part, const Machine& machine) const;
  /// Returns when all that the node holds is on its disk.
  void save(const NodePart& part, const Machine& machine) const;
  Speaker speaker(const NodePart& part, const Machine& machine) const;
};

using Body = StepOutcome (*)(Work&);

/// After so many attempts in vain, a machine is no longer asked.
inline constexpr int kAskedInVain = 3;
/// The sentinel that names `address` as the master of any group; empty: none that answers.
std::string named_as_master(const Work& work, const std::string& address);
/// The machine that most of the sentinels that answer name as the group's master, if it is one of
/// the cluster's.
std::optional<Machine> master_by_sentinels(const Work& work, const std::string& group);
/// Whether the node's service is active on its machine.
bool is_running(const Work& work, const NodePart& part, const Machine& machine);

/// Why a sentinel must not be away now; empty when the others keep the quorum.
std::string needed_sentinel(const Work& work, const NodePart& sentinel);

/// Of a service that was started and does not let Ashlar in: restarts it with its users, behind the
/// gates that keep what was confirmed and the sentinels' quorum. Nothing: it lets Ashlar in.
std::optional<StepOutcome> readmit(Work& work, const Machine& machine);

/// Makes the node `to` lead the group, without losing a write. Its progress is kept in the step's
/// data under `key`.
StepOutcome hand_over(Work& work, const std::string& group, const std::string& to,
                      const std::string& key);

/// The machines that follow `leader` and have all its data.
std::vector<Machine> followers_of(const Work& work, const std::string& group,
                                  const Machine& leader);

/// Throws Error(kConflict) when an operation failed since no package source offers the version: no
/// repetition will mend that.
void throw_unless_offered(const machine::BatchResult& result, const std::string& machine);

// The functions behind the step types; steps.cpp lists them.
StepOutcome undo_join(Work& work);  // joining.cpp
StepOutcome wait_until_synced(Work& work);
StepOutcome wait_until_agreed(Work& work);
StepOutcome adopt(Work& work);
StepOutcome undo_adopt(Work& work);

StepOutcome leave(Work& work);  // leaving.cpp
StepOutcome undo_leave(Work& work);

StepOutcome forget(Work& work);    // forgetting.cpp
StepOutcome withdraw(Work& work);  // withdrawing.cpp
StepOutcome undo_withdraw(Work& work);
StepOutcome resume(Work& work);
StepOutcome undo_resume(Work& work);

StepOutcome switch_over(Work& work);  // switchover.cpp
StepOutcome undo_switch_over(Work& work);

StepOutcome apply_settings(Work& work);  // settings.cpp
StepOutcome undo_settings(Work& work);
StepOutcome watch_groups(Work& work);
StepOutcome follow_group(Work& work);

StepOutcome restore(Work& work);  // restoring.cpp

StepOutcome save_and_stop(Work& work);  // halting.cpp
StepOutcome undo_save_and_stop(Work& work);
StepOutcome arbitrate(Work& work);
StepOutcome undo_arbitrate(Work& work);

StepOutcome wait_until_settled(Work& work);  // transport.cpp
StepOutcome change_transport(Work& work);

StepOutcome fetch_package(Work& work);  // versions.cpp
StepOutcome change_package(Work& work);
StepOutcome undo_change_package(Work& work);

StepOutcome make_passwords(Work& work);  // rotation.cpp
StepOutcome undo_make_passwords(Work& work);
StepOutcome add_passwords(Work& work);
StepOutcome undo_add_passwords(Work& work);
StepOutcome use_passwords(Work& work);
StepOutcome drop_passwords(Work& work);
StepOutcome renew_certificate(Work& work);

}  // namespace ashlar::redis
