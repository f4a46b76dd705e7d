#include "tests/sim/kafka/kafka_world.hpp"

#include <algorithm>

#include "kinds/kafka/kafka.hpp"
#include "kinds/kafka/server/secrets.hpp"

namespace ashlar::sim {
namespace {

Inhabitants with_kafka(const WorldOptions& options) {
  auto network = std::make_unique<KafkaNetwork>(options.seed, options.spoken);
  KafkaNetwork& net = *network;
  return {"kafka", std::move(network), kafka::make_kind, [&net](MachineModel::Identity identity) {
            return std::make_unique<KafkaMachine>(net, std::move(identity));
          }};
}

}  // namespace

KafkaWorld::KafkaWorld(store::Store& store, WorldOptions options)
    : World(store, options, with_kafka(options)), kafka_net(static_cast<KafkaNetwork&>(net)) {}

KafkaMachine& KafkaWorld::machine(const std::string& name) const {
  for (auto* each : machines.living())
    if (each->identity().name == name) return static_cast<KafkaMachine&>(*each);
  throw std::logic_error("no machine " + name);
}

KafkaModel* KafkaWorld::cluster_of_name(const std::string& name) {
  const auto resource = find(name);
  if (!resource) return nullptr;
  const auto id = store().find_secret(organization(), resource->id, kafka::secret_name::kClusterId);
  return id ? &kafka_net.cluster(id->reveal()) : nullptr;
}

std::vector<std::string> KafkaWorld::clients_by_name() const {
  std::vector<std::string> names;
  for (const auto& producer : producers_) names.push_back(producer->name());
  return names;
}

bool KafkaWorld::has_recovered() const {
  return std::ranges::all_of(machines.living(),
                             [](const auto* machine) { return machine->is_settled(); }) &&
         std::ranges::all_of(kafka_net.clusters(),
                             [](const auto& cluster) { return cluster.second->is_whole(); });
}

ProducerModel& KafkaWorld::add_producer(const std::string& cluster, const std::string& user,
                                        const std::string& topic) {
  const auto resource = find(cluster);
  require(resource.has_value(), "there is no cluster " + cluster);
  ProducerModel::Directory directory;
  directory.brokers = [this, id = resource->id] {
    std::vector<std::string> addresses;
    for (const Machine& machine : records(id))
      if (machine.role == "broker") addresses.push_back(machine.private_address);
    return addresses;
  };
  directory.password = [this, user, id = resource->id] {
    const auto password =
        store().find_secret(organization(), id, kafka::secret_name::password(user));
    return password ? password->reveal() : std::string();
  };
  producers_.push_back(std::make_unique<ProducerModel>(kafka_net, "producer of " + topic, user,
                                                       topic, std::move(directory)));
  return *producers_.back();
}

}  // namespace ashlar::sim
