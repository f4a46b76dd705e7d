#pragma once
// Where replicas are now, and which brokers can take more of them.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/clock.hpp"

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

/// What is under way already, as if it were to begin.
std::vector<Move> moves_under_way(const std::vector<Partition>& partitions);

/// What of it comes and goes, by broker: replicas that move, and those of `moves`, which did not
/// begin.
struct Traffic {
  std::map<int, int> receiving;
  std::map<int, int> giving;
};
Traffic traffic_of(const std::vector<Partition>& partitions, const std::vector<Move>& moves);

/// A reassignment as the status and the step that carries it out tell it: `KafkaReassignment` of
/// the contract. What is not known is null.
struct ReassignmentFigures {
  size_t partitions = 0;  // left
  Traffic traffic;
  std::optional<long long> bytes;  // to be copied in all
  std::optional<long long> copied_bytes;
  std::optional<long long> bytes_per_second;  // the bound in force; 0: none
  std::optional<Millis> left;
};
Json to_json(const ReassignmentFigures& figures, const std::function<std::string(int)>& name_of);

/// What is yet to be copied: of `moves`, which did not begin, and of what moves.
long long bytes_left(const Survey& survey, const std::vector<Move>& moves);

/// A broker that would be filled by what comes to it, in words; empty when there is room for all of
/// it. Something is left free: what is written meanwhile needs room, too.
std::string lack_of_room(const Survey& survey, const std::vector<Move>& moves,
                         const std::function<std::string(int)>& name_of);

}  // namespace ashlar::kafka
