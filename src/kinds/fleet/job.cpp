#include "kinds/fleet/job.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/program_output.hpp"
#include "model/output.hpp"

namespace ashlar::fleet {
namespace {

using engine::StepContext;
using engine::Wait;

constexpr Millis kAskTimeout{30'000};
constexpr Millis kShortWorkTimeout{180'000};
constexpr Millis kShortWork{60'000};
constexpr Millis kShortestPause{300};
constexpr Millis kLongestPause{2'000};
// Whoever has fallen behind so far reads on near the end: only that much is kept.
constexpr long long kFarBehind = 4 * kMostOutputBytes;
constexpr int kMostPiecesAtOnce = 8;

/// Unique on the machine, and a name that systemd takes.
std::string job_name(const StepRecord& step, const std::string& purpose) {
  std::string name = step.id + "-" + purpose;
  std::ranges::replace_if(
      name,
      [](char c) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return !plain && c != '-' && c != '_';
      },
      '-');
  return name;
}

/// What may hold a connection for minutes, should it have anything to do.
bool may_take_long(const Json& operation) {
  const std::string op = operation.value("op", std::string());
  const bool reads = operation.value("read_only", false);
  const bool is_given_long = operation.value("timeout_ms", 0LL) > kShortWork.count();
  return op == "package" || (op == "command" && !reads && is_given_long);
}

class JobOfStep {
 public:
  JobOfStep(const Tools& tools, StepContext& context, const Machine& machine, const Job& job)
      : tools_(tools),
        context_(context),
        machine_(machine),
        job_(job),
        name_(job_name(context.step, job.purpose)),
        position_(context.output_position(name_)) {}

  /// Nothing: there is no such job.
  std::optional<JobOutcome> follow() {
    if (!position_) return std::nullopt;
    Json look = ask({machine::job_output(name_, *position_)}, true).results.at(0).data;
    if (look.at("state") == "absent") return std::nullopt;
    const bool progress = read_along(look);
    // A look that was the first of many may have been late to see the end.
    if (look.at("state") == "running" || look.at("more") == true) return wait(progress);
    return collect(look);
  }

  JobOutcome begin() {
    if (!takes_long())
      return tools_.machines.run(target_of(machine_), job_.batch, kShortWorkTimeout);
    // Also where the log of an earlier one was read: this one's begins anew.
    context_.write_output(name_, "", 0);
    ask({machine::job_start(name_, job_.batch)}, false);
    return wait(false);
  }

 private:
  machine::BatchResult ask(std::vector<Json> operations, bool check_only) const {
    const machine::Batch batch{.operations = std::move(operations), .check_only = check_only};
    auto result = tools_.machines.run(target_of(machine_), batch, kAskTimeout);
    result.or_throw(machine_.name);
    return result;
  }

  /// Whether there is anything of that to be done. What cannot be done says so at once.
  bool takes_long() const {
    machine::Batch look{.operations = {}, .check_only = true, .keep_going = true};
    std::ranges::copy_if(job_.batch.operations, std::back_inserter(look.operations), may_take_long);
    return !look.operations.empty() &&
           tools_.machines.run(target_of(machine_), look, kAskTimeout).changed();
  }

  /// Takes over what the job said since the last look, and looks again while there is more. True
  /// when there was something. `look` is the latest afterwards.
  bool read_along(Json& look) {
    bool progress = false;
    for (int pieces = 0; take_over(look) && pieces < kMostPiecesAtOnce; ++pieces) {
      progress = true;
      if (look.at("more") == false) break;
      look = ask({machine::job_output(name_, *position_)}, true).results.at(0).data;
    }
    return progress;
  }

  bool take_over(const Json& look) {
    std::string text = look.at("output").get<std::string>();
    const long long begin = *position_;
    long long end = look.at("next_offset").get<long long>();
    const bool is_end = look.at("state") != "running" && look.at("more") == false;
    // Bytes that are no text were replaced by the machine; then offsets cannot be told.
    const bool exact = end - begin == static_cast<long long>(text.size());
    if (!is_end && exact) {
      text.resize(showable(text));
      end = begin + static_cast<long long>(text.size());
    }
    if (end == begin) return false;
    const long long size = look.at("log_bytes").get<long long>();
    if (const long long behind = size - end; behind > kFarBehind) {
      const long long left_out = behind - kMostOutputBytes;
      text += fmt::format("\n[... {} bytes left out ...]\n", left_out);
      end += left_out;
    }
    context_.write_output(name_, text, end);
    position_ = end;
    return true;
  }

  /// Short at first, since a small package is there within seconds.
  Wait wait(bool progress) const {
    const Time now = context_.clock.now();
    const Millis at_it = now - context_.step.started_at.value_or(now);
    return {std::clamp(at_it / 10, kShortestPause, kLongestPause), job_.because, progress};
  }

  machine::BatchResult collect(const Json& look) {
    const Json answer = look.value("answer", Json());
    const std::string last = answer.is_object() ? "" : last_lines();
    ask({machine::job_remove(name_)}, false);
    if (answer.is_object()) return machine::batch_result_from_json(answer);
    throw Error(ErrorCode::kMachine,
                fmt::format("{}: the job {} ended without a result, with exit code {}: {}",
                            machine_.name, job_.purpose, look.at("exit_code").dump(), last));
  }

  std::string last_lines() const {
    return ask({machine::job_poll(name_)}, true).results.at(0).data.value("log", std::string());
  }

  const Tools& tools_;
  StepContext& context_;
  const Machine& machine_;
  const Job& job_;
  const std::string name_;
  std::optional<long long> position_;
};

}  // namespace

JobOutcome run_as_job(const Tools& tools, StepContext& context, const Machine& machine,
                      const Job& job) {
  JobOfStep work(tools, context, machine, job);
  if (auto outcome = work.follow()) return *std::move(outcome);
  return work.begin();
}

std::optional<JobOutcome> follow_job(const Tools& tools, StepContext& context,
                                     const Machine& machine, const Job& job) {
  return JobOfStep(tools, context, machine, job).follow();
}

}  // namespace ashlar::fleet
