#pragma once
// A client of one replication group: asks the sentinels who leads, writes at a steady rate, and has
// each write confirmed by a replica (WAIT 1). It remembers what it was promised.

#include <functional>
#include <string>
#include <vector>

#include "tests/sim/redis/redis_network.hpp"

namespace ashlar::sim {

class RedisModel;

/// What a client knows of its cluster, asked anew at each connection.
struct Directory {
  std::function<std::vector<std::string>()> sentinels;  // addresses
  std::function<std::string()> password;                // of the user `default`
  std::function<bool()> tls;
  /// Address of a server that stands alone: without sentinels, and without a replica that could
  /// confirm anything. Empty: there are sentinels.
  std::function<std::string()> alone;
};

class ClientModel {
 public:
  /// Whether another master had been promoted by some moment.
  struct Rival {
    bool leads = false;
    Millis since_promotion{};
    Millis since_reunion{};  // after the last partition
  };
  /// A write that was taken.
  struct Promise {
    WriteId write;
    std::string master;
    Time at{};
    bool guarded = false;  // the master counts its replicas (min-replicas-to-write)
    bool confirmed = false;
    Rival when_taken;
    Rival when_confirmed;
  };

  ClientModel(RedisNetwork& network, std::string name, int cluster, std::string group,
              Directory directory)
      : network_(network),
        name_(std::move(name)),
        cluster_(cluster),
        group_(std::move(group)),
        directory_(std::move(directory)) {}

  void start();
  void stop() { ++life_; }
  const std::string& name() const { return name_; }
  const std::string& group() const { return group_; }
  const std::vector<Promise>& promises() const { return promises_; }
  /// The longest time between two confirmed writes.
  Millis longest_gap() const { return longest_gap_; }

 private:
  void act(int life);
  Millis next_pause();
  bool connect();
  bool connect_to(const std::string& address, bool tls);
  void confirm(size_t promise);
  void write(RedisModel& master);
  Rival rival_of(const RedisModel& master) const;

  RedisNetwork& network_;
  const std::string name_;
  const int cluster_;
  const std::string group_;
  const Directory directory_;
  int life_ = 0;
  std::string master_;  // address; empty: not connected
  int generation_ = 0;
  std::string password_;
  std::vector<Promise> promises_;
  Time last_confirmed_{};
  Millis longest_gap_{0};
};

}  // namespace ashlar::sim
