#include "kinds/kafka/spec/description.hpp"

#include "kinds/cluster/spec/summary.hpp"
#include "kinds/kafka/spec/spec.hpp"

namespace ashlar::kafka {
namespace {

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
      .tables = {{"topics", "Topics", "topics"}, {"groups", "Consumer groups", "consumerGroups"}},
      .addresses = "bootstrap",
      .addresses_title = "Clients begin at the brokers",
  };
  kind.examples = examples();
  kind.summary = cluster::summary;
  return kind;
}

}  // namespace ashlar::kafka
