#include "tests/sim/cluster_life.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ashlar::sim {
namespace {

constexpr int kMostRecoveries = 40;
constexpr Millis kMostVirtualTime{8 * 3'600'000};

}  // namespace

// What is asked for.

bool ClusterLife::apply(const Json& spec) {
  const auto before = world_.find(name_);
  bool accepted = true;
  world_.ask(
      [&](auto& engine) {
        accepted =
            engine.acceptor()
                .apply(world_.organization(), world_.kind(), {spec}, {.confirmed = {name_}})[0]
                .operation.has_value();
      },
      [&] {
        const auto now = world_.find(name_);
        return now && (!before || now->current_operation_id != before->current_operation_id);
      });
  if (accepted) operation_id_ = resource().current_operation_id;
  return accepted;
}

bool ClusterLife::act(const std::string& action, const Json& arguments) {
  const Resource before = resource();
  bool accepted = true;
  world_.ask(
      [&](auto& engine) {
        accepted =
            engine.acceptor()
                .act(world_.organization(), before.id, action, arguments, {.confirmed = {name_}})
                .operation.has_value();
      },
      [&] { return resource().current_operation_id != before.current_operation_id; });
  if (accepted) operation_id_ = resource().current_operation_id;
  return accepted;
}

void ClusterLife::remove() {
  const Resource before = resource();
  world_.ask([&](auto& engine) { engine.acceptor().remove(world_.organization(), before.id, {}); },
             [&] { return resource().current_operation_id != before.current_operation_id; });
  operation_id_ = resource().current_operation_id;
}

Operation ClusterLife::operation() {
  return world_.store().find_operation(world_.organization(), operation_id_).value();
}

bool ClusterLife::plans(const std::string& step_type) {
  return std::ranges::any_of(world_.store().list_steps(operation_id_), [&](const StepRecord& step) {
    return step.planned.type == step_type;
  });
}

Resource ClusterLife::resource() {
  const auto found = world_.find(name_);
  require(found.has_value(), name_ + " is not stored");
  return *found;
}

// Running.

OperationState ClusterLife::run(const Run& how) {
  int retries = 0;
  const Time began = world_.time.now();
  world_.trace.say("== {}", operation().summary);
  for (int round = 1;; ++round) {
    require(world_.time.now() - began < kMostVirtualTime, operation().summary + " takes hours");
    if (round == how.cancel_after) try_to_cancel();
    // What has waited for long is looked at less often.
    const World::Round round_was = world_.work((world_.time.now() - began) / 16);
    // Who waits has not ended; whether it says why is looked at now and then.
    if (round_was != World::Round::kNothingDue && round % 64 != 0) continue;
    const Operation now = operation();
    tell_events();
    expect_explained(now);
    if (now.state == OperationState::kSucceeded || now.state == OperationState::kCancelled) {
      world_.trace.say("== {}: {}", now.summary, to_string(now.state));
      return now.state;
    }
    if (now.state == OperationState::kFailed) {
      world_.trace.say("== failed: {}", now.error);
      if (++retries > how.most_retries) return now.state;
      world_.rest(Millis{20'000});
      world_.ask([&](auto& engine) { engine.retry(operation_id_); },
                 [&] { return operation().state != OperationState::kFailed; });
    }
  }
}

OperationState ClusterLife::give_up() {
  world_.rest(Millis{60'000});
  try_to_cancel();
  return run({.most_retries = 3});
}

void ClusterLife::tell_events() {
  if (!world_.trace.speaks()) return;
  if (told_operation_ != operation_id_) told_events_ = 0;
  told_operation_ = operation_id_;
  for (const Event& event : world_.store().list_events(operation_id_, told_events_, 10'000)) {
    world_.trace.say("   {}", event.message);
    told_events_ = event.number;
  }
}

/// False past the point of no return.
bool ClusterLife::try_to_cancel() {
  try {
    world_.ask([&](auto& engine) { engine.cancel(operation_id_); },
               [&] { return operation().state == OperationState::kCancelling; });
    world_.trace.say("== cancelled by a person");
    return true;
  } catch (const Error& error) {
    require(error.code() == ErrorCode::kConflict, error.what());
    return false;
  }
}

/// Every operation ends, or says what it is stuck at and why.
void ClusterLife::expect_explained(const Operation& operation) const {
  if (operation.state == OperationState::kFailed)
    require(!operation.error.empty(), operation.summary + " failed and does not say why");
  if (!operation.stuck) return;
  const auto steps = world_.store().list_steps(operation.id);
  const bool told = std::ranges::any_of(
      steps, [](const StepRecord& step) { return step.stuck && !step.because.empty(); });
  require(told, operation.summary + " is stuck and does not say why");
}

bool ClusterLife::is_healthy() {
  const std::string id = resource().id;
  Json status;
  world_.ask(
      [&](auto& engine) { status = engine.observer().refresh(world_.organization(), id).status; },
      [] { return false; });
  const bool healthy =
      status.value("health", "") == "healthy" && status.value("drift", Json()).empty();
  if (!healthy)
    world_.trace.say("== not healthy: {} {}", dump(status.value("problems", Json())),
                     dump(status.value("drift", Json())));
  return healthy;
}

void ClusterLife::recover() {
  std::string last;
  for (int attempt = 1; attempt <= kMostRecoveries; ++attempt) {
    try {
      if (is_healthy()) return;
      // Given time, sentinels mend most things themselves.
      if (attempt > 2) mend(attempt);
    } catch (const Error& error) {
      last = error.what();
      world_.trace.say("== recovering: {}", last);
    }
    world_.rest(Millis{15'000});
  }
  const Json status = resource().status;
  throw Violation(fmt::format("{} cannot be healed: {}; {}; {} {}", name_, last, operation().error,
                              dump(status.value("problems", Json())),
                              dump(status.value("drift", Json()))));
}

/// As a person would: healing first; when that may not do enough, the spec is applied again.
void ClusterLife::mend(int attempt) {
  const Json nothing = Json::object();
  const bool heals = attempt % 2 == 1;
  const bool off = resource().spec.value("power", "on") == "off";
  bool begun = false;
  if (off)
    begun = heals ? act("start", nothing) : act("update", {{"power", "on"}});
  else
    begun = act(heals ? "heal" : "update", nothing);
  if (begun) run({.most_retries = 2});
}

// What must hold.

void ClusterLife::expect_recorded() {
  const Resource stored = resource();
  const std::set<std::string> wanted = nodes_of(stored.spec);
  std::set<std::string> recorded;
  for (const Machine& machine : world_.records(stored.id)) recorded.insert(machine.node);
  require(recorded == wanted, fmt::format("{} records {} nodes where {} are wanted", name_,
                                          recorded.size(), wanted.size()));
}

void ClusterLife::expect_standing() {
  expect_recorded();
  std::set<std::string> ids;
  for (const Machine& machine : world_.records(resource().id)) ids.insert(machine.provider_id);
  std::set<std::string> there;
  for (const auto* machine : world_.machines.living())
    if (machine->identity().name.starts_with(name_ + "-")) there.insert(machine->identity().id);
  require(ids == there, fmt::format("the provider has {} machines of {} where {} are recorded",
                                    there.size(), name_, ids.size()));
}

void ClusterLife::expect_nothing_left() {
  world_.rest(Millis{10'000});
  for (const auto& stored : world_.cloud.machines())
    require(!stored.machine.name.starts_with(name_ + "-"),
            "a machine was left behind: " + stored.machine.name);
  for (const auto& names : {world_.cloud.vpcs(), world_.cloud.firewalls()})
    for (const auto& name : names)
      require(name.find(name_) == std::string::npos, "left behind: " + name);
}

std::string ClusterLife::end_state() {
  const auto stored = world_.find(name_);
  if (!stored) return "gone";
  std::set<std::string> nodes;
  for (const Machine& machine : world_.records(stored->id))
    nodes.insert(fmt::format("{}={} {}", machine.node, machine.name, machine.size));
  return fmt::format("{} {} {} {}", to_string(stored->state), stored->status.value("health", ""),
                     fmt::join(nodes, ","), dump(stored->spec));
}

}  // namespace ashlar::sim
