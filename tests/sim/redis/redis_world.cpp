#include "tests/sim/redis/redis_world.hpp"

#include <algorithm>
#include <ranges>
#include <set>

#include "kinds/redis/redis.hpp"
#include "kinds/redis/server/secrets.hpp"

namespace ashlar::sim {

namespace {

Inhabitants inhabitants(const WorldOptions& options) {
  auto network = std::make_unique<RedisNetwork>(options.seed, options.spoken);
  RedisNetwork& net = *network;
  return {"redis", std::move(network), redis::make_kind, [&net](MachineModel::Identity identity) {
            return std::make_unique<RedisMachine>(net, std::move(identity));
          }};
}

}  // namespace

RedisWorld::RedisWorld(store::Store& store, WorldOptions options)
    : World(store, options, inhabitants(options)),
      redis_net(static_cast<RedisNetwork&>(net)),
      history(redis_net.history) {}

std::vector<RedisMachine*> RedisWorld::living() const {
  std::vector<RedisMachine*> machines_here;
  for (auto* machine : machines.living()) machines_here.push_back(&as_redis(*machine));
  return machines_here;
}

RedisMachine& RedisWorld::machine(const std::string& name) const {
  for (auto* machine : living())
    if (machine->identity().name == name) return *machine;
  throw std::logic_error("no machine " + name);
}

std::vector<std::string> RedisWorld::clients_by_name() const {
  std::vector<std::string> names;
  for (const auto& client : clients_) names.push_back(client->name());
  return names;
}

bool RedisWorld::has_recovered() const {
  // A former master that the sentinels have yet to correct is no replica either.
  std::set<std::string> led;
  return std::ranges::all_of(living(), [&](const RedisMachine* machine) {
    const RedisModel& redis = machine->redis();
    const bool leads = redis.runs() && redis.is_master() && !redis.group().empty();
    if (leads && !led.insert(redis.group()).second) return false;
    const bool in_sync = !redis.runs() || redis.is_master() || redis.link_is_up();
    return machine->is_settled() && in_sync;
  });
}

void RedisWorld::drop_client(const std::string& group) {
  for (auto& client : clients_) {
    if (client->group() != group) continue;
    client->stop();
    former_clients_.push_back(std::move(client));
  }
  std::erase(clients_, nullptr);
}

ClientModel& RedisWorld::add_client(const std::string& cluster, const std::string& group) {
  Directory directory;
  const auto resource = find(cluster);
  require(resource.has_value(), "there is no cluster " + cluster);
  directory.sentinels = [this, id = resource->id] {
    std::vector<std::string> addresses;
    for (const Machine& machine : records(id))
      if (machine.role == "sentinel" && !machine.private_address.empty())
        addresses.push_back(machine.private_address);
    return addresses;
  };
  directory.password = [this, id = resource->id] {
    const auto password = store().find_secret(organization(), id, redis::secret_name::kSystem);
    return password ? password->reveal() : std::string();
  };
  // Asked for with every attempt to connect: read again only when something was stored since.
  directory.tls = [this, cluster, read_at = -1LL, tls = false]() mutable {
    if (read_at == commits()) return tls;
    read_at = commits();
    const auto found = find(cluster);
    return tls = found && found->spec.value("enableTLS", false);
  };
  const bool stands_alone = resource->spec.value("type", "") == "single";
  directory.alone = [this, stands_alone, id = resource->id] {
    std::string address;
    if (stands_alone)
      for (const Machine& machine : records(id)) address = machine.private_address;
    return address;
  };
  clients_.push_back(std::make_unique<ClientModel>(
      redis_net, "client of " + group, cluster_number(cluster), group, std::move(directory)));
  return *clients_.back();
}

}  // namespace ashlar::sim
