#include "kinds/redis/spec/advice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/syntax.hpp"

namespace ashlar::redis {
namespace {

class Adviser {
 public:
  Adviser(const Spec& spec, const Topology& topology, const Catalog& catalog)
      : spec_(spec), topology_(topology), catalog_(catalog) {}

  std::vector<std::string> all() const {
    std::vector<std::string> notes;
    const size_t sentinels = spec_.nodes(Role::kSentinel).size();
    if (sentinels > 0 && sentinels % 2 == 0)
      notes.push_back(
          fmt::format("{} sentinels survive the loss of {}, as {} do: an odd number is "
                      "cheaper or safer",
                      sentinels, (sentinels - 1) / 2, sentinels - 1));
    if (!spec_.tls)
      notes.push_back(spec_.production()
                          ? "TLS is switched off: passwords and data cross the network in clear, "
                            "which production clusters should not allow"
                          : "without TLS, passwords and data cross the network in clear");
    note_production_size(notes);
    note_sizes(notes);
    note_durability(notes);
    for (const auto& range : spec_.client_ranges)
      if (is_the_world(range))
        notes.push_back(
            fmt::format("clientRanges has {}: everyone who can reach the machines may "
                        "try passwords",
                        range));
    if (spec_.client_ranges.empty())
      notes.push_back("clientRanges is empty: only the cluster's own machines reach Redis");
    return notes;
  }

 private:
  void note_production_size(std::vector<std::string>& notes) const {
    constexpr long long kUsual = 8LL << 30;
    const std::string& slug = spec_.nodes(Role::kMaster).front().size;
    const Size* size = catalog_.find_size(slug);
    if (spec_.production() && size != nullptr && size->memory_bytes < kUsual)
      notes.push_back(fmt::format(
          "production masters usually have s-4vcpu-8gb or more; {} is fit for staging", slug));
  }

  void note_sizes(std::vector<std::string>& notes) const {
    for (const auto& group : topology_.groups) {
      const Size* master = catalog_.find_size(topology_.node(group.master).size);
      for (const auto& name : group.replicas) {
        const Size* replica = catalog_.find_size(topology_.node(name).size);
        if (master == nullptr || replica == nullptr ||
            replica->memory_bytes >= master->memory_bytes)
          continue;
        notes.push_back(
            fmt::format("{} has less memory than {}, and must be able to take its "
                        "place: all of {} is limited to {} MiB",
                        name, group.master, group.name, group.max_memory_bytes / 1024 / 1024));
        break;
      }
    }
  }

  void note_durability(std::vector<std::string>& notes) const {
    if (spec_.persistence == Persistence::kNone)
      notes.push_back(spec_.sentinel
                          ? "persistence is none: a master that fails restarts only after its "
                            "replicas had time to take over, since it would come back empty"
                          : "persistence is none: a restart loses all data");
    const bool guarded =
        spec_.production() && std::ranges::any_of(topology_.groups, [](const Group& group) {
          return group.replicas.size() >= 2;
        });
    if (guarded)
      notes.push_back(
          "masters with two or more replicas refuse writes while none of them keeps up (lag of 10 "
          "s or less): an isolated master then loses at most 10 s of writes");
    if (spec_.sentinel)
      notes.push_back(
          fmt::format("a master counts as down after {} ms without an answer; clients "
                      "must ask the sentinels for it and reconnect",
                      spec_.down_after_milliseconds));
  }

  const Spec& spec_;
  const Topology& topology_;
  const Catalog& catalog_;
};

}  // namespace

std::vector<std::string> advice(const Spec& spec, const Topology& topology,
                                const Catalog& catalog) {
  return Adviser(spec, topology, catalog).all();
}

}  // namespace ashlar::redis
