#pragma once
// What this machine must have, as data: probes find out, rendering says what to do.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "cli/context.hpp"

namespace ashlar::cli {

enum class Health { kGood, kAdvice, kBad };

struct Finding {
  std::string group;  // "Machines on this computer"
  std::string what;   // "systemd-nspawn"
  Health health = Health::kGood;
  std::string found;   // "version 252"
  std::string remedy;  // empty when it is good
};

/// Kilobytes of a line such as `MemAvailable:   123 kB` in /proc/meminfo; 0 when it is not there.
long long memory_kilobytes(std::string_view meminfo, std::string_view name);

std::string render_findings(const std::vector<Finding>& findings, const Style& style);
Json to_json(const Finding& finding);

/// What is needed to run machines here (the pocket cloud and the demo).
std::vector<Finding> probe_this_machine();
/// The server the commands talk to, the token, and the providers behind it.
std::vector<Finding> probe_server(const Endpoint& endpoint);

}  // namespace ashlar::cli
