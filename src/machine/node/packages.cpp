// package, installed_packages: Debian packages by apt.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "machine/node/dpkg.hpp"
#include "machine/node/fields.hpp"
#include "machine/node/process.hpp"
#include "machine/node/system_files.hpp"
#include "machine/node/text.hpp"

namespace ashlar::node {
namespace {

constexpr const char* kPolicyPath = "/usr/sbin/policy-rc.d";
constexpr const char* kPolicy =
    "#!/bin/sh\n# Made by ashlar-node while it installs packages, so that none starts by itself.\n"
    "exit 101\n";

struct WantedPackages {
  std::vector<std::string> names;
  std::string version;         // of each of them; empty: any
  bool downgrade = false;      // an installed one may be newer, and is then replaced all the same
  bool download_only = false;  // fetched and resolved, so that installing cannot fail for that
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

/// Those that are not there as wanted.
std::vector<std::string> pending_of(const WantedPackages& wanted) {
  const InstalledPackages installed;
  std::vector<std::string> pending;
  for (const std::string& name : wanted.names) {
    const auto version = installed.version_of(name);
    if (!version || (!wanted.version.empty() && *version != wanted.version))
      pending.push_back(name);
  }
  return pending;
}

/// How long apt and dpkg may take together, and who hears what they say.
struct Limits {
  int64_t deadline = 0;
  int log = -1;

  int left_ms() const { return static_cast<int>(std::max<int64_t>(deadline - monotonic_ms(), 1)); }
};

ProcessResult run_apt(std::vector<std::string> arguments, const Limits& limits) {
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
  return run_process({.argv = argv,
                      .timeout_ms = limits.left_ms(),
                      .environment = {"DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_MODE=l"},
                      .copy_to = limits.log});
}

bool said(const ProcessResult& result, std::initializer_list<const char*> texts) {
  return std::ranges::any_of(texts, [&](const char* text) {
    return result.err.find(text) != std::string::npos || result.out.find(text) != std::string::npos;
  });
}

/// DPkg::Lock::Timeout does not cover the lock of the package lists: wait for that here.
ProcessResult update_lists(const Limits& limits) {
  for (;;) {
    ProcessResult result = run_apt({"update"}, limits);
    if (result.succeeded() || !said(result, {"/var/lib/apt/lists/lock"}) ||
        monotonic_ms() + 1'000 > limits.deadline)
      return result;
    ::sleep(1);
  }
}

std::vector<std::string> install_arguments(const WantedPackages& wanted,
                                           const std::vector<std::string>& names) {
  std::vector<std::string> arguments = {"install", "--no-install-recommends"};
  // What an exact version would push out is for a person to decide.
  if (!wanted.version.empty()) arguments.emplace_back("--no-remove");
  if (wanted.downgrade) arguments.emplace_back("--allow-downgrades");
  if (wanted.download_only) arguments.emplace_back("--download-only");
  arguments.emplace_back("--");
  for (const std::string& name : names)
    arguments.push_back(wanted.version.empty() ? name : name + "=" + wanted.version);
  return arguments;
}

void update_lists_or_throw(const Limits& limits) {
  if (const ProcessResult updated = update_lists(limits); !updated.succeeded())
    throw Failure("apt-get update: " + updated.complaint());
}

ProcessResult install(const std::vector<std::string>& arguments, const Limits& limits) {
  ProcessResult result = run_apt(arguments, limits);
  if (!result.succeeded() && said(result, {"dpkg --configure -a"})) {
    run_process({.argv = {"dpkg", "--configure", "-a", "--force-confdef", "--force-confold"},
                 .timeout_ms = limits.left_ms(),
                 .environment = {"DEBIAN_FRONTEND=noninteractive"},
                 .copy_to = limits.log});
    result = run_apt(arguments, limits);
  }
  const bool lists_are_old =
      said(result,
           {"Unable to locate package", "has no installation candidate", "Unable to fetch", "404"});
  if (result.succeeded() || !lists_are_old) return result;
  update_lists_or_throw(limits);
  return run_apt(arguments, limits);
}

/// The first of them that no source offers in the wanted version, with what is offered instead.
std::optional<std::pair<std::string, std::vector<std::string>>> not_offered(
    const WantedPackages& wanted, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    auto offered = offered_versions(name);
    if (std::ranges::find(offered, wanted.version) == offered.end())
      return std::pair(name, std::move(offered));
  }
  return std::nullopt;
}

/// Before apt is asked for it: its own complaint does not say what there is. Lists may be old.
void require_offered(const WantedPackages& wanted, const std::vector<std::string>& names,
                     const Limits& limits) {
  if (!not_offered(wanted, names)) return;
  update_lists_or_throw(limits);
  const auto lacking = not_offered(wanted, names);
  if (!lacking) return;
  const auto& [name, offered] = *lacking;
  throw Failure(
      "the package sources of this machine do not offer " + name + " " + wanted.version +
          (offered.empty() ? ", nor any other version of it" : "; they offer " + joined(offered)),
      {{"reason", "not-offered"}, {"package", name}, {"offered", offered}});
}

void refuse_to_go_back(const WantedPackages& wanted) {
  const InstalledPackages installed;
  for (const std::string& name : wanted.names) {
    const auto version = installed.version_of(name);
    if (version && is_newer(*version, wanted.version))
      throw Failure(name + " " + *version + " is installed, which is newer than " + wanted.version +
                        "; `downgrade` was not given",
                    {{"reason", "newer"}, {"package", name}, {"installed", *version}});
  }
}

std::string described(const WantedPackages& wanted, const std::vector<std::string>& names) {
  return joined(names) + (wanted.version.empty() ? "" : " " + wanted.version);
}

Outcome download(const WantedPackages& wanted, const std::vector<std::string>& pending,
                 const Limits& limits) {
  const ProcessResult result = install(install_arguments(wanted, pending), limits);
  if (!result.succeeded())
    throw Failure("apt-get install --download-only " + described(wanted, pending) + ": " +
                  result.complaint());
  return {.changed = !said(result, {"Need to get 0 B"}),
          .message = "downloaded " + described(wanted, pending),
          .data = {{"installed", Json::array()}}};
}

Outcome ensure_packages(const WantedPackages& wanted, const Context& context) {
  const std::vector<std::string> pending = pending_of(wanted);
  if (pending.empty()) return {.message = "installed", .data = {{"installed", Json::array()}}};
  if (!wanted.version.empty() && !wanted.downgrade) refuse_to_go_back(wanted);
  if (context.check_only)
    return {.changed = true,
            .message = "to be installed: " + described(wanted, pending),
            .data = {{"installed", pending}}};
  const Limits limits{monotonic_ms() + wanted.timeout_ms, context.log};
  if (!wanted.version.empty()) require_offered(wanted, pending, limits);
  if (wanted.download_only) return download(wanted, pending, limits);
  const ServicesHeld held(!wanted.start_services);
  const ProcessResult result = install(install_arguments(wanted, pending), limits);
  if (!result.succeeded())
    throw Failure("apt-get install " + described(wanted, pending) + ": " + result.complaint());
  if (const auto still_missing = pending_of(wanted); !still_missing.empty())
    throw Failure("apt-get succeeded, but these are not installed: " +
                  described(wanted, still_missing) + "; name real packages, not virtual ones");
  return {.changed = true,
          .message = "installed " + described(wanted, pending),
          .data = {{"installed", pending}}};
}

void check_names(Fields& fields, const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (!is_plain_name(name, "+.-"))
      fields.fault("names", "must be Debian package names: letters, digits, `+`, `.` and `-`");
}

}  // namespace

Work prepare_package(Fields& fields) {
  WantedPackages wanted{
      .names = fields.words("names"),
      .version = fields.text_or("version", ""),
      .downgrade = fields.flag_or("downgrade", false),
      .download_only = fields.flag_or("download_only", false),
      .start_services = fields.flag_or("start_services", false),
      .timeout_ms = static_cast<int>(fields.integer_or("timeout_ms", 1'000, 3'600'000, 900'000))};
  check_names(fields, wanted.names);
  if (!wanted.version.empty() && !is_debian_version(wanted.version))
    fields.fault("version", "must be the version of a Debian package, such as 5:7.0.15-1");
  if (wanted.downgrade && wanted.version.empty())
    fields.fault("downgrade", "is only for an exact `version`");
  return [wanted](const Context& context) { return ensure_packages(wanted, context); };
}

Work prepare_installed_packages(Fields& fields) {
  const std::vector<std::string> names = fields.words("names");
  check_names(fields, names);
  return [names](const Context&) {
    const InstalledPackages installed;
    Json versions = Json::object();
    for (const std::string& name : names) {
      const auto version = installed.version_of(name);
      versions[name] = version ? Json(*version) : Json(nullptr);
    }
    return Outcome{.message = "looked", .data = {{"versions", versions}}};
  };
}

}  // namespace ashlar::node
