#pragma once
// One Sentinel process: how it watches, agrees, elects and fails over, with the periods of Sentinel
// 7.0. Its connections are instantaneous; what takes time is its own clock.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/disk.hpp"
#include "tests/sim/redis/model_access.hpp"
#include "tests/sim/redis/model_redis.hpp"
#include "tests/sim/redis/redis_network.hpp"

namespace ashlar::sim {

/// How often Sentinel asks each server for INFO.
inline constexpr Millis kInfoPeriod{10'000};

class SentinelModel {
 public:
  SentinelModel(RedisNetwork& network, Disk& disk, std::string name)
      : network_(network), disk_(disk), name_(std::move(name)) {}

  // The process.
  /// Throws std::runtime_error when the configuration is none.
  void start(const std::string& address);
  void stop();
  bool runs() const { return runs_; }
  /// Addresses of the masters that its configuration names.
  std::vector<std::string> configured_masters() const;

  // As others meet it.
  bool admits(const Login& login) const { return users_.admits(login.user, login.password); }
  /// As it was started; it never changes.
  bool speaks_tls() const { return tls_; }
  Json command(const Words& words);
  /// What clients ask for; empty when it does not watch that group.
  std::string master_of(const std::string& group) const;
  const std::string& id() const { return id_; }
  const std::string& name() const { return name_; }

 private:
  /// A data node as it was last seen.
  struct Seen {
    Time answered{};  // to a ping
    Time informed{};  // INFO
    bool info_ok = false;
    std::string role;  // master, slave; empty: unknown
    Time role_since{};
    std::string leader;
    Time leader_since{};
    bool link_up = false;
    Time link_down_since{};
    long long offset = 0;
    int priority = 100;
    bool announced = true;
    bool reconfigured = false;  // in the present failover
  };
  struct Peer {
    std::string address;
    Time answered{};
    bool says_down = false;  // of the master
    Time said_at{};
    std::string vote;
    int vote_epoch = 0;
  };
  enum class Failover { kNone, kWaitStart, kSelect, kSendNoOne, kWaitPromotion, kReconfigure };
  struct Group {
    std::string name;
    std::string master;
    int quorum = 2;
    Login login;
    Millis down_after{30'000};
    Millis failover_timeout{180'000};
    int config_epoch = 0;
    int leader_epoch = 0;
    std::string leader;  // whom it voted for in leader_epoch
    Seen master_seen;
    std::map<std::string, Seen> replicas;  // by address
    std::map<std::string, Peer> peers;     // by id
    Failover failover = Failover::kNone;
    bool forced = false;
    Time failover_began{};
    Time failover_changed{};
    int failover_epoch = 0;
    std::string promoted;
    bool objectively_down = false;
    Time asked_at{};
    Time greeted_at{};
  };
  struct Greeting {
    std::string address;
    std::string id;
    int epoch;
    std::string group;
    std::string master;
    int config_epoch;
  };

  // model_sentinel.cpp: watching.
  void read_configuration();
  void write_configuration();
  void read_sentinel_line(const std::string& line);
  void tick(int ticket);
  void tick_after(Millis delay);
  bool busy() const;
  void look_at(Group& group, const std::string& address, Seen& seen);
  void read_info(Group& group, const std::string& address, Seen& seen, RedisModel& node);
  void correct(Group& group, const std::string& address, Seen& seen, RedisModel& node);
  void look_at_peers(Group& group);
  void greet(Group& group);
  void hear(const Greeting& greeting);
  bool down(const Group& group, const Seen& seen) const;
  bool down(const Group& group, const Peer& peer) const;
  bool master_looks_sane(const Group& group) const;
  RedisModel* data_node(const Group& group, const std::string& address) const;
  SentinelModel* peer(const Peer& peer) const;
  void switch_master(Group& group, const std::string& address);
  void reset(Group& group);
  Seen fresh() const;

  // model_sentinel_failover.cpp: agreeing and failing over.
  void check_objectively_down(Group& group);
  void ask_peers(Group& group);
  void fail_over(Group& group);
  bool may_begin(Group& group) const;
  void begin_failover(Group& group);
  std::string elected(Group& group) const;
  std::string vote(Group& group, int epoch, const std::string& candidate);
  std::string best_replica(const Group& group) const;
  void enter(Group& group, Failover state);
  void abort_failover(Group& group, const char* why);
  void promote(Group& group);
  void reconfigure(Group& group);

  // model_sentinel_commands.cpp.
  Json masters() const;
  Json master_entry(const Group& group) const;
  Json replicas(const Group& group) const;
  Json sentinels(const Group& group) const;
  Json check_quorum(const Group& group) const;
  Json fail_over_by_command(Group& group);
  Json monitor(const Words& words);
  Json configure(const std::string& name, const std::string& value);
  Json set(Group& group, const Words& words);

  RedisNetwork& network_;
  Disk& disk_;
  const std::string name_;
  std::string address_;
  bool runs_ = false;
  int ticket_ = 0;  // of the tick that is due: others are void

  std::string id_;
  int epoch_ = 0;
  Login peer_login_;
  bool tls_ = false;
  AccessList users_;
  std::vector<std::string> other_lines_;
  std::map<std::string, Group> groups_;
};

}  // namespace ashlar::sim
