#include "kinds/fleet/boot_watch.hpp"

#include <algorithm>

namespace ashlar::fleet {
namespace {

using cloud::MachineState;

/// Some providers show a new machine as off for a moment before they start it.
constexpr Millis kMayBeOff{5'000};
constexpr Millis kAskAgain{10'000};

std::optional<Time> time_in(const Json& json, const char* key) {
  const auto parsed = from_rfc3339(json.value(key, ""));
  return parsed ? std::optional(*parsed) : std::nullopt;
}

std::string text_of(const std::optional<Time>& time) {
  return time ? to_rfc3339(*time) : "";
}

}  // namespace

BootWatch BootWatch::from(const Json& json) {
  return {.off_since = time_in(json, "off_since"), .asked_at = time_in(json, "asked_at")};
}

Json BootWatch::to_json() const {
  return {{"off_since", text_of(off_since)}, {"asked_at", text_of(asked_at)}};
}

std::optional<std::string> BootWatch::verdict(cloud::Cloud& cloud,
                                              const cloud::CloudMachine& machine, Time since,
                                              Time now) {
  const bool is_off = machine.state == MachineState::kOff;
  if (!is_off) off_since.reset();
  if (is_off && !off_since) off_since = now;
  const Time last = std::max(since, asked_at.value_or(since));
  if (is_off || now - last >= kAskAgain) {
    if (!is_off) asked_at = now;
    if (auto failure = cloud.failure_of(machine.id)) return failure;
  }
  if (is_off && !machine.locked && now - *off_since >= kMayBeOff)
    return "it is off, and the provider does not tell why";
  return std::nullopt;
}

}  // namespace ashlar::fleet
