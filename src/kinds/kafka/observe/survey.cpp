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
