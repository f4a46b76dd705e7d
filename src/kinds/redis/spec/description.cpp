#include "kinds/redis/spec/description.hpp"

#include "kinds/cluster/spec/summary.hpp"
#include "kinds/redis/spec/spec.hpp"

namespace ashlar::redis {
namespace {

Json role_of(int count, const char* size) {
  return {{"count", count}, {"size", size}};
}

std::vector<engine::Example> examples() {
  const Json private_networks{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"};
  return {{"single",
           "One node, for development",
           {{"name", "dev-redis"},
            {"type", "single"},
            {"region", "nyc1"},
            {"desiredState", {{"roles", {{"master", role_of(1, "s-1vcpu-1gb")}}}}},
            {"clientRanges", private_networks}}},
          {"sentinel",
           "Three masters with two replicas each, and three sentinels, with TLS",
           {{"name", "prod-redis"},
            {"type", "sentinel"},
            {"region", "nyc1"},
            {"enableTLS", true},
            {"desiredState",
             {{"roles",
               {{"master", role_of(3, "s-2vcpu-4gb")},
                {"replica", role_of(6, "s-2vcpu-4gb")},
                {"sentinel", role_of(3, "s-1vcpu-1gb")}}}}},
            {"clientRanges", private_networks}}}};
}

}  // namespace

engine::Kind description() {
  engine::Kind kind;
  kind.name = "redis";
  kind.title = "Redis Sentinel cluster";
  kind.collection = "/infrastructure/redis";
  kind.deploy_body = {.list = "clusters", .item = "cluster", .shared = {"targetClusters"}};
  kind.roles = {{"master", "Master"}, {"replica", "Replica"}, {"sentinel", "Sentinel"}};
  kind.secret_fields = {"systemPassword"};
  kind.display = {
      .node_columns = {{"lag", "replication.lagBytes", "B", "replica"}},
      .addresses = "sentinels",
      .addresses_title = "Clients find the master by the sentinels at",
  };
  kind.examples = examples();
  kind.summary = cluster::summary;
  return kind;
}

}  // namespace ashlar::redis
