// systemd_unit.

#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <filesystem>

#include "machine/node/fields.hpp"
#include "machine/node/process.hpp"
#include "machine/node/systemd.hpp"

namespace ashlar::node {
namespace {

// File times advance with the kernel's tick, up to this much behind the clock that systemd reads.
constexpr int64_t kTickUs = 10'000;

struct WantedUnit {
  std::string name;
  std::optional<bool> enabled;
  std::string state;  // started, stopped, restarted, reloaded, or "" for: leave as it is
  std::vector<std::string> restart_after;
  int timeout_ms = 0;
};

using Properties = std::map<std::string, std::string>;

Properties read_unit(const std::string& name) {
  return unit_properties(
      name, {"LoadState", "ActiveState", "SubState", "UnitFileState", "NeedDaemonReload",
             "DropInPaths", "ExecMainStartTimestampMonotonic"});
}

/// systemd does not look for drop-ins in folders that it has not seen, so it does not say either
/// that they want a reload: as when a unit was there before its first drop-in.
bool has_unread_drop_in(const std::string& name, const Properties& unit) {
  const auto read = unit.find("DropInPaths");
  const std::string known = " " + (read == unit.end() ? "" : read->second) + " ";
  std::error_code absent;
  const std::filesystem::directory_iterator folder("/etc/systemd/system/" + name + ".d", absent);
  if (absent) return false;
  return std::ranges::any_of(folder, [&](const std::filesystem::directory_entry& entry) {
    return entry.path().extension() == ".conf" &&
           known.find(" " + entry.path().string() + " ") == std::string::npos;
  });
}

int64_t microseconds(const timespec& time) {
  return int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000;
}

int64_t now_us(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return microseconds(now);
}

/// True when one of the files was written after the unit's process was started (not: after it was
/// ready, which may be a second later). Comparing times, rather
/// than remembering what this batch changed, also works when a crash came between write and
/// restart.
bool has_newer_file(const Properties& unit, const std::vector<std::string>& files) {
  const auto started = unit.find("ExecMainStartTimestampMonotonic");
  if (started == unit.end() || started->second.empty() || started->second == "0") return false;
  const int64_t unit_age = now_us(CLOCK_MONOTONIC) - std::atoll(started->second.c_str());
  return std::ranges::any_of(files, [&](const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return false;
    return now_us(CLOCK_REALTIME) - microseconds(status.st_mtim) < unit_age + kTickUs;
  });
}

/// Nothing, or what systemctl must do for the wanted state.
std::string verb_for(const WantedUnit& wanted, const Properties& unit) {
  const std::string active = unit.contains("ActiveState") ? unit.at("ActiveState") : "";
  const bool runs = active == "active" || active == "reloading";
  if (wanted.state == "started") {
    const bool has_process = runs || active == "activating";
    if (has_process && has_newer_file(unit, wanted.restart_after)) return "restart";
    return runs ? "" : "start";
  }
  if (wanted.state == "stopped") return active == "inactive" || active == "failed" ? "" : "stop";
  if (wanted.state == "restarted") return "restart";
  if (wanted.state == "reloaded") return runs ? "reload-or-restart" : "start";
  return {};
}

bool is_masked(const Properties& unit) {
  const auto state = unit.find("UnitFileState");
  return state != unit.end() && state->second.starts_with("masked");
}

/// Nothing, "unmask", "enable" or "disable". Units without an install section are neither.
std::string enablement_for(const WantedUnit& wanted, const Properties& unit) {
  if (!wanted.enabled) return {};
  const std::string state = unit.contains("UnitFileState") ? unit.at("UnitFileState") : "";
  if (is_masked(unit)) return *wanted.enabled ? "unmask" : "";
  const bool fixed = state == "static" || state == "generated" || state == "transient" ||
                     state == "indirect" || state == "alias" || state == "linked";
  const bool is_enabled = state == "enabled";
  if (fixed || is_enabled == *wanted.enabled) return {};
  return *wanted.enabled ? "enable" : state == "disabled" ? "" : "disable";
}

Json describe(const Properties& unit) {
  const auto value = [&](const char* name) {
    return unit.contains(name) ? unit.at(name) : std::string();
  };
  return {{"active_state", value("ActiveState")},
          {"sub_state", value("SubState")},
          {"enabled_state", value("UnitFileState")}};
}

void act(const WantedUnit& wanted, const std::string& verb, const Properties& before) {
  // A unit that failed too often refuses to start until its counter is reset.
  if (verb != "stop" && before.contains("ActiveState") && before.at("ActiveState") == "failed")
    systemctl({"reset-failed"}, wanted.name, wanted.timeout_ms);
  systemctl({verb}, wanted.name, wanted.timeout_ms);
}

Outcome ensure_unit(const WantedUnit& wanted, bool check_only) {
  Properties unit = read_unit(wanted.name);
  const auto is = [&](const char* name, const char* value) {
    return unit.contains(name) && unit.at(name) == value;
  };
  const bool reload = is("NeedDaemonReload", "yes") || is("LoadState", "not-found") ||
                      has_unread_drop_in(wanted.name, unit);
  if (reload && !check_only) {
    systemctl({"daemon-reload"}, "", wanted.timeout_ms);
    unit = read_unit(wanted.name);
  }
  if (is("LoadState", "not-found")) {
    if (wanted.state == "stopped" && wanted.enabled != true)
      return {.message = "there is no such unit", .data = describe(unit)};
    // When checking, a file or package earlier in the batch may be what would bring it.
    if (check_only) return {.changed = true, .message = "not there yet", .data = describe(unit)};
    throw Failure("there is no unit " + wanted.name + " on this machine");
  }
  if (is_masked(unit) && wanted.enabled == true && !check_only) {
    // What is masked hides what it is otherwise.
    systemctl({"unmask"}, wanted.name, wanted.timeout_ms);
    Outcome rest = ensure_unit(wanted, false);
    return {.changed = true, .message = "unmask", .data = std::move(rest.data)};
  }
  const std::string enablement = enablement_for(wanted, unit);
  const std::string verb = verb_for(wanted, unit);
  const std::string what = enablement + (enablement.empty() || verb.empty() ? "" : ", ") + verb;
  if (check_only || what.empty())
    return {.changed = !what.empty(),
            .message = what.empty() ? "in place" : what,
            .data = describe(unit)};
  if (!enablement.empty()) systemctl({enablement}, wanted.name, wanted.timeout_ms);
  if (!verb.empty()) act(wanted, verb, unit);
  unit = read_unit(wanted.name);
  if (!verb.empty() && verb != "stop" && is("ActiveState", "failed"))
    throw Failure(wanted.name + " failed right after its start; last lines of its journal:\n" +
                      journal_tail(wanted.name, 20),
                  describe(unit));
  return {.changed = true, .message = what, .data = describe(unit)};
}

}  // namespace

Work prepare_systemd_unit(Fields& fields) {
  WantedUnit wanted{
      .name = fields.word("name"),
      .enabled = fields.maybe_flag("enabled"),
      .state = fields.text_or("state", ""),
      .restart_after = fields.words_or_none("restart_after"),
      .timeout_ms = static_cast<int>(fields.integer_or("timeout_ms", 1'000, 600'000, 100'000))};
  if (!wanted.name.empty() && !is_unit_name(wanted.name))
    fields.fault("name", "must be the name of a systemd unit");
  static constexpr const char* kStates[] = {"", "started", "stopped", "restarted", "reloaded"};
  if (std::ranges::find(kStates, wanted.state) == std::end(kStates))
    fields.fault("state", "must be started, stopped, restarted or reloaded");
  return [wanted](const Context& context) { return ensure_unit(wanted, context.check_only); };
}

}  // namespace ashlar::node
