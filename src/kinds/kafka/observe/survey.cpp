#include "kinds/kafka/observe/survey.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/quantity.hpp"

namespace ashlar::kafka {
namespace {

/// admin/README.md, "placement", says what each place of the list holds.
Partition read_partition(const std::string& topic, int number, const Json& entry) {
  Partition partition;
  partition.topic = topic;
  partition.number = number;
  partition.replicas = entry.at(0).get<std::vector<int>>();
  partition.bytes = entry.at(1);
  partition.in_sync = entry.at(2).get<std::vector<int>>();
  if (entry.size() < 6) return partition;
  partition.adding = entry.at(3).get<std::vector<int>>();
  partition.removing = entry.at(4).get<std::vector<int>>();
  partition.copied_bytes = entry.at(5);
  std::erase_if(partition.replicas, [&](int broker) {
    return std::ranges::find(partition.removing, broker) != partition.removing.end();
  });
  return partition;
}

}  // namespace

size_t Survey::moving() const {
  return static_cast<size_t>(std::ranges::count_if(partitions, &Partition::moves));
}

std::vector<Json> survey_questions() {
  return {{{"op", "cluster"}}, {{"op", "placement"}}};
}

Survey read_survey(const std::vector<AdminResult>& results) {
  Survey survey;
  for (const Json& broker : results.at(0).data.at("brokers"))
    if (!broker.value("fenced", false)) survey.serving.insert(broker.at("id").get<int>());
  const Json& placement = results.at(1).data;
  for (const Json& broker : placement.at("brokers"))
    if (const Json bytes = broker.value("usableBytes", Json()); bytes.is_number())
      survey.usable_bytes[broker.at("id").get<int>()] = bytes.get<long long>();
  for (const Json& topic : placement.at("topics")) {
    int number = 0;
    for (const Json& entry : topic.at("partitions"))
      survey.partitions.push_back(read_partition(topic.at("name"), number++, entry));
  }
  return survey;
}

std::vector<Move> moves_under_way(const std::vector<Partition>& partitions) {
  std::vector<Move> moves;
  for (const auto& partition : partitions) {
    if (!partition.moves()) continue;
    std::vector<int> before = partition.replicas;
    std::erase_if(before, [&](int broker) {
      return std::ranges::find(partition.adding, broker) != partition.adding.end();
    });
    before.insert(before.end(), partition.removing.begin(), partition.removing.end());
    moves.push_back({partition.topic, partition.number, std::move(before), partition.replicas,
                     partition.bytes});
  }
  return moves;
}

Traffic traffic_of(const std::vector<Partition>& partitions, const std::vector<Move>& moves) {
  Traffic traffic;
  for (const auto& partition : partitions) {
    for (const int broker : partition.adding) ++traffic.receiving[broker];
    for (const int broker : partition.removing) ++traffic.giving[broker];
  }
  for (const auto& move : moves) {
    for (const int broker : move.added()) ++traffic.receiving[broker];
    for (const int broker : move.before)
      if (std::ranges::find(move.after, broker) == move.after.end()) ++traffic.giving[broker];
  }
  return traffic;
}

namespace {

template <class Value>
Json number_or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json by_node(const std::map<int, int>& replicas, const std::function<std::string(int)>& name_of) {
  Json list = Json::array();
  for (const auto& [broker, count] : replicas)
    list.push_back({{"node", name_of(broker)}, {"replicas", count}});
  return list;
}

}  // namespace

Json to_json(const ReassignmentFigures& figures, const std::function<std::string(int)>& name_of) {
  return {{"partitions", figures.partitions},
          {"receiving", by_node(figures.traffic.receiving, name_of)},
          {"giving", by_node(figures.traffic.giving, name_of)},
          {"bytes", number_or_null(figures.bytes)},
          {"copiedBytes", number_or_null(figures.copied_bytes)},
          {"bytesPerSecond", number_or_null(figures.bytes_per_second)},
          {"leftMilliseconds", figures.left ? Json(figures.left->count()) : Json(nullptr)}};
}

long long bytes_left(const Survey& survey, const std::vector<Move>& moves) {
  long long left = 0;
  for (const auto& move : moves) left += move.bytes_to_copy();
  for (const auto& partition : survey.partitions)
    left += std::max(0LL, partition.bytes * static_cast<long long>(partition.adding.size()) -
                              partition.copied_bytes);
  return left;
}

std::string lack_of_room(const Survey& survey, const std::vector<Move>& moves,
                         const std::function<std::string(int)>& name_of) {
  std::map<int, long long> coming;
  for (const auto& move : moves)
    for (const int broker : move.added()) coming[broker] += move.bytes;
  for (const auto& [broker, bytes] : coming) {
    const auto usable = survey.usable_bytes.find(broker);
    if (usable == survey.usable_bytes.end()) continue;
    if (static_cast<double>(bytes) <= kMayBeFilled * static_cast<double>(usable->second)) continue;
    return fmt::format("{} would get {} of replicas and has {} free", name_of(broker),
                       bytes_for_people(bytes), bytes_for_people(usable->second));
  }
  return {};
}

}  // namespace ashlar::kafka
