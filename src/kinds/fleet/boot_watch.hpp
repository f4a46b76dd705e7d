#pragma once
// When there is no use in waiting for a machine that is not up.

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "cloud/cloud.hpp"

namespace ashlar::fleet {

/// What is remembered between two looks at a machine that is not up.
struct BootWatch {
  std::optional<Time> off_since;
  std::optional<Time> asked_at;  // when the provider was asked what became of it

  static BootWatch from(const Json& json);
  Json to_json() const;
  bool operator==(const BootWatch&) const = default;

  /// Why it will not come up by itself: the provider has given it up, or it is off although nobody
  /// switched it off. Nothing while it may still come. Asks the provider each time for one that is
  /// off, and now and then for one that takes long. `since` is when the waiting began.
  std::optional<std::string> verdict(cloud::Cloud& cloud, const cloud::CloudMachine& machine,
                                     Time since, Time now);
};

}  // namespace ashlar::fleet
