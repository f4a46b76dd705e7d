#pragma once
// One Redis process, as far as replication, persistence and access matter. What it does is what
// Redis 7.0 does; times are drawn.

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/disk.hpp"
#include "tests/sim/redis/data.hpp"
#include "tests/sim/redis/model_access.hpp"
#include "tests/sim/redis/redis_network.hpp"

namespace ashlar::sim {

/// A write's length in the stream that replicas follow.
inline constexpr long long kBytesPerWrite = 64;

/// How one server logs in at another.
struct Login {
  std::string user;
  std::string password;
};

class RedisModel {
 public:
  RedisModel(RedisNetwork& network, Disk& disk, RedisData& data, std::string name, int cluster)
      : network_(network), disk_(disk), data_(data), name_(std::move(name)), cluster_(cluster) {}

  // The process.
  /// Reads redis.conf and the data; `address` is the machine's. Throws std::runtime_error with what
  /// Redis would log when the configuration is none.
  void start(const std::string& address);
  /// SIGTERM: saves when it has save points.
  void stop();
  /// SIGKILL; or the power went, and with it what was not yet on the disk.
  void kill(bool power_lost);
  bool runs() const { return runs_; }

  // As others meet it.
  bool admits(const Login& login) const { return users_.admits(login.user, login.password); }
  /// Whether its port speaks TLS; the other way nobody gets in. Connections outlive a change of it.
  bool speaks_tls() const { return setting("tls-port") != "0"; }
  Json command(const Words& words);
  bool is_master() const { return leader_.empty(); }
  const std::string& leader() const { return leader_; }
  bool link_is_up() const;
  long long offset() const;
  int priority() const { return std::stoi(setting("replica-priority")); }
  bool announced() const { return setting("replica-announced") == "yes"; }
  /// Replicas that are connected, as INFO lists them.
  std::vector<std::string> replicas() const;
  bool announces_replica(const std::string& address) const;
  WriteId head() const { return head_; }
  int cluster() const { return cluster_; }
  const std::string& name() const { return name_; }
  const std::string& address() const { return address_; }

  // As its clients meet it.
  /// Why it takes no write now; empty: it does.
  std::string refusal() const;
  bool pauses_writes() const { return network_.time.now() < paused_until_; }
  WriteId write(int cluster, std::string value = {});
  /// Calls `then` once a replica has the write; never, when this server no longer leads by then.
  void when_replicated(WriteId write, std::function<void()> then);
  int replicas_with(WriteId write) const;
  bool guards_writes() const { return setting("min-replicas-to-write") != "0"; }
  /// When it became a master, by command or by its configuration.
  Time led_since() const { return led_since_; }
  /// Name of the replication group: told by clients, and handed on with the data.
  const std::string& group() const { return group_; }
  void belongs_to(std::string group) { group_ = std::move(group); }
  /// Grows when clients are cut off by command.
  int client_generation() const { return client_generation_; }

  // As a sentinel steers it, after it has logged in.
  void follow(const std::string& address);
  void lead();

  /// Someone may reach it, or be reached, no longer or again.
  void look_at_link();

 private:
  enum class Link { kNone, kConnecting, kSyncing, kUp };
  /// What a master knows of one replica.
  struct Replica {
    int epoch = 0;
    WriteId acknowledged = kEmpty;
    Time last_arrival{};
    std::optional<Time> cut_since;
    bool synced = false;
  };
  struct Waiter {
    WriteId write;
    std::function<void()> then;
  };

  std::string setting(const std::string& name) const;
  void read_configuration();
  void write_configuration();
  void load_data();
  void note_what_is_missing(WriteId before);
  void note_change(WriteId before);
  WriteId durable_in_append_only_file() const;
  long long good_replicas() const;
  Replica* entry_at_leader();
  WriteId known_state(const std::string& address, const Replica& replica) const;

  Json info(bool only_replication) const;
  Json config(const Words& words);
  Json set_directive(const std::string& name, const std::string& value);
  Json client(const Words& words);
  Json kill_clients(const Words& words);
  bool has_certificate() const;

  void drop_replicas();
  void connect_soon(Millis delay);
  void try_to_connect();
  void come_up(RedisModel& leader);
  void drop_link();
  void take(int epoch, WriteId write);
  void propagate();
  void acknowledged_by(const std::string& replica, int epoch, WriteId write);
  void ping_replicas(int life);

  RedisNetwork& network_;
  Disk& disk_;
  RedisData& data_;
  const std::string name_;
  const int cluster_;
  std::string address_;
  bool runs_ = false;
  int life_ = 0;  // starts so far: events of an earlier one are void
  bool ended_well_ = true;
  Time started_at_{};
  Time led_since_{};
  std::string group_;

  std::map<std::string, std::string> settings_;
  std::vector<std::string> other_lines_;
  AccessList users_;
  Time paused_until_{};
  int client_generation_ = 0;

  WriteId head_ = kEmpty;
  long long offset_shift_ = 0;
  int changes_ = 0;

  std::string leader_;  // whom it follows; empty: it is a master
  Link link_ = Link::kNone;
  int epoch_ = 0;  // of the link to the leader
  std::optional<Time> cut_since_;
  std::map<std::string, Replica> replicas_;
  std::vector<Waiter> waiters_;
};

}  // namespace ashlar::sim
