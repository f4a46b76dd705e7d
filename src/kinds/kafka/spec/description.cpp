#include "kinds/kafka/spec/description.hpp"

#include "kinds/kafka/spec/spec.hpp"

namespace ashlar::kafka {
namespace {

std::string text_in(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// What was declared counts until something has been observed.
Json node_counts_of(const Json& spec, const Json& status) {
  if (status.is_object() && status.contains("nodeCounts") && status["nodeCounts"].is_object())
    return status["nodeCounts"];
  Json counts = Json::object();
  const Json::json_pointer roles("/desiredState/roles");
  if (!spec.contains(roles) || !spec.at(roles).is_object()) return counts;
  for (const auto& [role, wanted] : spec.at(roles).items())
    if (wanted.is_object() && wanted.contains("count")) counts[role] = wanted["count"];
  return counts;
}

KindSummary summary(const Json& spec, const Json& status) {
  return {.type = text_in(spec, "type"),
          .region = text_in(spec, "region"),
          .version = text_in(status, "version"),
          .node_counts = node_counts_of(spec, status)};
}

Json role_of(int count, const char* size) {
  return {{"count", count}, {"size", size}};
}

std::vector<engine::Example> examples() {
  const Json private_networks{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"};
  const Json topics = Json::array({{{"name", "orders"}, {"partitions", 6}}});
  return {
      {"single",
       "One node, for development",
       {{"name", "dev-kafka"},
        {"type", "kafka-single"},
        {"region", "nyc1"},
        {"desiredState", {{"roles", {{"broker", role_of(1, "s-1vcpu-2gb")}}}}},
        {"topics", topics},
        {"clientRanges", private_networks}}},
      {"prod",
       "Three controllers and three brokers, with TLS",
       {{"name", "prod-kafka"},
        {"type", "kafka-prod"},
        {"region", "nyc1"},
        {"enableTLS", true},
        {"desiredState",
         {{"roles",
           {{"controller", role_of(3, "s-1vcpu-2gb")}, {"broker", role_of(3, "s-2vcpu-4gb")}}}}},
        {"topics", topics},
        {"clientRanges", private_networks}}}};
}

}  // namespace

engine::Kind description() {
  engine::Kind kind;
  kind.name = "kafka";
  kind.title = "Kafka cluster";
  kind.collection = "/infrastructure/kafka";
  kind.deploy_body = {.list = "clusters", .item = "cluster", .shared = {}};
  kind.roles = {{"controller", "Controller"}, {"broker", "Broker"}};
  kind.secret_fields = {"users[].password"};
  kind.display = {
      .node_columns = {{"leads", "leaders", "", "broker"},
                       {"behind", "notInSync", "", "broker"},
                       {"data", "logBytes", "B", "broker"}},
      .addresses = "bootstrap",
      .addresses_title = "Clients begin at the brokers",
  };
  kind.examples = examples();
  kind.summary = summary;
  return kind;
}

}  // namespace ashlar::kafka
