#pragma once
// Words of a spec that mean the same for every cluster.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace ashlar::cluster {

inline constexpr int kMostNodes = 100;
inline constexpr int kLongestPasswordOverlap = 86'400;  // seconds
inline constexpr std::string_view kDefaultImage = "debian-12-x64";

/// What Ashlar does about a fault by itself. Safe: nothing that costs money or loses a machine's
/// data.
enum class Heal { kNone, kSafe, kReplace };
std::string_view to_string(Heal);
/// Of to_string()'s form; anything else is safe.
Heal heal_from(std::string_view text);

/// How nodes come to machines of another size: by resizing those that they have, which keeps
/// addresses and data where they are; or by new machines that take over.
enum class Strategy { kInPlace, kReplace };
std::string_view to_string(Strategy);
/// Of to_string()'s form; anything else is in place.
Strategy strategy_from(std::string_view text);
/// Of one change: `once`, an intent's task or null, may name another than the spec declares.
Strategy strategy_of(const Json& once, Strategy declared);

/// What every declared node has, whatever it does.
struct NodeSpec {
  std::string id;  // unique in the cluster, also the node's name: broker-1
  std::string size;
  std::vector<std::string> tags;

  bool operator==(const NodeSpec&) const = default;
};

}  // namespace ashlar::cluster
