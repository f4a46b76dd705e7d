#include "kinds/kafka/steps/throttle.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ashlar::kafka {
namespace {

constexpr const char* kRates[] = {"leader.replication.throttled.rate",
                                  "follower.replication.throttled.rate"};
constexpr const char* kLeaders = "leader.replication.throttled.replicas";
constexpr const char* kFollowers = "follower.replication.throttled.replicas";

using Lists = std::map<std::string, std::set<std::string>>;  // by setting: "PARTITION:BROKER"

std::map<std::string, Lists> lists_of(const std::vector<Move>& moves) {
  std::map<std::string, Lists> topics;
  for (const auto& move : moves) {
    Lists& lists = topics[move.topic];
    const auto entry = [&](int broker) { return fmt::format("{}:{}", move.partition, broker); };
    for (const int broker : move.before) lists[kLeaders].insert(entry(broker));
    for (const int broker : move.added()) lists[kFollowers].insert(entry(broker));
  }
  return topics;
}

std::set<std::string> words_of(const std::string& list) {
  std::set<std::string> words;
  for (size_t begin = 0; begin <= list.size();) {
    const size_t end = std::min(list.find(',', begin), list.size());
    if (end > begin) words.insert(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::string joined(const std::set<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

std::string value_of(const Json& resource, const std::string& setting) {
  for (const Json& entry : resource.at("entries"))
    if (entry.at("name") == setting && entry.at("value").is_string()) return entry.at("value");
  return {};
}

/// An operator's own rate is one that was set on the broker and is not kept as ours.
bool has_rate(const Json& resource) {
  return std::ranges::any_of(resource.at("entries"), [](const Json& entry) {
    return entry.at("source") == "DYNAMIC_BROKER_CONFIG";
  });
}

/// Whether a topic's list holds no others than these entries.
bool is_all(const Json& resources, const std::string& topic, const std::string& setting,
            const std::string& entries) {
  for (const Json& resource : resources)
    if (resource.at("name") == topic)
      return std::ranges::includes(words_of(entries), words_of(value_of(resource, setting)));
  return false;
}

}  // namespace

void Throttle::hold(const std::vector<Move>& moves, const std::set<int>& brokers,
                    long long bytes_per_second) {
  if (bytes_per_second == 0) return release_all();
  auto topics = lists_of(moves);
  Json asked_topics = Json::array();
  Json asked_brokers = Json::array();
  for (const auto& [name, lists] : topics)
    asked_topics.push_back({{"type", "topic"}, {"name", name}});
  for (const int broker : brokers)
    asked_brokers.push_back({{"type", "broker"}, {"name", std::to_string(broker)}});
  const auto results = work_.ask_or_throw(
      {{{"op", "describe_configs"}, {"resources", asked_topics}, {"names", {kLeaders, kFollowers}}},
       {{"op", "describe_configs"},
        {"resources", asked_brokers},
        {"names", {kRates[0], kRates[1]}}}},
      true);

  Json ours = Json::object();
  std::vector<Json> changes;
  for (const Json& resource : results[0].data.at("resources")) {
    const std::string name = resource.at("name");
    Json append = Json::object();
    for (auto& [setting, entries] : topics.at(name)) {
      const auto present = words_of(value_of(resource, setting));
      if (present.contains("*")) continue;  // an operator's, and holds for these as well
      std::erase_if(entries, [&](const std::string& entry) { return present.contains(entry); });
      if (!entries.empty()) append[setting] = joined(entries);
    }
    if (append.empty()) continue;
    ours[name] = append;
    changes.push_back({{"type", "topic"}, {"name", name}, {"append", append}});
  }
  std::set<int> rated = state_.value("brokers", Json::array()).get<std::set<int>>();
  for (const Json& resource : results[1].data.at("resources"))
    if (!has_rate(resource)) rated.insert(std::stoi(resource.at("name").get<std::string>()));

  state_["topics"] = ours;
  state_["brokers"] = rated;
  state_["rate"] = bytes_per_second;
  keep();
  if (!changes.empty()) change(changes);
  set_rates(bytes_per_second);
}

void Throttle::follow(long long bytes_per_second) {
  if (!state_.contains("rate") || state_["rate"] == bytes_per_second) return;
  if (bytes_per_second == 0) return release_all();
  state_["rate"] = bytes_per_second;
  keep();
  set_rates(bytes_per_second);
}

void Throttle::set_rates(long long bytes_per_second) {
  std::vector<Json> resources;
  const std::string rate = std::to_string(bytes_per_second);
  for (const int broker : state_.at("brokers").get<std::set<int>>())
    resources.push_back({{"type", "broker"},
                         {"name", std::to_string(broker)},
                         {"set", {{kRates[0], rate}, {kRates[1], rate}}}});
  if (!resources.empty()) change(resources);
}

void Throttle::release_moves() {
  const Json topics = state_.value("topics", Json::object());
  if (topics.empty()) return;
  const auto present = lists_now(topics);
  std::vector<Json> resources;
  for (const auto& [name, lists] : topics.items()) {
    Json each{{"type", "topic"}, {"name", name}};
    for (const auto& [setting, entries] : lists.items())
      if (is_all(present, name, setting, entries))
        each["delete"].push_back(setting);  // what is taken out of a list leaves an empty one
      else
        each["subtract"][setting] = entries;
    resources.push_back(std::move(each));
  }
  change(resources);
  state_["topics"] = Json::object();
  keep();
}

/// What the topics' settings hold; nothing when one of the topics is gone.
Json Throttle::lists_now(const Json& topics) const {
  Json resources = Json::array();
  for (const auto& [name, lists] : topics.items())
    resources.push_back({{"type", "topic"}, {"name", name}});
  const auto result = work_
                          .ask({{{"op", "describe_configs"},
                                 {"resources", resources},
                                 {"names", {kLeaders, kFollowers}}}},
                               true)
                          .front();
  return result.ok ? result.data.at("resources") : Json::array();
}

void Throttle::release_all() {
  release_moves();
  if (!state_.contains("rate")) return;
  std::vector<Json> resources;
  for (const int broker : state_.at("brokers").get<std::set<int>>())
    resources.push_back(
        {{"type", "broker"}, {"name", std::to_string(broker)}, {"delete", {kRates[0], kRates[1]}}});
  if (!resources.empty()) change(resources);
  state_ = Json::object();
  keep();
}

void Throttle::keep() {
  work_.keep("throttle", state_);
}

/// A topic that was deleted meanwhile took its settings along.
void Throttle::change(const std::vector<Json>& resources) {
  const auto result =
      work_.ask({{{"op", "alter_configs"}, {"resources", resources}}}, false).front();
  if (result.ok) return;
  const Json failed =
      result.data.is_object() ? result.data.value("failed", Json::array()) : Json::array();
  const bool only_gone =
      result.type == "UnknownTopicOrPartitionException" &&
      std::ranges::all_of(failed, [](const Json& one) {
        return one.value("type", std::string()) == "UnknownTopicOrPartitionException";
      });
  if (only_gone) return;
  throw Error(ErrorCode::kMachine, "Kafka did not take the throttle: " + result.error);
}

}  // namespace ashlar::kafka
