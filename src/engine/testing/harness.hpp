#pragma once
// For tests of the engine and of kinds: a real store in a directory of its own, and a kind whose
// plan stands in the spec and whose steps do what the test says.

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/id.hpp"
#include "base/log.hpp"
#include "engine/engine.hpp"
#include "engine/kind.hpp"
#include "engine/testing/faulty_store.hpp"
#include "store/store.hpp"

namespace ashlar::engine::testing {

/// In memory where that is possible: a killed process loses nothing that it wrote, so only a test
/// of power cuts would need a disk.
inline std::filesystem::path fast_place() {
  const std::filesystem::path memory = "/dev/shm";
  return access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
}

/// Removed, with what is in it, when it goes out of scope.
class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(const std::filesystem::path& where = fast_place())
      : path_(where / ("ashlar-engine-" + random_hex(8))) {
    std::filesystem::create_directories(path_);
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// What the steps of a scripted plan do, by key. A step without a script fails, and its operation
/// with it: fakes fail closed. Scripts may be changed while the engine runs.
class Script {
 public:
  void run(const std::string& key, StepFn step) { set(runs_, key, std::move(step)); }
  void undo(const std::string& key, StepFn step) { set(undos_, key, std::move(step)); }
  /// Merged into what the kind observes from now on.
  void observe(const Json& patch) {
    const std::lock_guard lock(mutex_);
    observed_.merge_patch(patch);
  }
  Json observed() const {
    const std::lock_guard lock(mutex_);
    return observed_;
  }
  /// How many machines a glance asks; it sees a changed "health" in what is observed.
  void let_glance_ask(int machines) { asked_ = machines; }
  /// Each glance sees a change, and no look finds any.
  void always_alarm(bool alarm) { alarm_ = alarm; }
  Glance glance(const Resource& resource) const {
    const Json now = observed().value("health", Json());
    const bool differs = !now.is_null() && now != resource.status.value("health", Json());
    return {asked_, alarm_ || differs};
  }
  /// The calls so far, in the order in which they began: "run a", "undo a".
  std::vector<std::string> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

  StepOutcome call_run(StepContext& context) { return call("run", runs_, context); }
  StepOutcome call_undo(StepContext& context) { return call("undo", undos_, context); }

 private:
  using Steps = std::map<std::string, StepFn>;

  void set(Steps& steps, const std::string& key, StepFn step) {
    const std::lock_guard lock(mutex_);
    steps[key] = std::move(step);
  }

  StepOutcome call(const std::string& what, Steps& steps, StepContext& context) {
    const std::string& key = context.step.planned.key;
    StepFn step;
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(what + " " + key);
      if (const auto found = steps.find(key); found != steps.end()) step = found->second;
    }
    if (step) return step(context);
    log::error("unexpected call: {} {}", what, key);
    return Fail{Error(ErrorCode::kInternal, "unexpected call: " + what + " " + key)};
  }

  mutable std::mutex mutex_;
  Steps runs_;
  Steps undos_;
  Json observed_ = Json::object();
  std::vector<std::string> calls_;
  std::atomic<int> asked_{0};
  std::atomic<bool> alarm_{false};
};

inline StepFn done(const Json& outputs = Json::object()) {
  return [outputs](StepContext&) -> StepOutcome { return Done{outputs}; };
}

/// Kind "scripted". Spec: {"name", "steps": [{"key", "after": [], "type", "deadline"}], "action",
/// "secrets": {}, "size", "danger": text, "missing": field, "fixed": what no change may touch,
/// "price": USD a month}. An existing resource whose stored status says "intact" has nothing to
/// change. Types: "scripted" (with undo), "lasting" (without), "stubborn" (no retries), "final"
/// (irreversible). Actions merge their arguments into the spec; "rotate" keeps its argument
/// `password` as a secret; "refuse" is always a conflict; "heal" and "renew" leave the spec
/// alone, and run the steps of the `nodes` that are named, or all; "adjust" is live. What is in the
/// status's `drift` is healed; at `renewAt` the schedule "renewal" wants the action `renewBy`
/// ("renew", or as the status says) for `renewNode`, unless it has to wait: `renewWaits`.
inline Kind scripted_kind(const std::shared_ptr<Script>& script) {
  Kind kind;
  kind.name = "scripted";
  kind.title = "Scripted";
  kind.parse = [](const Json& input, const Json& stored, const Catalog&) -> Parsed<AcceptedSpec> {
    std::vector<FieldError> wrong;
    if (!input.contains("name")) wrong.push_back({"name", "is required"});
    if (!input.contains("steps")) wrong.push_back({"steps", "is required"});
    if (stored.is_object() && input.value("fixed", 0) != stored.value("fixed", 0))
      wrong.push_back({"fixed", "cannot be changed"});
    if (!wrong.empty()) return std::unexpected(wrong);
    AcceptedSpec accepted{input["name"], input, {}};
    if (const auto secrets = input.find("secrets"); secrets != input.end())
      for (const auto& [name, value] : secrets->items())
        accepted.secrets.emplace(name, Secret(value.get<std::string>()));
    accepted.spec.erase("secrets");
    return accepted;
  };
  kind.check = [](const Json& spec, const Json&) -> std::vector<FieldError> {
    if (!spec.contains("missing")) return {};
    return {{spec["missing"].get<std::string>(), "is nowhere to be found"}};
  };
  kind.monthly_usd = [](const Json& spec, const Json&, const Catalog&) {
    return spec.value("price", 0.0);
  };
  kind.observe = [script](ObserveContext& context) -> Json {
    Json status = context.resource.status;
    status["observed"] = true;
    status.merge_patch(script->observed());
    return status;
  };
  const auto plan_of = [](const Json& spec, std::string action) {
    Plan plan;
    plan.kind = "scripted";
    plan.resource_name = spec["name"];
    plan.action = std::move(action);
    plan.summary = plan.action + " " + plan.resource_name;
    if (spec.contains("danger")) plan.dangers.push_back({DangerKind::kData, spec["danger"]});
    for (const Json& step : spec["steps"]) {
      PlannedStep& planned = plan.steps.emplace_back();
      planned.key = step["key"];
      planned.type = step.value("type", "scripted");
      planned.title = "Do " + planned.key;
      planned.node = step.value("node", "");
      planned.after = step.value("after", std::vector<std::string>{});
      planned.deadline = Millis{step.value("deadline", 300'000)};
    }
    return plan;
  };
  kind.plan = [plan_of](const PlanInput& input) {
    const Json& observed = input.observed;
    Plan plan = plan_of(input.spec, observed.is_null() ? "deploy" : "update");
    if (!observed.is_null() && observed.value("intact", false)) plan.steps.clear();
    if (input.once.is_object() && input.once.contains("nodes"))
      std::erase_if(plan.steps, [&](const PlannedStep& step) {
        const auto nodes = input.once["nodes"].get<std::set<std::string>>();
        return !nodes.contains(step.node);
      });
    for (const std::string& name : input.changed_secrets) plan.notes.push_back("changes " + name);
    return plan;
  };
  kind.wants = [](const Json&, const Json& status, Time now) {
    std::vector<Task> tasks;
    for (const Json& item : status.value("drift", Json::array()))
      if (item.value("heals", "none") != "none")
        tasks.push_back({.node = item.value("node", ""),
                         .what = item.value("what", ""),
                         .because = item.value("message", ""),
                         .action = "heal",
                         .lasts_at_least = Millis{item.value("lastsMs", 0)},
                         .by_node = true});
    const std::optional<Time> due = status.contains("renewAt")
                                        ? std::optional(*from_rfc3339(status.value("renewAt", "")))
                                        : std::nullopt;
    if (due && *due <= now)
      tasks.push_back({.node = status.value("renewNode", "one"),
                       .what = "old",
                       .because = "it is old",
                       .action = status.value("renewBy", "renew"),
                       .arguments = {{"renewed", true}},
                       .actor = schedule("renewal"),
                       .waits_for = status.value("renewWaits", "")});
    return tasks;
  };
  kind.nodes_touched = [](const Json&, const PlannedStep& step) -> std::set<std::string> {
    return {step.node};
  };
  kind.glance = [script](ObserveContext& context) { return script->glance(context.resource); };
  kind.plan_delete = [plan_of](const Json& spec, const Json&, const Catalog&) {
    Plan plan = plan_of(spec, "delete");
    for (PlannedStep& step : plan.steps) step.key = "delete-" + step.key;
    for (PlannedStep& step : plan.steps)
      for (std::string& key : step.after) key = "delete-" + key;
    return plan;
  };
  const auto run = [script](StepContext& context) { return script->call_run(context); };
  const auto undo = [script](StepContext& context) { return script->call_undo(context); };
  kind.steps = {{"scripted", run, undo, 8},
                {"lasting", run, {}, 8},
                {"stubborn", run, undo, 0},
                {"final", run, {}, 8, /*irreversible=*/true}};
  const auto merging = [](const std::string& name, const std::string& secret = "") {
    Action action{name, name, {}, {}};
    if (!secret.empty()) action.secret_arguments = {secret};
    action.intend = [name, secret](const Json& stored, const Json& arguments,
                                   const Catalog&) -> Parsed<Intent> {
      if (name == "refuse") throw Error(ErrorCode::kConflict, "it cannot do this");
      if (arguments.contains("wrong"))
        return std::unexpected(std::vector<FieldError>{{"wrong", "is not known"}});
      Intent intent{{stored["name"], stored, {}}, {{"action", name}}};
      if (name == "heal" || name == "renew") {
        intent.once.update(arguments);
        return intent;
      }
      intent.accepted.spec.merge_patch(arguments);
      if (secret.empty() || !arguments.contains(secret)) return intent;
      intent.accepted.spec.erase(secret);
      intent.accepted.secrets.emplace(secret, Secret(arguments[secret].get<std::string>()));
      return intent;
    };
    return action;
  };
  for (const char* name : {"update", "stop", "start", "heal", "renew", "refuse"})
    kind.actions.push_back(merging(name));
  for (Action& action : kind.actions) action.mends = action.name == "heal";
  kind.actions.push_back(merging("rotate", "password"));
  kind.actions.push_back(merging("adjust"));
  kind.actions.back().live = true;
  return kind;
}

/// Store, kinds and engine of one test, in a directory of its own.
class Harness {
 public:
  explicit Harness(EngineOptions options = {}, std::vector<Kind> more_kinds = {},
                   const std::filesystem::path& where = fast_place())
      : options_(std::move(options)), directory_(where), script_(std::make_shared<Script>()) {
    kinds_.add(scripted_kind(script_));
    for (Kind& kind : more_kinds) kinds_.add(std::move(kind));
    open();
  }

  /// As a new process would: a new store and a new engine over the same directory.
  void reopen() {
    engine_.reset();
    store_.reset();
    open();
  }

  Engine& engine() { return *engine_; }
  store::Store& store() { return *store_; }
  /// The engine's view of the store, to break.
  FaultyStore& faulty_store() { return *faulty_store_; }
  Script& script() { return *script_; }
  const std::shared_ptr<Script>& shared_script() const { return script_; }
  const std::string& organization() const { return organization_; }

  Engine::Accepted apply(const Json& spec, const Engine::AcceptOptions& options = {}) {
    return engine_->apply(organization_, "scripted", {spec}, options).at(0);
  }
  Engine::Accepted act(const std::string& resource_id, const std::string& action,
                       const Json& arguments = Json::object(),
                       const Engine::AcceptOptions& options = {}) {
    return engine_->act(organization_, resource_id, action, arguments, options);
  }
  Operation operation(const std::string& id) {
    return store_->find_operation(organization_, id).value();
  }
  Resource resource(const std::string& id) {
    return store_->find_resource(organization_, id).value();
  }
  StepRecord step(const std::string& operation_id, const std::string& key) {
    for (StepRecord& step : store_->list_steps(operation_id))
      if (step.planned.key == key) return step;
    throw Error(ErrorCode::kNotFound, "no step " + key);
  }
  std::vector<std::string> event_types(const std::string& operation_id) {
    std::vector<std::string> types;
    for (const Event& event : store_->list_events(operation_id, 0, 10'000))
      types.push_back(event.step_key.empty() ? event.type : event.type + " " + event.step_key);
    return types;
  }
  std::string all_messages(const std::string& operation_id) {
    std::string text;
    for (const Event& event : store_->list_events(operation_id, 0, 10'000))
      text += event.message + " " + dump(event.data) + "\n";
    return text;
  }

  /// Waits until `condition`, at most 20 s; false when it never became true.
  static bool eventually(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < end) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }
  /// The operation when it is over. Throws when that takes too long.
  Operation finish(const std::string& operation_id) {
    if (!eventually([&] { return is_final(operation(operation_id).state); }))
      throw Error(ErrorCode::kTimeout, "did not end:\n" + all_messages(operation_id));
    return operation(operation_id);
  }
  bool reaches(const std::string& operation_id, const std::string& key, StepState state) {
    return eventually([&] { return step(operation_id, key).state == state; });
  }

 private:
  void open() {
    store_ = store::Store::open(directory_.path());
    if (const auto token = store_->ensure_first_organization(clock_.now()))
      organization_ = store_->authenticate(*token).value().organization_id;
    faulty_store_ = std::make_unique<FaultyStore>(*store_);
    engine_ = std::make_unique<Engine>(*faulty_store_, kinds_, clock_, options_);
  }

  EngineOptions options_;
  TemporaryDirectory directory_;
  SystemClock clock_;
  std::shared_ptr<Script> script_;
  KindRegistry kinds_;
  std::string organization_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<FaultyStore> faulty_store_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace ashlar::engine::testing
