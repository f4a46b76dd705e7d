// job_start, job_poll, job_remove: long commands and batches as transient systemd units, which
// outlive the SSH session and every crash of the control plane.

#include <unistd.h>

#include <array>
#include <limits>
#include <optional>

#include "base/descriptor.hpp"
#include "machine/node/batch_run.hpp"
#include "machine/node/fields.hpp"
#include "machine/node/job_files.hpp"
#include "machine/node/process.hpp"
#include "machine/node/systemd.hpp"
#include "machine/node/turn.hpp"

namespace ashlar::node {
namespace {

constexpr const char* kTurnPath = "/run/ashlar-jobs.lock";
constexpr int kMostWaitForOthersMs = 60'000;
constexpr int64_t kMostOutputBytes = 1 << 20;

std::string unit_of(const std::string& name) {
  return "ashlar-job-" + name + ".service";
}
/// What a job runs.
struct Job {
  std::string name;
  std::vector<std::string> argv;
  std::string input;
};

struct JobState {
  std::string state;  // running, succeeded, failed, absent
  int exit_code = 0;
};

JobState read_job(const std::string& name) {
  const auto unit = unit_properties(
      unit_of(name),
      {"LoadState", "ActiveState", "SubState", "ExecMainStatus", "ExecMainCode", "InvocationID"});
  const auto value = [&](const char* property) {
    const auto found = unit.find(property);
    return found == unit.end() ? std::string() : found->second;
  };
  JobState job{.state = "running"};
  if (value("LoadState") != "loaded" || value("ActiveState") == "inactive") {
    job.state = "absent";
  } else if (value("ActiveState") == "failed" || value("SubState") == "exited") {
    job.exit_code = std::atoi(value("ExecMainStatus").c_str());
    // Codes of waitid(): 1 is an exit, others are signals.
    if (value("ExecMainCode") != "1") job.exit_code += 128;
    job.state = job.exit_code == 0 && value("ActiveState") != "failed" ? "succeeded" : "failed";
  }
  return job;
}

bool has_ended(const JobState& job) {
  return job.state == "succeeded" || job.state == "failed";
}

Json describe(const JobState& job) {
  Json data = {{"state", job.state}, {"exit_code", nullptr}};
  if (has_ended(job)) data["exit_code"] = job.exit_code;
  return data;
}

/// Jobs are looked after beside batches that are at work, but one at a time.
Descriptor take_turn_with_jobs() {
  Descriptor turn;
  if (!take_turn(turn, kTurnPath, kMostWaitForOthersMs, [] { return true; }))
    throw Failure("jobs are still being started or removed by another batch");
  return turn;
}

void forget(const std::string& name) {
  run_process({.argv = {"systemctl", "stop", "--", unit_of(name)}});
  run_process({.argv = {"systemctl", "reset-failed", "--", unit_of(name)}});
  remove_files(name);
}

void start(const Job& job) {
  std::vector<std::string> command = {"systemd-run",
                                      "--quiet",
                                      "--unit=" + unit_of(job.name),
                                      "--remain-after-exit",
                                      "--property=KillMode=control-group",
                                      "--setenv=DEBIAN_FRONTEND=noninteractive",
                                      "--setenv=LC_ALL=C.UTF-8",
                                      "--setenv=HOME=/root"};
  remove_files(job.name);
  begin_log(job.name);
  for (const char* stream : {"StandardOutput", "StandardError"})
    command.push_back("--property=" + std::string(stream) + "=append:" + log_path(job.name));
  if (!job.input.empty()) {
    keep_input(job.name, job.input);
    command.push_back("--property=StandardInput=file:" + input_path(job.name));
  }
  command.push_back("--");
  command.insert(command.end(), job.argv.begin(), job.argv.end());
  const ProcessResult started = run_process({.argv = command});
  // One that ends at once may make systemd-run fail; then polling tells how it ended.
  if (!started.succeeded() && read_job(job.name).state == "absent") {
    forget(job.name);
    throw Failure("cannot start the job " + job.name + ": " + started.complaint());
  }
}

Outcome ensure_started(const Job& job, bool check_only) {
  const Descriptor turn = check_only ? Descriptor() : take_turn_with_jobs();
  const JobState present = read_job(job.name);
  if (present.state == "running" || present.state == "succeeded")
    return {.message = present.state, .data = describe(present)};
  if (check_only) return {.changed = true, .message = "to be started", .data = describe(present)};
  if (present.state == "failed") forget(job.name);
  start(job);
  return {.changed = true, .message = "started", .data = describe({.state = "running"})};
}

Outcome ensure_removed(const std::string& name, bool check_only) {
  const Descriptor turn = check_only ? Descriptor() : take_turn_with_jobs();
  if (read_job(name).state == "absent" && !has_files(name)) return {.message = "absent"};
  if (!check_only) forget(name);
  return {.changed = true, .message = check_only ? "to be removed" : "removed"};
}

/// This program, which the control plane may replace by another version while it runs.
std::string own_path() {
  std::array<char, 4'096> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0) throw system_failure("find ashlar-node's own path");
  return {path.data(), static_cast<size_t>(size)};
}

/// The text of a batch that is to run as a job: checked now, so that it is refused before anything
/// is touched.
std::string batch_text(Fields& fields) {
  std::string text = to_text(fields.raw("batch"));
  try {
    prepare_batch(text);
  } catch (const Failure& failure) {
    fields.fault("batch", std::string("is refused: ") + failure.what());
  }
  return text;
}

struct Poll {
  std::string name;
  int log_lines = 0;
  std::optional<int64_t> offset;
  int64_t most_bytes = 0;
};

Outcome look_at(const Poll& poll) {
  const JobState job = read_job(poll.name);
  const bool ended = has_ended(job);
  const bool has_log = job.state != "absent";
  if (ended) drop_input(poll.name);
  Json data = describe(job);
  data["log"] = has_log && poll.log_lines > 0 ? log_tail(poll.name, poll.log_lines) : "";
  data["answer"] = ended ? answer_of_job(poll.name) : Json(nullptr);
  if (poll.offset) {
    const LogPiece piece = has_log ? log_from(poll.name, *poll.offset, poll.most_bytes, ended)
                                   : LogPiece{.text = "", .next = *poll.offset};
    data["output"] = piece.text;
    data["next_offset"] = piece.next;
    data["more"] = piece.more;
    data["log_bytes"] = piece.size;
  }
  return {.message = job.state, .data = data};
}

std::string job_name(Fields& fields) {
  const std::string name = fields.word("name");
  if (!name.empty() && !is_plain_name(name, "-_.", 100))
    fields.fault("name", "must be 1 to 100 letters, digits, `-`, `_` or `.`");
  return name;
}

}  // namespace

Work prepare_job_start(Fields& fields) {
  Job job{.name = job_name(fields)};
  const bool of_batch = fields.has("batch");
  if (of_batch == fields.has("argv")) fields.fault("batch", "or `argv` must be given, not both");
  if (!of_batch) {
    job.argv = fields.words("argv");
    job.input = fields.text_or("input", "");
  } else {
    job.input = batch_text(fields);
  }
  return [job, of_batch](const Context& context) mutable {
    if (of_batch) job.argv = {own_path(), "job", job.name};
    return ensure_started(job, context.check_only);
  };
}

Work prepare_job_poll(Fields& fields) {
  Poll poll{.name = job_name(fields)};
  if (fields.has("offset"))
    poll.offset = fields.integer("offset", 0, std::numeric_limits<int64_t>::max() / 2);
  poll.most_bytes = fields.integer_or("most_bytes", 1'024, kMostOutputBytes, 65'536);
  poll.log_lines = static_cast<int>(fields.integer_or("log_lines", 0, 1'000, poll.offset ? 0 : 40));
  return [poll](const Context&) { return look_at(poll); };
}

Work prepare_job_remove(Fields& fields) {
  return [name = job_name(fields)](const Context& context) {
    return ensure_removed(name, context.check_only);
  };
}

}  // namespace ashlar::node
