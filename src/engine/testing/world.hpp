#pragma once
// A small cloud whose effects survive a crash, and a kind that builds on it: what crash sweeps run.
// As real clouds do, it makes a second object when asked a second time, so that a step that runs
// twice, or does not look before it creates, shows. Each change of the world is one rename, so a
// killed process leaves no half of one. Fails closed: a call that should not happen throws.

#include <fmt/format.h>
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/id.hpp"
#include "engine/kind.hpp"

namespace ashlar::engine::testing {

/// Thread-safe.
class World {
 public:
  struct Object {
    std::string id;
    std::string tag;
    std::string name;
    std::string password;  // set when it is configured
  };

  explicit World(std::filesystem::path directory) : directory_(std::move(directory)) {
    std::filesystem::create_directories(directory_ / "objects");
    std::filesystem::create_directories(directory_ / "destroyed");
  }

  /// Called after each effect, with its running number: where a test kills the process.
  std::function<void(int)> after_effect;

  std::string create(const std::string& tag, const std::string& name) {
    const Object object{new_id("obj"), tag, name, ""};
    {
      const std::lock_guard lock(mutex_);
      save(object);
    }
    effect();
    return object.id;
  }
  void configure(const std::string& id, const std::string& password) {
    {
      const std::lock_guard lock(mutex_);
      const auto all = read("objects");
      const auto found = std::ranges::find(all, id, &Object::id);
      if (found == all.end())
        throw Error(ErrorCode::kInternal, "the object to configure is not there: " + id);
      if (!found->password.empty() && found->password != password)
        throw Error(ErrorCode::kInternal, id + " is configured again with another password");
      save({found->id, found->tag, found->name, password});
    }
    effect();
  }
  void destroy(const std::string& id) {
    {
      const std::lock_guard lock(mutex_);
      std::error_code error;
      std::filesystem::rename(file_of(id), directory_ / "destroyed" / id, error);
      if (error) throw Error(ErrorCode::kInternal, "the object to destroy is not there: " + id);
    }
    effect();
  }
  std::vector<Object> objects() const { return locked_read("objects"); }
  std::vector<Object> destroyed() const { return locked_read("destroyed"); }

 private:
  std::filesystem::path file_of(const std::string& id) const { return directory_ / "objects" / id; }

  void save(const Object& object) {
    const Json json{{"id", object.id},
                    {"tag", object.tag},
                    {"name", object.name},
                    {"password", object.password}};
    // Written aside first, so that a half-written file is no object.
    const std::filesystem::path aside = directory_ / new_id("tmp");
    write_file_atomically(aside, dump(json));
    std::filesystem::rename(aside, file_of(object.id));
  }
  std::vector<Object> locked_read(const char* folder) const {
    const std::lock_guard lock(mutex_);
    return read(folder);
  }
  std::vector<Object> read(const char* folder) const {
    std::vector<Object> objects;
    for (const auto& entry : std::filesystem::directory_iterator(directory_ / folder)) {
      const Json json = parse_json(read_file(entry.path())).value();
      objects.push_back({json["id"], json["tag"], json["name"], json["password"]});
    }
    return objects;
  }
  void effect() {
    const int number = ++effects_;
    if (after_effect) after_effect(number);
  }

  std::filesystem::path directory_;
  mutable std::mutex mutex_;
  std::atomic<int> effects_{0};
};

inline std::vector<World::Object> tagged(const World& world, const std::string& tag) {
  std::vector<World::Object> found;
  for (World::Object& object : world.objects())
    if (object.tag == tag) found.push_back(std::move(object));
  return found;
}

// The steps of kind "world". Each may be killed at any point and run again.

inline StepOutcome create_object(World& world, StepContext& context) {
  const auto existing = tagged(world, context.step.id);  // an attempt before may have made it
  const std::string node = context.step.planned.node;
  const std::string id =
      existing.empty() ? world.create(context.step.id, node) : existing.front().id;
  if (!context.step.state_data.contains("id")) {
    context.remember({{"id", id}});
    return Wait{Millis{1}, "the object is new", true};
  }
  Machine machine;
  machine.node = node;
  machine.provider_id = id;
  context.machines.put(machine);
  return Done{{{"id", id}}};
}

inline StepOutcome undo_create_object(World& world, StepContext& context) {
  for (const World::Object& object : tagged(world, context.step.id)) world.destroy(object.id);
  context.machines.remove_node(context.step.planned.node);
  return Done{};
}

inline StepOutcome configure_object(World& world, StepContext& context) {
  const Secret password = context.secrets.ensure("password", [] { return generate_password(); });
  const std::string id = context.output_of("create/" + context.step.planned.node)["id"];
  world.configure(id, password.reveal());
  return Done{};
}

/// Proves the result from the world itself.
inline StepOutcome prove_objects(World& world, StepContext& context) {
  if (context.step.planned.args.value("never", false)) return Wait{Millis{2}, "held"};
  const std::string password = context.secrets.find("password").value().reveal();
  for (const World::Object& object : world.objects())
    if (object.password != password)
      return Fail{Error(ErrorCode::kMachine, object.name + " has another password")};
  context.patch_status({{"proved", true}});
  return Done{};
}

inline StepOutcome destroy_object(World& world, StepContext& context) {
  const std::optional<Machine> machine = context.machines.find_node(context.step.planned.node);
  if (!machine) return Done{};
  for (const World::Object& object : world.objects())
    if (object.id == machine->provider_id) world.destroy(object.id);
  context.machines.remove_node(context.step.planned.node);
  return Done{};
}

/// The successor takes the node's place. Exchanging twice would undo it: it looks first who is
/// there.
inline StepOutcome adopt_object(World&, StepContext& context) {
  const std::string& node = context.step.planned.node;
  const std::string successor = context.step.planned.args.at("with");
  const Json& made = context.output_of("create/" + successor);
  if (context.machines.find_node(node).value().provider_id == made["id"]) return Done{};
  context.machines.exchange(node, successor);
  return Done{};
}

inline StepOutcome undo_adopt_object(World&, StepContext& context) {
  const std::string& node = context.step.planned.node;
  const std::string successor = context.step.planned.args.at("with");
  const Json& made = context.output_of("create/" + successor);
  if (context.machines.find_node(node).value().provider_id != made["id"]) return Done{};
  context.machines.exchange(node, successor);
  return Done{};
}

inline StepOutcome prove_nothing_left(World& world, StepContext&) {
  if (!world.objects().empty()) return Fail{Error(ErrorCode::kProvider, "objects are left")};
  return Done{};
}

/// Every node gets a successor, which takes its place; then those that were there before go.
inline Plan plan_replacement(const Json& spec, PlannedStep prove) {
  Plan plan{"world", spec["name"], "update", "Replace a world", {}, {}, {}, {}};
  std::vector<std::string> retire;
  for (const std::string node : spec["nodes"]) {
    const std::string successor = node + "~2";
    plan.steps.push_back({"create/" + successor, "world.create", "Create", "", successor});
    plan.steps.push_back({"configure/" + successor, "world.configure", "Configure", "", successor});
    plan.steps.back().after = {"create/" + successor};
    plan.steps.push_back({"adopt/" + node, "world.adopt", "Adopt", "", node});
    plan.steps.back().args = {{"with", successor}};
    plan.steps.back().after = {"configure/" + successor};
    prove.after.push_back("adopt/" + node);
    retire.push_back(successor);
  }
  plan.steps.push_back(prove);
  for (const std::string& node : retire) {
    plan.steps.push_back({"retire/" + node, "world.retire", "Retire", "", node});
    plan.steps.back().after = {"prove"};
  }
  return plan;
}

/// Spec: {"name", "nodes": ["a", "b"], "never": false}. `never` keeps the proof waiting. Applied to
/// a world that exists, it replaces every node.
inline Kind world_kind(World& world) {
  const auto with = [&world](StepOutcome (*step)(World&, StepContext&)) {
    return [&world, step](StepContext& context) { return step(world, context); };
  };
  Kind kind;
  kind.name = "world";
  kind.parse = [](const Json& input, const Json&, const Catalog&) -> Parsed<AcceptedSpec> {
    return AcceptedSpec{input["name"], input, {}};
  };
  kind.observe = [&world](ObserveContext& context) {
    return Json{{"objects", world.objects().size()}, {"machines", context.machines.all().size()}};
  };
  kind.plan = [](const PlanInput& input) {
    const Json& spec = input.spec;
    PlannedStep prove{"prove", "world.prove", "Prove the world", "", ""};
    prove.args = {{"never", spec.value("never", false)}};
    if (!input.observed.is_null()) return plan_replacement(spec, prove);
    Plan plan{"world", spec["name"], "deploy", "Deploy a world", {}, {}, {}, {}};
    for (const std::string node : spec["nodes"]) {
      plan.steps.push_back({"create/" + node, "world.create", "Create " + node, "", node});
      plan.steps.push_back({"configure/" + node, "world.configure", "Configure " + node, "", node});
      plan.steps.back().after = {"create/" + node};
      prove.after.push_back("configure/" + node);
    }
    plan.steps.push_back(prove);
    return plan;
  };
  kind.plan_delete = [](const Json& spec, const Json&, const Catalog&) {
    Plan plan{"world", spec["name"], "delete", "Delete a world", {}, {}, {}, {}};
    PlannedStep gone{"gone", "world.gone", "Prove that nothing is left", "", ""};
    for (const std::string node : spec["nodes"]) {
      plan.steps.push_back({"destroy/" + node, "world.destroy", "Destroy " + node, "", node});
      gone.after.push_back("destroy/" + node);
    }
    plan.steps.push_back(gone);
    return plan;
  };
  kind.steps = {{"world.create", with(create_object), with(undo_create_object)},
                {"world.configure", with(configure_object), {}},
                {"world.prove", with(prove_objects), {}},
                {"world.adopt", with(adopt_object), with(undo_adopt_object)},
                {"world.destroy", with(destroy_object), {}},
                {"world.retire", with(destroy_object), {}, 8, /*irreversible=*/true},
                {"world.gone", with(prove_nothing_left), {}}};
  return kind;
}

}  // namespace ashlar::engine::testing
