#pragma once
// Runs stored plans. All state lives in the store: whatever happens to this process, another one
// continues from the last committed transition.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "engine/kind.hpp"
#include "store/store.hpp"

namespace ashlar::engine {

struct EngineOptions {
  unsigned workers = 16;  // steps block on SSH and HTTP, so more than cores
  Millis lease{60'000};   // renewed while an attempt runs
  /// The clock is looked at least this often; a clock that jumps (tests, NTP) needs it.
  Millis longest_sleep{5'000};
  /// Every resource that stands is observed about this often, and what its kind then wants done is
  /// begun; 0: never. See keeper.hpp.
  Millis observe_interval{0};
  unsigned observers = 4;  // resources observed at once
  /// Between two looks the machines alone are asked about this often, see Kind::glance; 0: never.
  Millis glance_interval{2'500};
  /// Of all resources together: with more machines than that allows, each is asked less often.
  int glances_per_second = 40;
  /// False while the provider has little left for us. Empty: always.
  std::function<bool()> may_observe;
  /// Test hook: called after every committed transition, with its running number.
  std::function<void(long long)> after_transition;
};

/// Thread-safe.
class Engine {
 public:
  Engine(store::Store& store, const KindRegistry& kinds, const Clock& clock,
         const EngineOptions& options);
  /// Waits for running attempts to return; their leases are given back.
  ~Engine();

  /// Starts the workers. Leases of an earlier process of this store are void from here on.
  void start();
  void stop();

  // Previewing: touches machines only to read.
  struct Preview {
    AcceptedSpec accepted;
    std::optional<Resource> existing;
    Plan plan;
    std::optional<double> monthly_usd;  // what the whole resource costs by the spec; none: unknown
  };
  /// Parses, observes and plans without storing anything. Throws Error(kInvalidInput) with fields,
  /// and Error(kPrecondition) when it `must_be_new` and is not.
  Preview preview(const std::string& organization_id, const std::string& kind, const Json& spec,
                  bool must_be_new = false);
  Preview preview_delete(const std::string& organization_id, const std::string& resource_id);
  /// What act() would do.
  Preview preview_action(const std::string& organization_id, const std::string& resource_id,
                         const std::string& action, const Json& arguments);

  // Accepting: one transaction stores resources, secrets, operations, steps and first events.
  struct AcceptOptions {
    std::optional<long long> expected_generation;
    std::string idempotency_key;
    std::string because;       // why Ashlar itself asks for it; empty: somebody else does
    bool must_be_new = false;  // a resource of the name is not changed but refused
    /// Names of the resources that may be destroyed or weakened as their plans say.
    std::vector<std::string> confirmed = {};
    std::vector<std::string> tasks = {};  // keys of those that Ashlar begins it for
    /// The failed operation that stays what a person may retry or cancel: this one only mends what
    /// that one has nothing to do with. Empty: none; the former operation becomes history.
    std::string beside = {};
    Actor actor = {};  // who asks
  };
  struct Accepted {
    Resource resource;
    std::optional<Operation> operation;  // none: the plan was empty, there is nothing to change
    std::string summary = {};            // the plan's: also says why it is empty
  };
  /// All specs or none; answers in the order of `specs`. Throws Error(kInvalidInput) with the
  /// fields of every faulty spec (paths prefixed `[i].` when there are several); Error(kConflict)
  /// while another operation of a resource is not final; Error(kPrecondition) when
  /// `expected_generation` is given and another one is stored, or one that `must_be_new` exists;
  /// Error(kNotConfirmed) when a plan has dangers and its resource is not among the `confirmed`.
  /// The same `idempotency_key` returns the first call's answer.
  std::vector<Accepted> apply(const std::string& organization_id, const std::string& kind,
                              const std::vector<Json>& specs, const AcceptOptions& options);
  /// Carries out one of the kind's actions. Throws as apply() does; Error(kNotFound) for an action
  /// that the kind does not know.
  Accepted act(const std::string& organization_id, const std::string& resource_id,
               const std::string& action, const Json& arguments, const AcceptOptions& options);
  /// Needs no confirmation beyond the request itself, which names what it destroys.
  Operation remove(const std::string& organization_id, const std::string& resource_id,
                   const AcceptOptions& options);

  // Steering. Each throws Error(kConflict) when the operation's state does not allow it.
  // Cancelling undoes what the operation made, also after it failed; a delete cannot be cancelled.
  // Retrying restarts failed (or stuck) steps, or goes on with a failed undo. `by`: who asks.
  Operation cancel(const std::string& organization_id, const std::string& operation_id,
                   const Actor& by = {});
  Operation retry(const std::string& organization_id, const std::string& operation_id,
                  const Actor& by = {});

  /// Observes one resource now and stores its status. Throws what the kind throws.
  Resource refresh(const std::string& organization_id, const std::string& resource_id);

  struct Counters {
    long long transitions = 0, steps_done = 0, steps_failed = 0, steps_retried = 0;
    int running_now = 0;
    long long observation_rounds = 0, observed = 0, glances = 0, tasks = 0;
  };
  Counters counters() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ashlar::engine
