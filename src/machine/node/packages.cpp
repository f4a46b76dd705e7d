// package: Debian packages by apt.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "machine/node/fields.hpp"
#include "machine/node/process.hpp"
#include "machine/node/system_files.hpp"

namespace ashlar::node {
namespace {

constexpr const char* kPolicyPath = "/usr/sbin/policy-rc.d";
constexpr const char* kPolicy =
    "#!/bin/sh\n# Made by ashlar-node while it installs packages, so that none starts by itself.\n"
    "exit 101\n";

struct WantedPackages {
  std::vector<std::string> names;
  bool start_services = false;
  int timeout_ms = 0;
};

/// While it lives, packages that are installed do not start their services: what runs is declared
/// by systemd_unit. A policy that the machine's owner made is left alone.
class ServicesHeld {
 public:
  explicit ServicesHeld(bool hold) {
    const auto present = read_whole(kPolicyPath);
    // One of ours that is there already was left by a crash.
    if (present == kPolicy) ::unlink(kPolicyPath);
    if (!hold || (present && present != kPolicy)) return;
    replace_file(kPolicyPath, kPolicy, {.user = 0, .group = 0, .mode = 0755});
    held_ = true;
  }
  ServicesHeld(const ServicesHeld&) = delete;
  ServicesHeld& operator=(const ServicesHeld&) = delete;
  ~ServicesHeld() {
    if (held_) ::unlink(kPolicyPath);
  }

 private:
  bool held_ = false;
};

/// Reads dpkg's own database instead of starting dpkg-query: a check costs a read, not a process.
bool is_installed(const std::string& dpkg_status, const std::string& name) {
  const std::string header = "Package: " + name + "\n";
  for (size_t at = dpkg_status.find(header); at != std::string::npos;
       at = dpkg_status.find(header, at + 1)) {
    if (at != 0 && dpkg_status[at - 1] != '\n') continue;
    const size_t end = std::min(dpkg_status.find("\n\n", at), dpkg_status.size());
    const std::string paragraph = dpkg_status.substr(at, end - at);
    if (paragraph.find("\nStatus: install ok installed") != std::string::npos ||
        paragraph.find("\nStatus: hold ok installed") != std::string::npos)
      return true;
  }
  return false;
}

std::vector<std::string> missing_of(const std::vector<std::string>& names) {
  const std::string status = read_whole("/var/lib/dpkg/status").value_or("");
  std::vector<std::string> missing;
  for (const std::string& name : names)
    if (!is_installed(status, name)) missing.push_back(name);
  return missing;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

ProcessResult run_apt(std::vector<std::string> arguments, int64_t deadline) {
  std::vector<std::string> argv = {"apt-get",
                                   "-q",
                                   "-y",
                                   "-o",
                                   "DPkg::Lock::Timeout=600",
                                   "-o",
                                   "Dpkg::Options::=--force-confdef",
                                   "-o",
                                   "Dpkg::Options::=--force-confold",
                                   "-o",
                                   "Dpkg::Use-Pty=0",
                                   "-o",
                                   "Acquire::Retries=3"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return run_process(
      {.argv = argv,
       .timeout_ms = static_cast<int>(std::max<int64_t>(deadline - monotonic_ms(), 1)),
       .environment = {"DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_MODE=l"}});
}

bool said(const ProcessResult& result, std::initializer_list<const char*> texts) {
  return std::ranges::any_of(texts, [&](const char* text) {
    return result.err.find(text) != std::string::npos || result.out.find(text) != std::string::npos;
  });
}

/// DPkg::Lock::Timeout does not cover the lock of the package lists: wait for that here.
ProcessResult update_lists(int64_t deadline) {
  for (;;) {
    ProcessResult result = run_apt({"update"}, deadline);
    if (result.succeeded() || !said(result, {"/var/lib/apt/lists/lock"}) ||
        monotonic_ms() + 1'000 > deadline)
      return result;
    ::sleep(1);
  }
}

ProcessResult install(const std::vector<std::string>& names, int64_t deadline) {
  std::vector<std::string> arguments = {"install", "--no-install-recommends", "--"};
  arguments.insert(arguments.end(), names.begin(), names.end());
  ProcessResult result = run_apt(arguments, deadline);
  if (!result.succeeded() && said(result, {"dpkg --configure -a"})) {
    run_process({.argv = {"dpkg", "--configure", "-a", "--force-confdef", "--force-confold"},
                 .timeout_ms = static_cast<int>(std::max<int64_t>(deadline - monotonic_ms(), 1)),
                 .environment = {"DEBIAN_FRONTEND=noninteractive"}});
    result = run_apt(arguments, deadline);
  }
  const bool lists_are_old =
      said(result,
           {"Unable to locate package", "has no installation candidate", "Unable to fetch", "404"});
  if (result.succeeded() || !lists_are_old) return result;
  if (const ProcessResult updated = update_lists(deadline); !updated.succeeded())
    throw Failure("apt-get update: " + updated.complaint());
  return run_apt(arguments, deadline);
}

Outcome ensure_packages(const WantedPackages& wanted, bool check_only) {
  const std::vector<std::string> missing = missing_of(wanted.names);
  if (missing.empty()) return {.message = "installed", .data = {{"installed", Json::array()}}};
  if (check_only)
    return {.changed = true,
            .message = "to be installed: " + joined(missing),
            .data = {{"installed", missing}}};
  const ServicesHeld held(!wanted.start_services);
  const ProcessResult result = install(missing, monotonic_ms() + wanted.timeout_ms);
  if (!result.succeeded())
    throw Failure("apt-get install " + joined(missing) + ": " + result.complaint());
  if (const auto still_missing = missing_of(wanted.names); !still_missing.empty())
    throw Failure("apt-get succeeded, but these are not installed: " + joined(still_missing) +
                  "; name real packages, not virtual ones");
  return {
      .changed = true, .message = "installed " + joined(missing), .data = {{"installed", missing}}};
}

}  // namespace

Work prepare_package(Fields& fields) {
  WantedPackages wanted{
      .names = fields.words("names"),
      .start_services = fields.flag_or("start_services", false),
      .timeout_ms = static_cast<int>(fields.integer_or("timeout_ms", 1'000, 3'600'000, 900'000))};
  for (const std::string& name : wanted.names)
    if (!is_plain_name(name, "+.-"))
      fields.fault("names", "must be Debian package names: letters, digits, `+`, `.` and `-`");
  return [wanted](const Context& context) { return ensure_packages(wanted, context.check_only); };
}

}  // namespace ashlar::node
