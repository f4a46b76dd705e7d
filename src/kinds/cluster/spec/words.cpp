#include "kinds/cluster/spec/words.hpp"

namespace ashlar::cluster {

std::string_view to_string(Heal heal) {
  return heal == Heal::kNone ? "none" : heal == Heal::kSafe ? "safe" : "replace";
}

Heal heal_from(std::string_view text) {
  for (const Heal heal : {Heal::kNone, Heal::kReplace})
    if (text == to_string(heal)) return heal;
  return Heal::kSafe;
}

std::string_view to_string(Strategy strategy) {
  return strategy == Strategy::kInPlace ? "in-place" : "replace";
}

Strategy strategy_from(std::string_view text) {
  return text == to_string(Strategy::kReplace) ? Strategy::kReplace : Strategy::kInPlace;
}

Strategy strategy_of(const Json& once, Strategy declared) {
  const bool names_one = once.is_object() && once.contains("strategy");
  return names_one ? strategy_from(once["strategy"].get_ref<const std::string&>()) : declared;
}

}  // namespace ashlar::cluster
