// Reaching one machine, and giving up one that does not come.

#include <fmt/format.h>

#include <algorithm>

#include "kinds/fleet/boot_watch.hpp"
#include "kinds/fleet/making.hpp"
#include "kinds/fleet/names.hpp"
#include "kinds/fleet/steps.hpp"

namespace ashlar::fleet {
namespace {

using cloud::CloudMachine;
using cloud::MachineState;
using engine::Done;
using engine::Fail;
using engine::Wait;

constexpr Millis kReachPause{300};
/// Another machine may answer at a reused address, or sshd with the image's keys, for a moment.
constexpr Millis kTrustedWithin{30'000};
/// A machine that someone keeps destroying is not made for ever.
constexpr int kMostReplacements = 2;

/// What machine_ready keeps between its attempts.
struct Progress {
  std::string stage;          // created, then active
  std::optional<Time> since;  // when the stage began
  std::optional<Time> untrusted_since;
  BootWatch boot;
  int round = 0;                       // machines replaced so far
  std::string replace;                 // provider id of a machine to be given up
  std::vector<std::string> destroyed;  // other machines of the same name, asked to go

  static Progress from(const Json& json) {
    const auto time = [&](const char* key) -> std::optional<Time> {
      const auto parsed = from_rfc3339(json.value(key, ""));
      return parsed ? std::optional(*parsed) : std::nullopt;
    };
    return {.stage = json.value("stage", ""),
            .since = time("since"),
            .untrusted_since = time("untrusted_since"),
            .boot = BootWatch::from(json.value("boot", Json::object())),
            .round = json.value("round", 0),
            .replace = json.value("replace", ""),
            .destroyed = json.value("destroyed", std::vector<std::string>())};
  }
  Json to_json() const {
    const auto text = [](const std::optional<Time>& time) { return time ? to_rfc3339(*time) : ""; };
    return {{"stage", stage},
            {"since", text(since)},
            {"untrusted_since", text(untrusted_since)},
            {"boot", boot.to_json()},
            {"round", round},
            {"replace", replace},
            {"destroyed", destroyed}};
  }
};

/// One attempt to reach the machine; remembers where it stands only when that changes.
class Reaching {
 public:
  Reaching(const Tools& tools, StepContext& context)
      : tools_(tools),
        context_(context),
        args_(context.step.planned.args),
        progress_(Progress::from(context.step.state_data)) {
    if (!progress_.stage.empty()) return;
    progress_.destroyed = context.output_of(create_key(context.step.planned.node))
                              .value("destroyed", std::vector<std::string>());
  }

  StepOutcome run() {
    if (!progress_.replace.empty()) return replace();
    auto record = context_.machines.find_node(context_.step.planned.node);
    if (!record) {
      return Fail{Error(ErrorCode::kInternal,
                        fmt::format("no record of the machine {} is stored", name()))};
    }
    record_ = std::move(*record);
    const auto machines = find_by_name(tools_, context_, patience(in_stage()));
    const auto found = std::ranges::find(machines, record_.provider_id, &CloudMachine::id);
    if (found == machines.end()) return missing();
    destroy_surplus(machines);
    if (!is_up(*found)) {
      if (const auto why = given_up(*found)) return did_not_start(*why);
      return wait("created", patience(in_stage()),
                  fmt::format("the provider to start {}: it is {}{}", full_name(),
                              cloud::to_string(found->state), found->locked ? " and locked" : ""));
    }
    store_addresses(*found);
    return connect();
  }

 private:
  std::string name() const { return args_.at("machine"); }
  std::string full_name() const {
    return fmt::format("{} ({} {})", name(), record_.provider, record_.provider_id);
  }
  Millis in_stage() const {
    return context_.clock.now() - progress_.since.value_or(context_.clock.now());
  }

  static bool is_up(const CloudMachine& machine) {
    return machine.state == MachineState::kActive && !machine.public_address.empty() &&
           !machine.private_address.empty();
  }

  void remember() { context_.remember(progress_.to_json()); }

  /// True when that is progress. There is no way back: a machine that comes and goes gets no new
  /// time.
  bool enter(const std::string& stage) {
    if (progress_.stage == stage || progress_.stage == "active") return false;
    progress_.stage = stage;
    progress_.since = context_.clock.now();
    remember();
    return true;
  }

  StepOutcome wait(const std::string& stage, Millis pause, const std::string& what) {
    const bool advanced = enter(stage);
    if (!advanced && in_stage() >= tools_.boot_limit) return give_up(what);
    return Wait{.pause = pause, .because = "waiting for " + what, .progress = advanced};
  }

  std::optional<std::string> given_up(const CloudMachine& machine) {
    const BootWatch before = progress_.boot;
    const Time now = context_.clock.now();
    auto why = progress_.boot.verdict(tools_.cloud, machine, progress_.since.value_or(now), now);
    if (progress_.boot != before) remember();
    return why;
  }

  StepOutcome did_not_start(const std::string& why) {
    return fail_and_replace(fmt::format("the machine {} did not start: {}", full_name(), why));
  }

  StepOutcome give_up(const std::string& what) {
    return fail_and_replace(
        fmt::format("the machine {} did not come up: after {} still waiting for {}", full_name(),
                    to_human(in_stage()), what));
  }

  /// The machine is marked before the step fails: the next attempt, which a person asks for,
  /// replaces it instead of waiting for it once more.
  StepOutcome fail_and_replace(const std::string& what) {
    progress_.replace = record_.provider_id;
    remember();
    return Fail{Error(ErrorCode::kMachine, what,
                      "retry the operation: this machine is then destroyed and a new one made")};
  }

  /// Safe to be killed at any line: the old machine is destroyed again, and the new one is found by
  /// its tag.
  StepOutcome replace() {
    const int round = progress_.round + 1;
    const PendingCreate pending(context_);
    if (!pending.sent_at()) give_back();
    const auto made = make_machine(tools_, context_, pending, step_tag(context_.step.id, round));
    if (!made) return made.error();
    record_ = *made;
    context_.log(fmt::format("machine {} replaces {}, which did not come up", full_name(),
                             progress_.replace));
    progress_ = {.round = round, .destroyed = {progress_.replace}};
    enter("created");
    return Wait{.pause = patience(Millis{0}),
                .because = fmt::format("waiting for the provider to start {}", full_name()),
                .progress = true};
  }

  void give_back() {
    if (const auto old = tools_.cloud.find_machine(progress_.replace)) destroy(tools_, *old);
    if (auto record = context_.machines.find_node(context_.step.planned.node))
      tools_.machines.disconnect(target_of(*record).address);
  }

  StepOutcome missing() {
    const bool was_seen = progress_.stage == "active";
    if (enter("created") || (!was_seen && in_stage() < tools_.shows_within) ||
        tools_.cloud.find_machine(record_.provider_id)) {
      return wait("created", patience(in_stage()),
                  fmt::format("the provider to list {}", full_name()));
    }
    const auto what = fmt::format("the machine {} was destroyed by someone else", full_name());
    progress_.replace = record_.provider_id;
    remember();
    if (progress_.round >= kMostReplacements) {
      return Fail{Error(ErrorCode::kMachine, what, "find out who destroys it, then retry")};
    }
    context_.log(what + "; making a new one");
    return Wait{.pause = Millis{0}, .because = what + "; making a new one", .progress = true};
  }

  /// Left by a create whose answer was lost and which showed only after it had been repeated, or by
  /// a machine that this operation replaces.
  void destroy_surplus(const std::vector<CloudMachine>& machines) {
    for (const auto& machine : machines) {
      if (machine.id == record_.provider_id) continue;
      if (std::ranges::find(progress_.destroyed, machine.id) != progress_.destroyed.end()) continue;
      destroy(tools_, machine);
      context_.log(fmt::format("destroyed {} {}, a second machine named {}", record_.provider,
                               machine.id, name()));
      progress_.destroyed.push_back(machine.id);
      remember();
    }
  }

  void store_addresses(const CloudMachine& machine) {
    if (record_.public_address == machine.public_address &&
        record_.private_address == machine.private_address) {
      return;
    }
    record_.public_address = machine.public_address;
    record_.private_address = machine.private_address;
    context_.machines.put(record_);
  }

  StepOutcome connect() {
    try {
      machine::Batch batch{.operations = {machine::facts()}};
      const auto result = tools_.machines.run(target_of(record_), batch, kReachTimeout);
      result.or_throw(name());
      return Done{{{"provider_id", record_.provider_id},
                   {"public_address", record_.public_address},
                   {"private_address", record_.private_address},
                   {"facts", result.results.at(0).data}}};
    } catch (const Error& error) {
      return not_reached(error);
    }
  }

  StepOutcome not_reached(const Error& error) {
    if (error.code() == ErrorCode::kUntrusted) return untrusted(error);
    const bool may_pass =
        error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kTimeout ||
        // A machine that boots may get its key a moment after its sshd.
        error.code() == ErrorCode::kForbidden || error.code() == ErrorCode::kMachine;
    if (!may_pass) throw error;
    return wait("active", kReachPause,
                fmt::format("{} to answer SSH at {}: {}", full_name(), record_.public_address,
                            error.message()));
  }

  StepOutcome untrusted(const Error& error) {
    const Time now = context_.clock.now();
    if (!progress_.untrusted_since) {
      progress_.untrusted_since = now;
      remember();
    }
    if (now - *progress_.untrusted_since < kTrustedWithin) {
      return Wait{.pause = kReachPause,
                  .because = fmt::format("waiting for {} to show its own host key", full_name())};
    }
    progress_.replace = record_.provider_id;
    remember();
    return Fail{error.at(full_name())};
  }

  const Tools& tools_;
  StepContext& context_;
  const Json& args_;
  Progress progress_;
  Machine record_;
};

}  // namespace

machine::Target target_of(const Machine& machine) {
  return {
      .name = machine.name,
      .address = machine.public_address.empty() ? machine.private_address : machine.public_address,
      .host_key = machine.host_key};
}

std::vector<CloudMachine> find_by_name(const Tools& tools, StepContext& context, Millis list_age) {
  const std::string name = context.step.planned.args.at("machine");
  auto machines = tools.cloud.find_machines_by_tag(tag_of(context.resource), list_age);
  std::erase_if(machines, [&](const CloudMachine& machine) { return machine.name != name; });
  return machines;
}

void destroy(const Tools& tools, const CloudMachine& machine) {
  tools.cloud.begin_destroy(machine.id);
  for (const auto& address : {machine.public_address, machine.private_address}) {
    if (!address.empty()) tools.machines.disconnect(address);
  }
  for (const auto& tag : machine.tags) {
    if (tag.starts_with(kStepTagPrefix)) tools.cloud.delete_tag(tag);
  }
}

StepOutcome reach_machine(const Tools& tools, StepContext& context) {
  return Reaching(tools, context).run();
}

}  // namespace ashlar::fleet
