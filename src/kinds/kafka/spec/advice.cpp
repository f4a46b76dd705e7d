#include "kinds/kafka/spec/advice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/field_reader.hpp"
#include "base/syntax.hpp"
#include "kinds/kafka/spec/configuration.hpp"

namespace ashlar::kafka {

std::vector<std::string> unsparing_topics(const Spec& spec) {
  std::vector<std::string> names;
  for (const auto& topic : spec.topics) {
    const auto own = number_in(topic.configuration, "min.insync.replicas");
    const long long in_sync = own.value_or(spec.defaults.min_insync_replicas);
    if (topic.replication_factor <= in_sync) names.push_back(topic.name);
  }
  return names;
}

std::vector<std::string> advice(const Spec& spec) {
  std::vector<std::string> notes;
  if (spec.client_ranges.empty())
    notes.emplace_back("no clientRanges are given: only the cluster's own machines reach it");
  if (std::ranges::any_of(spec.client_ranges, is_the_world))
    notes.emplace_back("clientRanges let in everyone; name the networks of your clients");
  if (!spec.tls)
    notes.emplace_back(
        "clients speak without TLS: who listens on the network reads what they send and can guess "
        "passwords from how they log in; enableTLS protects both");
  if (spec.type == Type::kSingle)
    notes.emplace_back(
        "one node holds everything: while it is away nothing can be read or written");
  const auto unsparing = unsparing_topics(spec);
  if (spec.type != Type::kSingle && !unsparing.empty())
    notes.push_back(fmt::format(
        "{} no more replicas than must be in sync: while a broker is away they take no records: {}",
        unsparing.size() == 1 ? "one topic has" : fmt::format("{} topics have", unsparing.size()),
        list_for_people(unsparing, 5)));
  const auto& brokers = spec.nodes(Role::kBroker);
  const bool some =
      std::ranges::any_of(brokers, [](const auto& node) { return !node.zone.empty(); });
  const bool all =
      std::ranges::all_of(brokers, [](const auto& node) { return !node.zone.empty(); });
  if (some && !all)
    notes.emplace_back(
        "some brokers have a zone and some have none: replicas are only spread over zones when all "
        "have one");
  return notes;
}

}  // namespace ashlar::kafka
