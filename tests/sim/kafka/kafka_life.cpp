#include "tests/sim/kafka/kafka_life.hpp"

#include <algorithm>

#include "tests/sim/kafka/kafka_cluster.hpp"
#include "tests/sim/life.hpp"

namespace ashlar::sim {
namespace {

class KafkaLife final : public Life {
 public:
  KafkaLife(KafkaWorld& world, KafkaCluster& cluster)
      : Life(world, cluster), world_(world), cluster_(cluster) {}

 private:
  void draw_wish() override {
    wish_.type = dice_.one_of(
        std::vector<std::string>{"kafka-single", "kafka-cluster", "kafka-cluster", "kafka-prod"});
    wish_.brokers = wish_.stands_alone() ? 1 : 3 + (dice_.one_in(4) ? 1 : 0);
    wish_.partitions = 1 + dice_.pick(5);
    wish_.tls = dice_.one_in(2);
    wish_.heal = dice_.one_in(2) ? "replace" : "safe";
    wish_.size = dice_.one_in(3) ? kLarge : kSmall;
    wish_.version = dice_.one_in(4) ? "4.4.0" : "4.1.0";
  }

  Json wish() const override { return wish_.to_json(); }

  bool may_lose_machines() const override {
    // Nobody has the records of one that stands alone.
    return wish_.heal == "replace" && !wish_.stands_alone();
  }

  void ask_for_something() override {
    switch (dice_.pick(14)) {
      case 0:
      case 1:
        return wish_.stands_alone() ? change_sizes() : change_brokers();
      case 2:
        return wish_.type == "kafka-prod" ? change_controllers() : change_sizes();
      case 3:
      case 4:
        return change_sizes();
      case 5:
        return stop_and_start();
      case 6:
        return ask("rotate", {{"what", "passwords"}});
      case 7:
        return ask("rotate", {{"what", "certificates"}});
      case 8:
        return ask("reissue", {{"overlapSeconds", dice_.pick(5)}});
      case 9:
        return ask("update",
                   {{"configuration",
                     {{"log.segment.bytes", std::to_string(1 << (20 + dice_.pick(5)))}}}});
      case 10:
        return change_version();
      case 11:
        return enlarge_topic();
      case 12:
        return ask("reassign", Json::object());
      default:
        return delete_permissions();
    }
  }

  void change_count(const char* role, int& count, int wanted) {
    if (!cluster_.act("update", {{"desiredState", {{"roles", {{role, {{"count", wanted}}}}}}}}))
      return;
    if (cluster_.plans("kafka.reassign")) ++counts_["moved-replicas"];
    if (finish("update") == OperationState::kSucceeded) count = wanted;
  }

  void change_brokers() { change_count("broker", wish_.brokers, 3 + dice_.pick(3)); }

  void change_controllers() {
    change_count("controller", wish_.controllers, wish_.controllers == 3 ? 5 : 3);
    ++counts_["other-controllers"];
  }

  void change_sizes() {
    const bool up = wish_.size == kSmall;
    Json arguments{{"roles", wish_.roles({{"size", up ? kLarge : kSmall}})}};
    if (!wish_.stands_alone() && dice_.one_in(3)) arguments["strategy"] = "replace";
    if (!cluster_.act(up ? "upgrade" : "downgrade", arguments)) return;
    if (cluster_.plans("fleet.resize")) ++counts_["resized-in-place"];
    if (cluster_.plans("fleet.create_machine")) {
      ++counts_["replaced"];
      // With one of three voters not yet in its place, another that is gone takes the majority.
      troubles().spare_machines(true);
    }
    if (finish(up ? "upgrade" : "downgrade") == OperationState::kSucceeded)
      wish_.size = up ? kLarge : kSmall;
  }

  void change_version() {
    const std::string& latest = KafkaMachine::versions().back();
    ask("update", {{"version", latest}});
    ++counts_["version"];
  }

  void enlarge_topic() {
    Json wanted = wish_.to_json()["topics"];
    wanted[0]["partitions"] = wish_.partitions + 1;
    if (!cluster_.act("update", {{"topics", wanted}})) return;
    if (finish("update") == OperationState::kSucceeded) ++wish_.partitions;
  }

  /// Somebody takes all permissions away, and it is healed.
  void delete_permissions() {
    KafkaModel* kafka = world_.cluster_of_name(wish_.name);
    if (!troubles().calm() || world_.kafka_net.running.empty()) return;
    world_.trace.say("!! somebody deletes all permissions");
    KafkaProcess& any = *world_.kafka_net.running.begin()->second;
    const Json present = kafka->answer({{"op", "acls"}}, any);
    if (!present.value("ok", false)) return;
    kafka->answer({{"op", "delete_acls"}, {"acls", present["data"]["acls"]}}, any);
    ++counts_["permissions-deleted"];
    ask("heal", Json::object());
  }

  KafkaWorld& world_;
  KafkaCluster& cluster_;
  KafkaWish wish_;
};

}  // namespace

Counts live_kafka_life(store::Store& store, unsigned seed, bool spoken) {
  KafkaWorld world(store, options_of(seed, spoken));
  KafkaCluster cluster(world, "sim");
  Counts counts = KafkaLife(world, cluster).run();
  for (const auto& producer : world.producers()) counts["records"] += producer->sent();
  return counts;
}

}  // namespace ashlar::sim
