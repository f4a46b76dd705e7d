#pragma once
// What a step is and what it may use. The engine knows no concrete step: kinds bring theirs, with
// the clouds and machines they need already bound (see main/).

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "model/operation.hpp"
#include "model/resource.hpp"

namespace ashlar::engine {

/// The step's work is finished and proved; dependents read `outputs`.
struct Done {
  Json outputs = Json::object();
};
/// Not finished; run it again at `until`. `progress` says that something measurable moved since the
/// last attempt: only that moves the step's deadline. `figures` is what was measured, an object of
/// the kind's own for those who draw it; null: nothing newer than the last time.
struct Wait {
  Millis pause{1'000};
  std::string because;
  bool progress = false;
  Json figures = nullptr;
};
/// Failed in a way that may pass. Run again after a growing, jittered pause,
/// `StepType::most_retries` times.
struct Retry {
  Error error;
};
/// Failed for good: the operation fails here and can be retried by a person.
struct Fail {
  Error error;
};
using StepOutcome = std::variant<Done, Wait, Retry, Fail>;

/// Of a step that threw: what may pass (nobody answers, too many requests) is tried again.
StepOutcome outcome_of(const Error& error);

/// Encrypted, per organization and resource. Names are paths such as `system-password` or
/// `tls/ca-key`. Every value read or written is registered with redact(). Thread-safe.
class Secrets {
 public:
  virtual ~Secrets() = default;
  virtual std::optional<Secret> find(const std::string& name) = 0;
  /// Stores the value unless one exists; returns the one that counts. So a repeated step finds the
  /// secret it made before.
  virtual Secret ensure(const std::string& name, const std::function<Secret()>& make) = 0;
  virtual void put(const std::string& name, const Secret& value) = 0;
  /// Nothing happens when there is none of that name.
  virtual void remove(const std::string& name) = 0;
  virtual void remove_all() = 0;
};

/// The stored machines of the step's resource. Writes are durable when they return. Thread-safe.
class MachineRecords {
 public:
  virtual ~MachineRecords() = default;
  virtual std::vector<Machine> all() = 0;
  virtual std::optional<Machine> find_node(const std::string& node) = 0;
  /// Inserts or replaces by (resource, node).
  virtual void put(const Machine& machine) = 0;
  virtual void remove_node(const std::string& node) = 0;
  /// Each of the two machines plays the other's part from now on, in one transaction. Throws
  /// Error(kNotFound) unless both are stored.
  virtual void exchange(const std::string& node, const std::string& other) = 0;
};

/// A step of any operation that the resource ever had, by its id; nothing when it had none such.
using FindStep = std::function<std::optional<StepRecord>(const std::string& id)>;

/// Everything one attempt of a step may read and write. Valid only during the call.
struct StepContext {
  const Operation& operation;
  const StepRecord& step;  // id, args (step.planned.args), attempts, state_data of the last attempt
  const Resource& resource;  // as stored when the attempt began
  const Clock& clock;
  Secrets& secrets;
  MachineRecords& machines;

  /// Outputs of any finished step of the same operation, by key; throws Error(kInternal) when it is
  /// not finished: the plan lacks a dependency.
  std::function<const Json&(const std::string& key)> output_of;
  /// Whether a step of the same operation is done. For those that this one merely comes after
  /// (PlannedStep::after_ended); an unknown key throws Error(kInternal).
  std::function<bool(const std::string& key)> is_done;
  /// Keeps data for this step's next attempt (ids of what was begun). Durable at once.
  std::function<void(Json)> remember;
  /// A line in the operation's history.
  std::function<void(std::string message)> log;
  /// Merges `patch` (RFC 7396) into the resource's status. Durable at once.
  std::function<void(const Json& patch)> patch_status;
  /// True when the operation is being cancelled or the server stops: long loops should return Wait.
  std::function<bool()> stopping;
  FindStep find_step;
  /// Adds to the step's output: what its long work says, for people to read along. `source` names
  /// the work, and `source_end` is how far what it says has been read: both are durable at once, so
  /// that the next attempt goes on there. Kept up to a bound, plain and redacted, and no event.
  std::function<void(const std::string& source, const std::string& text, long long source_end)>
      write_output;
  /// The last `source_end` of the source; nothing when none was written.
  std::function<std::optional<long long>(const std::string& source)> output_position;
};

using StepFn = std::function<StepOutcome(StepContext&)>;

struct StepType {
  std::string name;  // "KIND.install"
  StepFn run;
  StepFn undo;  // called on cancel for steps that began; empty: nothing to undo
  int most_retries = 8;
  /// Once it has begun, its operation can only go forward: cancelling is refused.
  bool irreversible = false;
};

}  // namespace ashlar::engine
