#pragma once
// When what is wrong is mended without anyone asking. Pure: from what was seen, and from what
// earlier healings came to, to what is healed now and when to look again.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "engine/held_back.hpp"
#include "model/operation.hpp"

namespace ashlar::engine {

inline constexpr Millis kShortestHealPause{60'000};
inline constexpr Millis kLongestHealPause{30 * 60'000};
/// Between the look that finds something wrong and the one that confirms it.
inline constexpr Millis kConfirmPause{1'500};

/// How long after the end of the latest of `in_vain` healings that did not help the next may begin:
/// nothing for none, then 1 min, doubling to 30 min.
Millis heal_pause(int in_vain);

/// One earlier healing of the resource, as it is stored.
struct PastHealing {
  Time ended;
  std::set<std::string> faults;   // keys of those that it was begun for
  std::set<std::string> in_vain;  // of these, those that it did not mend
};
/// `steps`: those of the operation.
PastHealing past_healing(const Operation& operation, const std::vector<StepRecord>& steps);

/// When the fault may be healed next; nothing: at once. Only healings of the same fault count, and
/// of these only those that did not help, or that had to be repeated all the time: more than three
/// times within ten minutes. `history`: newest first.
std::optional<Time> may_heal_from(const Fault& fault, const std::vector<PastHealing>& history);

struct HealingInput {
  std::vector<Fault> faults;               // that are there now, and may be healed
  std::map<std::string, Time> first_seen;  // by key; at this look, or at one before
  std::vector<PastHealing> history;        // newest first
  std::optional<HeldBack> held_back;
  Time now;
};
struct HealingDecision {
  std::vector<Fault> heal;         // now; empty: nothing yet
  std::optional<Time> look_again;  // when another one may be due; nothing: as usual
};
HealingDecision decide(const HealingInput& input);

/// The first few of them, for people.
std::string reasons(const std::vector<Fault>& faults);

}  // namespace ashlar::engine
