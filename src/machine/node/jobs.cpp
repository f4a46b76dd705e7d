// job_start, job_poll, job_remove: long commands as transient systemd units, which outlive the SSH
// session and every crash of the control plane.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/descriptor.hpp"
#include "machine/node/fields.hpp"
#include "machine/node/process.hpp"
#include "machine/node/system_files.hpp"
#include "machine/node/systemd.hpp"

namespace ashlar::node {
namespace {

constexpr const char* kInputs = "/run/ashlar/jobs";
constexpr const char* kLogs = "/var/log/ashlar";
constexpr off_t kMostLogBytes = 65'536;

std::string unit_of(const std::string& name) {
  return "ashlar-job-" + name + ".service";
}
std::string input_of(const std::string& name) {
  return std::string(kInputs) + "/" + name + ".input";
}

std::string log_of(const std::string& name) {
  return std::string(kLogs) + "/job-" + name + ".log";
}

struct JobState {
  std::string state;  // running, succeeded, failed, absent
  int exit_code = 0;
};

/// The last lines of the job's own log. A file, since the journal loses track of whose line it was
/// when a process ends at once.
std::string log_tail(const std::string& name, int lines) {
  const Descriptor file(::open(log_of(name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status{};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return {};
  std::string text(static_cast<size_t>(std::min(status.st_size, kMostLogBytes)), '\0');
  const ssize_t count = ::pread(file.get(), text.data(), text.size(),
                                status.st_size - static_cast<off_t>(text.size()));
  text.resize(count < 0 ? 0 : static_cast<size_t>(count));
  size_t begin = text.size() - (text.ends_with('\n') ? 1 : 0);
  for (; begin > 0; --begin)
    if (text[begin - 1] == '\n' && --lines == 0) break;
  return text.substr(begin);
}

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

Json describe(const JobState& job, const std::string& name, int log_lines) {
  const bool ended = job.state == "succeeded" || job.state == "failed";
  Json data = {{"state", job.state}, {"exit_code", nullptr}, {"log", ""}};
  if (ended) data["exit_code"] = job.exit_code;
  if (job.state != "absent" && log_lines > 0) data["log"] = log_tail(name, log_lines);
  return data;
}

void forget(const std::string& name) {
  run_process({.argv = {"systemctl", "stop", "--", unit_of(name)}});
  run_process({.argv = {"systemctl", "reset-failed", "--", unit_of(name)}});
  ::unlink(input_of(name).c_str());
  ::unlink(log_of(name).c_str());
}

void start(const std::string& name, const std::vector<std::string>& argv,
           const std::string& input) {
  std::vector<std::string> command = {"systemd-run",
                                      "--quiet",
                                      "--unit=" + unit_of(name),
                                      "--remain-after-exit",
                                      "--property=KillMode=control-group",
                                      "--setenv=DEBIAN_FRONTEND=noninteractive",
                                      "--setenv=LC_ALL=C.UTF-8",
                                      "--setenv=HOME=/root"};
  make_directories(kLogs);
  replace_file(log_of(name), "", {.user = 0, .group = 0, .mode = 0600});
  for (const char* stream : {"StandardOutput", "StandardError"})
    command.push_back("--property=" + std::string(stream) + "=append:" + log_of(name));
  if (!input.empty()) {
    // A file that only root reads: a unit's properties can be read by everyone.
    make_directories(kInputs);
    replace_file(input_of(name), input, {.user = 0, .group = 0, .mode = 0600});
    command.push_back("--property=StandardInput=file:" + input_of(name));
  }
  command.push_back("--");
  command.insert(command.end(), argv.begin(), argv.end());
  const ProcessResult started = run_process({.argv = command});
  // One that ends at once may make systemd-run fail; then polling tells how it ended.
  if (!started.succeeded() && read_job(name).state == "absent") {
    forget(name);
    throw Failure("cannot start the job " + name + ": " + started.complaint());
  }
}

Outcome ensure_started(const std::string& name, const std::vector<std::string>& argv,
                       const std::string& input, bool check_only) {
  const JobState job = read_job(name);
  if (job.state == "running" || job.state == "succeeded")
    return {.message = job.state, .data = describe(job, name, 0)};
  if (check_only)
    return {.changed = true, .message = "to be started", .data = describe(job, name, 0)};
  if (job.state == "failed") forget(name);
  start(name, argv, input);
  return {.changed = true, .message = "started", .data = describe({.state = "running"}, name, 0)};
}

Outcome ensure_removed(const std::string& name, bool check_only) {
  const bool there = read_job(name).state != "absent";
  const bool left_files =
      ::access(input_of(name).c_str(), F_OK) == 0 || ::access(log_of(name).c_str(), F_OK) == 0;
  if (!there && !left_files) return {.message = "absent"};
  if (!check_only) forget(name);
  return {.changed = true, .message = check_only ? "to be removed" : "removed"};
}

std::string job_name(Fields& fields) {
  const std::string name = fields.word("name");
  if (!name.empty() && !is_plain_name(name, "-_.", 100))
    fields.fault("name", "must be 1 to 100 letters, digits, `-`, `_` or `.`");
  return name;
}

}  // namespace

Work prepare_job_start(Fields& fields) {
  return [name = job_name(fields), argv = fields.words("argv"),
          input = fields.text_or("input", "")](const Context& context) {
    return ensure_started(name, argv, input, context.check_only);
  };
}

Work prepare_job_poll(Fields& fields) {
  const int lines = static_cast<int>(fields.integer_or("log_lines", 0, 1'000, 40));
  return [name = job_name(fields), lines](const Context&) {
    const JobState job = read_job(name);
    if (job.state == "succeeded" || job.state == "failed") ::unlink(input_of(name).c_str());
    return Outcome{.message = job.state, .data = describe(job, name, lines)};
  };
}

Work prepare_job_remove(Fields& fields) {
  return [name = job_name(fields)](const Context& context) {
    return ensure_removed(name, context.check_only);
  };
}

}  // namespace ashlar::node
