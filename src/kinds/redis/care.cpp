#include "kinds/redis/care.hpp"

#include <algorithm>
#include <string>

#include "kinds/redis/spec.hpp"

namespace ashlar::redis {
namespace {

/// What is unknown is not healed.
Heal policy_in(const Json& object, const char* member) {
  const std::string text = object.is_object() ? object.value(member, std::string("none")) : "none";
  for (const Heal policy : {Heal::kSafe, Heal::kReplace})
    if (text == to_string(policy)) return policy;
  return Heal::kNone;
}

}  // namespace

bool wants_healing(const Json& spec, const Json& observed) {
  if (spec.value("power", std::string("on")) == "off" || !observed.is_object()) return false;
  const auto drift = observed.find("drift");
  if (drift == observed.end() || !drift->is_array()) return false;
  const Heal policy = policy_in(spec, "heal");
  return std::ranges::any_of(*drift, [&](const Json& item) {
    const Heal needed = policy_in(item, "heals");
    return needed != Heal::kNone && needed <= policy;
  });
}

}  // namespace ashlar::redis
