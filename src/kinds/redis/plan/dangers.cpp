#include "kinds/redis/plan/dangers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/syntax.hpp"

namespace ashlar::redis {
namespace {

bool opens_to_the_world(const Spec& spec) {
  return std::ranges::any_of(spec.client_ranges, is_the_world);
}

class Dangers {
 public:
  Dangers(const Spec& spec, const ObservedFacts& facts, const Difference& difference)
      : spec_(spec), facts_(facts), difference_(difference) {}

  std::vector<Danger> all() {
    lost_groups();
    lost_machines();
    if (facts_.applied.is_object()) compare(spec_from_json(facts_.applied));
    return std::move(dangers_);
  }

 private:
  void add(DangerKind kind, std::string message) { dangers_.push_back({kind, std::move(message)}); }

  void lost_groups() {
    for (const auto& group : difference_.gone_groups)
      add(DangerKind::kData, fmt::format("group {} and all its data are deleted", group));
  }

  void lost_machines() {
    std::vector<std::string> machines;
    bool data = false;
    for (const auto& leaver : difference_.leavers) {
      if (leaver.facts.missing) continue;
      machines.push_back(leaver.facts.machine.empty() ? leaver.record : leaver.facts.machine);
      data = data || !leaver.is_sentinel();
    }
    if (machines.empty()) return;
    const bool one = machines.size() == 1;
    add(DangerKind::kMachine,
        fmt::format("{} {} destroyed{}: {}",
                    one ? "a machine" : fmt::format("{} machines", machines.size()),
                    one ? "is" : "are", data ? ", with the copies of data there" : "",
                    fmt::join(machines, ", ")));
  }

  void compare(const Spec& before) {
    if (spec_.persistence < before.persistence)
      add(DangerKind::kPersistence, persistence_in_words());
    if (evicts(spec_) && !evicts(before))
      add(DangerKind::kData,
          fmt::format("maxMemoryPolicy {}: keys are deleted when memory is full, "
                      "where writes were refused before",
                      spec_.max_memory_policy));
    if (opens_to_the_world(spec_) && !opens_to_the_world(before))
      add(DangerKind::kExposure,
          fmt::format("everyone may connect to {} and try passwords: clientRanges has {}",
                      spec_.name, *std::ranges::find_if(spec_.client_ranges, is_the_world)));
  }

  std::string persistence_in_words() const {
    return spec_.persistence == Persistence::kNone
               ? "persistence none: nothing is written to disk, and a node that restarts comes "
                 "back "
                 "empty"
               : "persistence rdb: what was written since the last snapshot is lost in a crash";
  }

  static bool evicts(const Spec& spec) { return spec.max_memory_policy != "noeviction"; }

  const Spec& spec_;
  const ObservedFacts& facts_;
  const Difference& difference_;
  std::vector<Danger> dangers_;
};

}  // namespace

std::vector<Danger> dangers_of(const Spec& spec, const ObservedFacts& facts,
                               const Difference& difference) {
  return Dangers(spec, facts, difference).all();
}

}  // namespace ashlar::redis
