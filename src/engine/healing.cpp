#include "engine/healing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ashlar::engine {
namespace {

/// A fault that keeps coming back is healed so many times within the time below before it counts
/// like one that healing does not help.
constexpr int kRepeated = 3;
constexpr Millis kRepeatedWithin{10 * 60'000};

std::string node_of(const std::string& key) {
  return key.substr(0, key.find(' '));
}

}  // namespace

Millis heal_pause(int in_vain) {
  if (in_vain <= 0) return Millis{0};
  return std::min<Millis>(kShortestHealPause * (1LL << std::min(in_vain - 1, 16)),
                          kLongestHealPause);
}

PastHealing past_healing(const Operation& operation, const std::vector<StepRecord>& steps) {
  PastHealing past{operation.finished_at.value_or(operation.created_at),
                   {operation.heals.begin(), operation.heals.end()},
                   {}};
  if (operation.state == OperationState::kSucceeded) return past;
  std::set<std::string> nodes;
  for (const StepRecord* step : unfinished(steps)) nodes.insert(step->planned.node);
  for (const std::string& key : past.faults)
    if (const std::string node = node_of(key); node.empty() || nodes.contains(node))
      past.in_vain.insert(key);
  return past;
}

std::optional<Time> may_heal_from(const Fault& fault, const std::vector<PastHealing>& history) {
  const std::string key = fault.key();
  std::optional<Time> latest;
  int in_vain = 0;
  int repeated = 0;
  bool unbroken = true;  // none of those seen so far has helped
  for (const PastHealing& past : history) {
    if (!past.faults.contains(key)) continue;
    if (!latest) latest = past.ended;
    unbroken = unbroken && past.in_vain.contains(key);
    if (unbroken)
      ++in_vain;
    else if (!past.in_vain.contains(key) && *latest - past.ended < kRepeatedWithin)
      ++repeated;
  }
  const Millis pause = heal_pause(in_vain + std::max(0, repeated - kRepeated + 1));
  return pause > Millis{0} ? std::optional(*latest + pause) : std::nullopt;
}

HealingDecision decide(const HealingInput& input) {
  HealingDecision decision;
  const auto later = [&](Time time) {
    decision.look_again = std::min(decision.look_again.value_or(Time::max()), time);
  };
  for (const Fault& fault : input.faults) {
    if (input.held_back && input.held_back->concerns(fault)) continue;
    const Time first_seen = input.first_seen.at(fault.key());
    const Time confirmed = first_seen + std::max(fault.lasts_at_least, kConfirmPause);
    if (input.now < confirmed) {
      later(confirmed);
    } else if (const auto from = may_heal_from(fault, input.history); from && input.now < *from) {
      later(*from);
    } else {
      decision.heal.push_back(fault);
    }
  }
  return decision;
}

std::string reasons(const std::vector<Fault>& faults) {
  constexpr size_t kMost = 3;
  std::vector<std::string> texts;
  for (const Fault& fault : faults)
    if (!fault.message.empty()) texts.push_back(fault.message);
  if (texts.empty()) return "it has drifted";
  const size_t more = texts.size() - std::min(texts.size(), kMost);
  texts.resize(std::min(texts.size(), kMost));
  return fmt::format("{}{}", fmt::join(texts, "; "),
                     more == 0 ? "" : fmt::format("; and {} more", more));
}

}  // namespace ashlar::engine
