#pragma once
// The contract of a kind of infrastructure. main/ registers the list; the API asks any kind for a
// plan without knowing one.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/step.hpp"
#include "model/catalog.hpp"
#include "model/plan.hpp"
#include "model/resource.hpp"

namespace ashlar::engine {

/// A spec as a kind accepted it: normalized (defaults filled in), with the secrets taken out.
struct AcceptedSpec {
  std::string name;
  Json spec;                              // without secrets; what is stored and shown
  std::map<std::string, Secret> secrets;  // by name, to be stored encrypted
};

/// What is asked of a resource that exists: the spec that shall hold from then on, and what is to
/// be done once (`once`: null, or an object with the action's name under "action").
struct Intent {
  AcceptedSpec accepted;
  Json once;
};

/// Something that a resource of the kind can be asked for beyond applying a spec. The API serves
/// it as PATCH /servers/{id}/<name>.
struct Action {
  std::string name;   // "upgrade"
  std::string title;  // "Upgrade"
  /// From the stored spec and the caller's arguments to the intent, or every fault at once with
  /// paths into the arguments. Pure. Throws Error(kConflict) for what the resource cannot do.
  std::function<Parsed<Intent>(const Json& stored, const Json& arguments, const Catalog&)> intend;
  /// Members of the arguments that must not be kept in any form, not even in a digest.
  std::vector<std::string> secret_arguments;
};

/// What a plan is made from.
struct PlanInput {
  const Json& spec;      // wanted, normalized
  const Json& observed;  // null: the resource does not exist yet
  const Catalog& catalog;
  Json once;                                 // see Intent
  std::vector<std::string> changed_secrets;  // names of given secrets that the stored differ from
};

/// What an observation may read.
struct ObserveContext {
  const Resource& resource;
  Secrets& secrets;
  MachineRecords& machines;
  const Clock& clock;
};

/// Reads one stored secret of a resource by its name.
using FindSecret = std::function<std::optional<Secret>(const std::string& name)>;

/// A kind fills one of these. All functions are thread-safe. Lifecycle of a resource:
///  1. parse:   input -> AcceptedSpec, or every fault at once; or an action's intend
///  2. observe: what is really there, now; touches machines; may be slow
///  3. plan:    pure; an unchanged spec against an intact resource gives an empty plan
///  4. steps:   run by the engine
///  5. observe again, for status
///  6. plan_delete: pure
struct Kind {
  std::string name;   // "redis"
  std::string title;  // "Redis Sentinel cluster"
  /// `stored`: the spec of the resource of that name, or null. What an earlier acceptance decided
  /// (who belongs to which group) is kept from there.
  std::function<Parsed<AcceptedSpec>(const Json& input, const Json& stored, const Catalog&)> parse;
  /// Observed state as JSON of the kind's own shape, also what GET shows as `status`.
  std::function<Json(ObserveContext&)> observe;
  std::function<Plan(const PlanInput&)> plan;
  std::function<Plan(const Json& spec, const Json& observed, const Catalog&)> plan_delete;
  std::vector<StepType> steps;
  std::vector<Action> actions;
  /// Whether what was observed should be mended now without anyone asking, by the action "heal":
  /// something has drifted, and the spec's policy allows it. Pure. Empty: never.
  std::function<bool(const Json& spec, const Json& observed)> wants_healing;
  /// What all that the spec declares costs a month, in US dollars. Pure. Empty: unknown.
  std::function<double(const Json& spec, const Catalog&)> monthly_usd;
  /// What of an observed state is worth a curve: {"usedMemoryBytes": {"master-1": 1048576}}. Pure.
  /// Empty, or an empty object: nothing. The API shows the last hours of it.
  std::function<Json(const Json& observed)> readings;
  /// What the provider sells now (cached by the provider). May throw Error.
  std::function<Catalog()> catalog;
  /// What a client of the resource needs to connect, secrets in clear: {"password": ...}. Only the
  /// API's credentials route calls it. Empty: the kind has no credentials.
  std::function<Json(const Resource&, const FindSecret&)> credentials;
};

/// Throws Error(kNotFound) for an action that the kind does not have.
const Action& action_named(const Kind& kind, const std::string& name);

/// Read-only after start-up, so thread-safe.
class KindRegistry {
 public:
  void add(Kind kind);
  const Kind* find(std::string_view name) const;
  /// Throws Error(kInternal) for a step type that no kind has (a downgrade of Ashlar).
  const StepType& step_type(const std::string& kind, const std::string& type) const;
  std::vector<std::string> names() const;

 private:
  std::map<std::string, Kind, std::less<>> kinds_;
};

}  // namespace ashlar::engine
