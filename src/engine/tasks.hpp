#pragma once
// When something that a kind wants done is begun without anyone asking. Pure, but for reading what
// is stored: from what is wanted, and from what earlier tasks came to, to what is begun now and
// when to look again.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "engine/held_back.hpp"
#include "engine/kind.hpp"
#include "model/operation.hpp"
#include "store/store.hpp"

namespace ashlar::engine {

inline constexpr Millis kShortestTaskPause{60'000};
inline constexpr Millis kLongestTaskPause{30 * 60'000};
/// Between the look at which something is wanted first and the one that confirms it.
inline constexpr Millis kConfirmPause{1'500};

/// How long after the end of the latest of `in_vain` operations that did not do what was wanted the
/// next may begin: nothing for none, then 1 min, doubling to 30 min.
Millis task_pause(int in_vain);

/// One earlier operation of the resource that Ashlar began by itself, as it is stored.
struct PastTasks {
  Time ended;
  std::set<std::string> keys;     // of the tasks that it was begun for
  std::set<std::string> in_vain;  // of these, those that it did not do
};
/// `steps`: those of the operation.
PastTasks past_tasks(const Operation& operation, const std::vector<StepRecord>& steps);

/// Newest first. From the store, so that a restart does not begin again without a pause. What came
/// before somebody's change has nothing to do with what is there now.
std::vector<PastTasks> task_history(store::Store& store, const KindRegistry& kinds,
                                    const Resource& resource);

/// When the task may be begun next; nothing: at once. Only earlier operations for the same task
/// count, and of these only those that came to nothing, or that had to be repeated all the time:
/// more than three times within ten minutes. `history`: newest first.
std::optional<Time> may_begin_from(const Task& task, const std::vector<PastTasks>& history);

/// It stands, and nothing is being done with it: Ashlar looks after it.
bool is_kept(const Resource& resource);

/// What the kind wants done with the resource as it was last observed; nothing of an action that
/// it does not have.
std::vector<Task> wanted(const KindRegistry& kinds, const Resource& resource, Time now);

struct TasksInput {
  std::vector<Task> wanted;
  std::map<std::string, Time> first_seen;  // by key; at this look, or at one before
  std::vector<PastTasks> history;          // newest first
  std::optional<HeldBack> held_back;
  std::map<std::string, Time> refused_until;  // by action
  Time now;
};
struct TasksDecision {
  /// Now, as one operation: they have the same action, arguments and actor. Empty: nothing yet.
  std::vector<Task> begin;
  std::optional<Time> look_again;  // when another one may be due; nothing: as usual
};
TasksDecision decide(const TasksInput& input);

/// One operation does both.
bool are_done_together(const Task& one, const Task& other);

/// What is wanted and would become one operation, for people.
struct Outlook {
  std::string action;
  Actor actor;
  std::vector<std::string> nodes;  // without the resource as a whole
  std::string because;
  std::string waits_because;       // empty: for nothing but its time
  std::optional<Time> not_before;  // after attempts that came to nothing
};
/// Of what Ashlar is going to do by itself with the resource as it was last observed.
std::vector<Outlook> outlook(const std::vector<Task>& wanted, const std::vector<PastTasks>& history,
                             const std::optional<HeldBack>& held_back, Time now);

/// Why the first few of them are wanted, for people.
std::string reasons(const std::vector<Task>& tasks);

}  // namespace ashlar::engine
