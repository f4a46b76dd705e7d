#include "tests/sim/world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/redis/redis.hpp"
#include "kinds/redis/server/secrets.hpp"

namespace ashlar::sim {

using engine::testing::SteppedEngine;

World::World(store::Store& store, WorldOptions options)
    : dice(options.seed),
      trace(time, options.spoken),
      net{time, dice, trace, history, {}, {}, {}, {}},
      cloud(time, {.boot = options.boot,
                   .list_lag = options.list_lag,
                   .reuse_addresses = options.reuse_addresses}),
      machines(net),
      store_(store),
      organization_(store.organizations().front().id),
      options_(options) {
  cloud.on_moment = [this](const std::string& what) { moment(what); };
  cloud.on_machine = [this](const auto& stored, const std::string& what) {
    machines.on_machine(stored, what, options_.boot);
  };
  machines.on_moment = [this](const std::string& what) { moment(what); };
  machines.next_fault = [this] { return wire_fault ? wire_fault() : WireFault::kNone; };
  machines.cluster_of = [this](const std::string& name) {
    for (size_t i = 0; i < clusters_.size(); ++i)
      if (name.starts_with(clusters_[i] + "-")) return static_cast<int>(i) + 1;
    throw std::logic_error("a machine of no cluster: " + name);
  };
  store_.before_commit([this](store::Transaction&) { moment("before a commit"); });
  store_.after_commit = [this] {
    ++commits_;
    moment("after a commit");
  };
  kinds_.add(redis::make_kind({cloud, machines, "ssh-ed25519 AAAA control-plane"}));
  restart();
}

World::~World() = default;

/// A dead process does nothing any more: until the restart, every call ends it again.
void World::moment(const std::string& what) {
  if (dead_) throw Died{};
  if (!working_ || !dies_at || !dies_at(what)) return;
  ++deaths_;
  dead_ = true;
  trace.say("THE CONTROL PLANE DIES {}", what);
  throw Died{};
}

void World::restart() {
  engine_.reset();
  dead_ = false;
  if (lives_++ > 0) time.pass(dice.between(1, 5'000));  // no restart takes no time
  const bool was_working = std::exchange(working_, false);
  engine_.emplace(store_, kinds_, time, fmt::format("life-{}", lives_),
                  SteppedEngine::Choices{
                      [this](auto& attempts) { std::ranges::shuffle(attempts, dice.source()); },
                      [this] { return dice.fraction(); }, [this] { return dead_; }});
  working_ = was_working;
}

World::Round World::work(Millis extra) {
  ++rounds_;
  working_ = true;
  auto result = SteppedEngine::Round::kDied;
  std::optional<Time> due;
  try {
    result = engine().round(1 + dice.pick(8));
    if (result == SteppedEngine::Round::kIdle) due = engine().next_due();
  } catch (const Died&) {
    result = SteppedEngine::Round::kDied;
  }
  working_ = false;
  if (!machines.unforeseen().empty()) throw Violation(machines.unforeseen());
  if (result == SteppedEngine::Round::kDied) restart();
  if (result != SteppedEngine::Round::kIdle) return Round::kWorked;
  const Time now = time.now();
  time.pass_until(std::max(due.value_or(now), now) +
                  dice.between(1, (options_.lateness + extra).count()));
  return due ? Round::kWaited : Round::kNothingDue;
}

std::optional<Resource> World::find(const std::string& name) {
  return store_.find_resource_by_name(organization_, "redis", name);
}

std::vector<Machine> World::records(const std::string& resource_id) {
  return store_.list_machines(organization_, resource_id);
}

int World::cluster_number(const std::string& name) {
  const auto known = std::ranges::find(clusters_, name);
  if (known != clusters_.end()) return static_cast<int>(known - clusters_.begin()) + 1;
  clusters_.push_back(name);
  return static_cast<int>(clusters_.size());
}

void World::drop_client(const std::string& group) {
  for (auto& client : clients_) {
    if (client->group() != group) continue;
    client->stop();
    former_clients_.push_back(std::move(client));
  }
  std::erase(clients_, nullptr);
}

ClientModel& World::add_client(const std::string& cluster, const std::string& group) {
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
    const auto password = store_.find_secret(organization_, id, redis::secret_name::kSystem);
    return password ? password->reveal() : std::string();
  };
  // Asked for with every attempt to connect: read again only when something was stored since.
  directory.tls = [this, cluster, read_at = -1LL, tls = false]() mutable {
    if (read_at == commits_) return tls;
    read_at = commits_;
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
      net, "client of " + group, cluster_number(cluster), group, std::move(directory)));
  return *clients_.back();
}

}  // namespace ashlar::sim
