#pragma once
// A world with Redis on its machines, and clients that write to it.

#include <memory>
#include <string>
#include <vector>

#include "tests/sim/redis/model_client.hpp"
#include "tests/sim/redis/redis_machine.hpp"
#include "tests/sim/world.hpp"

namespace ashlar::sim {

class RedisWorld final : public World {
 public:
  RedisWorld(store::Store& store, WorldOptions options);

  std::vector<RedisMachine*> living() const;
  /// The one of this name that lives; throws std::logic_error.
  RedisMachine& machine(const std::string& name) const;

  ClientModel& add_client(const std::string& cluster, const std::string& group);
  void drop_client(const std::string& group);
  const std::vector<std::unique_ptr<ClientModel>>& clients() const { return clients_; }

  std::vector<std::string> clients_by_name() const override;
  bool has_recovered() const override;

  RedisNetwork& redis_net;
  History& history;

 private:
  std::vector<std::unique_ptr<ClientModel>> clients_;
  std::vector<std::unique_ptr<ClientModel>> former_clients_;  // events may still refer to them
};

inline RedisMachine& as_redis(MachineModel& machine) {
  return static_cast<RedisMachine&>(machine);  // a world of Redis has no others
}

}  // namespace ashlar::sim
