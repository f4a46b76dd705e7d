#include "kinds/redis/spec/deal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/cluster/spec/fields.hpp"

namespace ashlar::redis {
namespace {

std::string path_of(Role role, size_t index) {
  return fmt::format("desiredState.roles.{}.nodes[{}].group", to_string(role), index);
}

/// Replication groups while they are being filled: number to count of replicas.
class Deal {
 public:
  Deal(Spec& spec, const std::map<std::string, int>& known) : spec_(spec), known_(known) {}

  std::vector<FieldError> run() {
    found_groups();
    seat_replicas();
    refuse_lonely_masters();
    refuse_groups_of_sentinels();
    return std::move(faults_);
  }

 private:
  int remembered(const NodeSpec& node) const {
    const auto found = known_.find(node.id);
    return found == known_.end() ? 0 : found->second;
  }

  void found_groups() {
    auto& masters = spec_.roles[Role::kMaster];
    for (size_t i = 0; i < masters.size(); ++i) {
      if (masters[i].group == 0) continue;
      if (!replicas_.emplace(masters[i].group, 0).second)
        faults_.push_back({path_of(Role::kMaster, i),
                           fmt::format("group {} has another master", masters[i].group), 0,
                           FaultOf::kRule});
    }
    for (auto& master : masters) {
      if (master.group != 0) continue;
      const int before = remembered(master);
      master.group = before != 0 && !replicas_.contains(before) ? before : 0;
      if (master.group != 0) replicas_.emplace(master.group, 0);
    }
    for (auto& master : masters) {
      if (master.group != 0) continue;
      master.group = lowest_free();
      replicas_.emplace(master.group, 0);
    }
  }

  /// A number that another node remembers is not free: its group may be what is being removed.
  int lowest_free() const {
    int number = 1;
    while (replicas_.contains(number) ||
           std::ranges::any_of(known_, [&](const auto& entry) { return entry.second == number; }))
      ++number;
    return number;
  }

  void seat_replicas() {
    auto& replicas = spec_.roles[Role::kReplica];
    if (replicas_.empty()) return;
    for (size_t i = 0; i < replicas.size(); ++i) {
      NodeSpec& replica = replicas[i];
      if (replica.group != 0 && !replicas_.contains(replica.group))
        faults_.push_back({path_of(Role::kReplica, i),
                           fmt::format("group {} has no master", replica.group), 0,
                           FaultOf::kRule});
      if (replica.group == 0 && replicas_.contains(remembered(replica)))
        replica.group = remembered(replica);
      if (replica.group != 0) ++replicas_[replica.group];
    }
    for (auto& replica : replicas) {
      if (replica.group != 0) continue;
      replica.group = std::ranges::min_element(replicas_, {}, [](const auto& entry) {
                        return entry.second;
                      })->first;
      ++replicas_[replica.group];
    }
  }

  void refuse_lonely_masters() {
    if (!spec_.sentinel || !faults_.empty()) return;
    const auto& masters = spec_.nodes(Role::kMaster);
    for (const auto& master : masters)
      if (replicas_.at(master.group) == 0)
        faults_.push_back(
            {"desiredState.roles.replica.nodes",
             fmt::format("leaves {} (group {}) without a replica to fail over to; remove a replica "
                         "of another group, or name this group at one",
                         master.id, master.group),
             0, FaultOf::kRule});
  }

  void refuse_groups_of_sentinels() {
    const auto& sentinels = spec_.nodes(Role::kSentinel);
    for (size_t i = 0; i < sentinels.size(); ++i)
      if (sentinels[i].group != 0)
        faults_.push_back({path_of(Role::kSentinel, i), "must be absent: sentinels watch all", 0,
                           FaultOf::kRule});
  }

  Spec& spec_;
  const std::map<std::string, int>& known_;
  std::map<int, int> replicas_;
  std::vector<FieldError> faults_;
};

}  // namespace

std::vector<FieldError> deal_groups(Spec& spec, const std::map<std::string, int>& known) {
  return Deal(spec, known).run();
}

std::vector<NodeSpec> resized(std::vector<NodeSpec> present, size_t count, Role role,
                              const std::optional<std::string>& size) {
  while (present.size() > count) {
    std::map<int, size_t> members;
    for (const auto& node : present) members[node.group] += node.group == 0 ? count + 1 : 1;
    // Backwards, so that of equally large groups the latest is chosen.
    const auto largest = std::max_element(
        members.rbegin(), members.rend(),
        [](const auto& one, const auto& other) { return one.second < other.second; });
    const auto last = std::find_if(present.rbegin(), present.rend(), [&](const NodeSpec& node) {
      return node.group == largest->first;
    });
    present.erase(std::next(last).base());
  }
  return cluster::counted(std::move(present), count, std::string(to_string(role)), size);
}

std::map<std::string, int> known_groups(const Json& stored) {
  std::map<std::string, int> known;
  if (!stored.is_object()) return known;
  const Spec spec = spec_from_json(stored);
  for (Role role : {Role::kMaster, Role::kReplica})
    for (const auto& node : spec.nodes(role)) known[node.id] = node.group;
  return known;
}

}  // namespace ashlar::redis
