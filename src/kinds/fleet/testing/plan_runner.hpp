#pragma once
// Runs a plan's steps one attempt at a time on a virtual clock, keeping what the engine would
// store. An attempt can be killed at any moment at which something outside changes.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/step.hpp"
#include "model/plan.hpp"

namespace ashlar::fleet::testing {

/// Not an ashlar::Error and no std::exception, so nothing under test can catch it by accident.
struct Killed {};

class MemorySecrets final : public engine::Secrets {
 public:
  std::function<void(const std::string&)> on_moment;
  std::map<std::string, Secret> values;

  std::optional<Secret> find(const std::string& name) override {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  }
  Secret ensure(const std::string& name, const std::function<Secret()>& make) override {
    if (!values.contains(name)) put(name, make());
    return values.at(name);
  }
  void put(const std::string& name, const Secret& value) override {
    if (on_moment) on_moment("before secret");
    values[name] = value;
    if (on_moment) on_moment("after secret");
  }
  void remove(const std::string& name) override {
    if (on_moment) on_moment("before secret");
    values.erase(name);
    if (on_moment) on_moment("after secret");
  }
  void remove_all() override {
    if (on_moment) on_moment("before removing secrets");
    values.clear();
    if (on_moment) on_moment("after removing secrets");
  }
};

class MemoryRecords final : public engine::MachineRecords {
 public:
  std::function<void(const std::string&)> on_moment;
  std::map<std::string, Machine> machines;

  std::vector<Machine> all() override {
    std::vector<Machine> list;
    for (const auto& [node, machine] : machines) list.push_back(machine);
    return list;
  }
  std::optional<Machine> find_node(const std::string& node) override {
    const auto found = machines.find(node);
    if (found == machines.end()) return std::nullopt;
    return found->second;
  }
  void put(const Machine& machine) override {
    if (on_moment) on_moment("before record");
    machines[machine.node] = machine;
    if (on_moment) on_moment("after record");
  }
  void remove_node(const std::string& node) override {
    if (on_moment) on_moment("before removing record");
    machines.erase(node);
    if (on_moment) on_moment("after removing record");
  }
  void exchange(const std::string& node, const std::string& other) override {
    if (on_moment) on_moment("before exchange");
    std::swap(machines.at(node), machines.at(other));
    std::swap(machines.at(node).node, machines.at(other).node);
    if (on_moment) on_moment("after exchange");
  }
};

class PlanRunner {
 public:
  PlanRunner(const Plan& plan, std::vector<engine::StepType> types, ManualClock& clock,
             MemorySecrets& secrets, MemoryRecords& records, const std::string& operation_id,
             Resource resource)
      : types_(std::move(types)),
        clock_(clock),
        secrets_(secrets),
        records_(records),
        resource_(std::move(resource)) {
    for (const auto& fault : faults(plan)) throw std::logic_error(fault);
    for (const auto& planned : plan.steps) {
      StepRecord step;
      step.id = fmt::format("{}_{}", operation_id, steps_.size());
      step.planned = planned;
      steps_.push_back(std::move(step));
    }
  }

  std::function<void(const std::string&)> on_moment;
  bool stop_when_killed = false;     // else another process goes on
  std::vector<std::string> history;  // what was logged, and every new `because`

  StepRecord& step(const std::string& key) {
    const auto found = std::ranges::find(
        steps_, key, [](const StepRecord& step) -> const std::string& { return step.planned.key; });
    if (found == steps_.end()) throw std::logic_error("no step " + key);
    return *found;
  }

  std::optional<StepRecord> find_step(const std::string& id) const {
    const auto found = std::ranges::find(steps_, id, &StepRecord::id);
    return found == steps_.end() ? std::nullopt : std::optional(*found);
  }

  /// Runs to the end; true when all steps are done. What has failed is tried again, as a person's
  /// retry does. Every Killed is survived: the attempt just ends.
  bool run() {
    for (auto& step : steps_) {
      if (step.state == StepState::kFailed) step.state = StepState::kReady;
    }
    return loop([&](StepRecord& step) { return is_due(step); }, false, StepState::kDone);
  }
  /// Undoes what began, in reverse order.
  bool undo() {
    for (auto& step : steps_) {
      const bool began = step.started_at.has_value();
      step.state = began ? StepState::kUndoing : StepState::kSkipped;
    }
    return loop([&](StepRecord& step) { return is_due_to_undo(step); }, true, StepState::kUndone);
  }

 private:
  static constexpr int kMostRounds = 20'000;
  static constexpr Millis kTick{100};

  bool is_due(const StepRecord& candidate) {
    if (candidate.state == StepState::kDone || candidate.state == StepState::kFailed) return false;
    if (candidate.not_before && clock_.now() < *candidate.not_before) return false;
    return std::ranges::all_of(candidate.planned.after, [&](const std::string& key) {
      return step(key).state == StepState::kDone;
    });
  }
  bool is_due_to_undo(const StepRecord& candidate) {
    if (candidate.state != StepState::kUndoing) return false;
    if (candidate.not_before && clock_.now() < *candidate.not_before) return false;
    return std::ranges::none_of(steps_, [&](const StepRecord& other) {
      const auto& after = other.planned.after;
      return other.state == StepState::kUndoing &&
             std::ranges::find(after, candidate.planned.key) != after.end();
    });
  }

  template <class IsDue>
  bool loop(IsDue is_due_now, bool undo, StepState finished) {
    killed_ = false;
    for (int round = 0; round < kMostRounds; ++round) {
      bool any = false;
      for (auto& step : steps_) {
        if (!is_due_now(step)) continue;
        any = true;
        attempt(step, undo, finished);
        if (killed_ && stop_when_killed) return false;
      }
      if (any) continue;
      const bool waiting = std::ranges::any_of(steps_, [&](const StepRecord& step) {
        return step.not_before && clock_.now() < *step.not_before;
      });
      if (!waiting) break;
      clock_.advance(kTick);
    }
    return std::ranges::all_of(steps_, [&](const StepRecord& step) {
      return step.state == finished || (undo && step.state == StepState::kSkipped);
    });
  }

  void attempt(StepRecord& step, bool undo, StepState finished) {
    ++step.attempts;
    step.not_before.reset();
    if (!step.started_at) step.started_at = clock_.now();
    try {
      settle(step, call(step, undo), undo, finished);
    } catch (const Killed&) {
      killed_ = true;
    }
  }

  void settle(StepRecord& step, const engine::StepOutcome& outcome, bool undo, StepState finished) {
    if (const auto* done = std::get_if<engine::Done>(&outcome)) {
      step.state = finished;
      if (!undo) step.outputs = done->outputs;
    } else if (const auto* wait = std::get_if<engine::Wait>(&outcome)) {
      if (wait->because != step.because) history.push_back(wait->because);
      step.because = wait->because;
      step.not_before = clock_.now() + wait->pause;
      step.attempts = 0;
    } else if (const auto* retry = std::get_if<engine::Retry>(&outcome)) {
      retry_later(step, retry->error, undo);
    } else {
      fail(step, std::get<engine::Fail>(outcome).error, undo);
    }
  }

  void retry_later(StepRecord& step, const Error& error, bool undo) {
    if (step.attempts > 8) return fail(step, error, undo);
    step.because = error.what();
    step.not_before = clock_.now() + Millis{1'000};
  }

  void fail(StepRecord& step, const Error& error, bool undo) {
    if (undo) throw std::logic_error("an undo failed: " + std::string(error.what()));
    step.because = error.what();
    step.state = StepState::kFailed;
  }

  engine::StepOutcome call(StepRecord& step, bool undo) {
    const auto type = std::ranges::find(types_, step.planned.type, &engine::StepType::name);
    if (type == types_.end()) throw std::logic_error("no step type " + step.planned.type);
    if (undo && !type->undo) return engine::Done{};
    // What an attempt sees was read before it began.
    const StepRecord seen = step;
    engine::StepContext context{operation_, seen, resource_, clock_, secrets_, records_, {}, {},
                                {},         {},   {},        {},     {},       {},       {}};
    context.output_of = [this](const std::string& key) -> const Json& {
      if (this->step(key).state == StepState::kPending) {
        throw Error(ErrorCode::kInternal, "the output of " + key + " was asked too early");
      }
      return this->step(key).outputs;
    };
    context.is_done = [this](const std::string& key) {
      return this->step(key).state == StepState::kDone;
    };
    context.remember = [&](Json data) {
      if (on_moment) on_moment("before remember");
      step.state_data = std::move(data);
      if (on_moment) on_moment("after remember");
    };
    context.log = [&](const std::string& text) { history.push_back(text); };
    context.patch_status = [](const Json&) {};
    context.stopping = [] { return false; };
    context.find_step = [this](const std::string& id) { return find_step(id); };
    try {
      return undo ? type->undo(context) : type->run(context);
    } catch (const Error& error) {
      const bool may_pass = error.code() == ErrorCode::kTooManyRequests ||
                            error.code() == ErrorCode::kUnavailable ||
                            error.code() == ErrorCode::kTimeout;
      if (may_pass) return engine::Retry{error};
      return engine::Fail{error};
    }
  }

  const std::vector<engine::StepType> types_;
  ManualClock& clock_;
  MemorySecrets& secrets_;
  MemoryRecords& records_;
  Operation operation_;
  Resource resource_;
  std::vector<StepRecord> steps_;
  bool killed_ = false;
};

}  // namespace ashlar::fleet::testing
