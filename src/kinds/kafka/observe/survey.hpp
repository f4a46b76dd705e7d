#pragma once
// Where replicas are now, and which brokers can take more of them.

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "kinds/kafka/plan/placement.hpp"
#include "kinds/kafka/server/admin.hpp"

namespace ashlar::kafka {

struct Survey {
  std::vector<Partition> partitions;      // of all topics, Kafka's own too
  std::set<int> serving;                  // brokers that are registered and not fenced
  std::map<int, long long> usable_bytes;  // of each broker that said so

  size_t moving() const;  // partitions that move
};

/// The operations that ask for it, and what their results say.
std::vector<Json> survey_questions();
Survey read_survey(const std::vector<AdminResult>& results);

/// What is yet to be copied: of `moves`, which did not begin, and of what moves.
long long bytes_left(const Survey& survey, const std::vector<Move>& moves);

/// A broker that would be filled by what comes to it, in words; empty when there is room for all of
/// it. Something is left free: what is written meanwhile needs room, too.
std::string lack_of_room(const Survey& survey, const std::vector<Move>& moves,
                         const std::function<std::string(int)>& name_of);

}  // namespace ashlar::kafka
