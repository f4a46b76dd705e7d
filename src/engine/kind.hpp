#pragma once
// The contract of a kind of infrastructure. main/ registers the list; the API asks any kind for a
// plan without knowing one.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/step.hpp"
#include "model/actor.hpp"
#include "model/catalog.hpp"
#include "model/plan.hpp"
#include "model/resource.hpp"
#include "model/resource_summary.hpp"

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

// What a kind says of itself, for `GET /kinds`: the command line and the console learn it there.

/// A part that nodes play.
struct Role {
  std::string name;   // "broker", as specs and statuses write it
  std::string title;  // "Broker"
};

/// The body of `POST <collection>/deploy`: one spec a resource in a list, and beside it what holds
/// for each of them that does not say otherwise.
struct DeployBody {
  std::string list = "resources";   // the member that holds the specs
  std::string item = "resource";    // what one of them is called, for people
  std::vector<std::string> shared;  // the other members; they are fields of a spec, too
};

/// What terminals and pages show of a kind's status beside what every kind has.
struct Display {
  /// A column of the table of nodes, after name, role, state, addresses and size.
  struct NodeColumn {
    std::string title;   // "lag"
    std::string member;  // of a node in the status, with dots: "replication.lagBytes"
    std::string unit;    // behind a number; empty: none
    std::string role;    // only of nodes that play it; empty: of all
  };
  std::vector<NodeColumn> node_columns;
  /// A list in the status that is worth a table of its own.
  struct Table {
    std::string name;    // a word: "topics"
    std::string title;   // "Topics"
    std::string member;  // of the status
  };
  std::vector<Table> tables = {};
  /// The member of the status's `connection` that lists the addresses at which clients begin, and
  /// the words before such a list: "Clients begin at the brokers". Empty: clients go by `urls`.
  std::string addresses;
  std::string addresses_title;
};

/// A spec to begin with.
struct Example {
  std::string name;   // "small"
  std::string title;  // "One node, for development"
  Json spec;
};

/// Something that a resource of the kind can be asked for beyond applying a spec. The API serves
/// it as PATCH /servers/{id}/<name>. Ashlar itself asks for some, too: see Task.
struct Action {
  std::string name;   // "upgrade"
  std::string title;  // "Upgrade"
  /// From the stored spec and the caller's arguments to the intent, or every fault at once with
  /// paths into the arguments. Pure. Throws Error(kConflict) for what the resource cannot do.
  std::function<Parsed<Intent>(const Json& stored, const Json& arguments, const Catalog&)> intend;
  /// Members of the arguments that must not be kept in any form, not even in a digest.
  std::vector<std::string> secret_arguments;
  /// JSON Schema of the arguments, as far as it does not depend on the resource.
  Json schema = {{"type", "object"}, {"additionalProperties", false}};
  /// It changes nothing that was declared, and only makes it hold again. One that has failed is no
  /// change that waits for a person.
  bool mends = false;
  /// It only changes fields of the spec that steps read as they go: it is stored at once, without a
  /// plan or an operation, also while one runs.
  bool live = false;
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
  FindStep find_step;
};

/// Something that a kind wants done without anyone asking: a fault that may be mended, or what is
/// due at a time. It becomes an ordinary operation of one of the kind's actions; those that have
/// the same action, arguments and actor become one.
struct Task {
  std::string node;                 // whom it is about; empty: the resource as a whole
  std::string what;                 // of the kind's own words: "machine-off"
  std::string because;              // why it is wanted; for people
  std::string action;               // one of the kind's
  Json arguments = Json::object();  // of the action
  Actor actor = healing();          // in whose name it is asked for
  /// It is not begun before it was wanted for so long: the cause may pass by itself, or the remedy
  /// is so costly that it must be beyond doubt.
  Millis lasts_at_least{0};
  /// The action takes {"nodes": [...]}, too, which limits it to what mends these nodes and nothing
  /// else: so it may be done beside a failed change that has nothing to do with them.
  bool by_node = false;
  /// What has to come first, for people: "replica-2 does not work"; empty: nothing. Until then it
  /// is only told of.
  std::string waits_for = {};

  /// The same task has the same key at every look.
  std::string key() const { return node + " " + what; }
};

/// What a glance came to.
struct Glance {
  int asked = 0;         // machines
  bool changed = false;  // something is otherwise than the stored status says
};

/// Reads one stored secret of a resource by its name.
using FindSecret = std::function<std::optional<Secret>(const std::string& name)>;

/// A kind fills one of these. All functions are thread-safe. Lifecycle of a resource:
///  1. parse:   input -> AcceptedSpec, or every fault at once; or an action's intend; then check
///  2. observe: what is really there, now; touches machines; may be slow
///  3. plan:    pure; an unchanged spec against an intact resource gives an empty plan
///  4. steps:   run by the engine
///  5. observe again, for status
///  6. plan_delete: pure
struct Kind {
  std::string name;        // a word: letters, digits and dashes
  std::string title;       // for people, in the singular
  std::string collection;  // where its resources are, below /api; empty: /infrastructure/<name>
  DeployBody deploy_body;
  std::vector<Role> roles;
  /// Fields of a spec that hold secrets: "adminPassword", "users[].password".
  std::vector<std::string> secret_fields;
  Display display;
  std::vector<Example> examples;
  /// `stored`: the spec of the resource of that name, or null. What an earlier acceptance decided
  /// (who belongs to which group) is kept from there.
  std::function<Parsed<AcceptedSpec>(const Json& input, const Json& stored, const Catalog&)> parse;
  /// What only the provider knows: every field that names something which it does not have, or not
  /// where it is needed. Asks it no more than it must; may throw what it throws. Empty: nothing.
  std::function<std::vector<FieldError>(const Json& spec, const Json& stored)> check;
  /// Observed state as JSON of the kind's own shape, also what GET shows as `status`.
  std::function<Json(ObserveContext&)> observe;
  std::function<Plan(const PlanInput&)> plan;
  std::function<Plan(const Json& spec, const Json& observed, const Catalog&)> plan_delete;
  std::vector<StepType> steps;
  std::vector<Action> actions;
  /// What should be done now without anyone asking, as far as the spec's policy allows; what should
  /// come first stands first. `status`: as it was last observed, null before that. Pure. Empty:
  /// nothing.
  std::function<std::vector<Task>(const Json& spec, const Json& status, Time now)> wants;
  /// Asks the machines, and nobody else, whether what the stored status says still holds: one short
  /// round trip each, within two seconds. The provider is not asked, so that it may be done every
  /// few seconds; what it finds is looked at by observe(). Empty: never done.
  std::function<Glance(ObserveContext&)> glance;
  /// The nodes that a planned step is about, in one way or another: what a failed change has yet to
  /// do with them is not for Ashlar to do. Pure. Empty: no task is begun beside a failed change.
  std::function<std::set<std::string>(const Json& spec, const PlannedStep&)> nodes_touched;
  /// What a resource costs a month, in US dollars: by what was observed of it, or by its spec when
  /// `observed` does not tell (null: nothing was observed). Pure. Empty: unknown.
  std::function<double(const Json& spec, const Json& observed, const Catalog&)> monthly_usd;
  /// What tables show of a resource and filter by; `status` is null until it was observed. Pure.
  /// Empty: nothing of the kind's own.
  std::function<KindSummary(const Json& spec, const Json& status)> summary;
  /// What of an observed state is worth a curve: {"usedMemoryBytes": {"master-1": 1048576}}. Pure.
  /// Empty, or an empty object: nothing. The API shows the last hours of it.
  std::function<Json(const Json& observed)> readings;
  /// What the provider sells now (cached by the provider). May throw Error.
  std::function<Catalog()> catalog;
  /// What a client of the resource needs to connect, secrets in clear: {"password": ...}, and under
  /// "connection" where to go with them: null until that was proved, else {tls, endpoints: [{name,
  /// role, host, port}]} with members of the kind's own. Only the API's credentials route calls it.
  /// Empty: the kind has no credentials.
  std::function<Json(const Resource&, const FindSecret&)> credentials;
};

/// Throws Error(kNotFound) for an action that the kind does not have.
const Action& action_named(const Kind& kind, const std::string& name);

/// Read-only after start-up, so thread-safe.
class KindRegistry {
 public:
  /// Throws Error(kInternal) when another kind has its name or its collection.
  void add(Kind kind);
  const Kind* find(std::string_view name) const;
  /// Throws Error(kInternal) for a step type that no kind has (a downgrade of Ashlar).
  const StepType& step_type(const std::string& kind, const std::string& type) const;
  std::vector<std::string> names() const;
  /// With what the resource's kind says of it; a kind that is not there says nothing.
  ResourceSummary summary_of(const Resource& resource) const;

 private:
  std::map<std::string, Kind, std::less<>> kinds_;
};

}  // namespace ashlar::engine
