#pragma once
// The contract of a provider of machines.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "model/catalog.hpp"

namespace ashlar::cloud {

struct MachineRequest {
  std::string name;
  std::string region;
  std::string size;
  std::string image = "debian-12-x64";
  std::string vpc_id;  // empty: the region's default
  std::vector<std::string> ssh_key_ids;
  std::vector<std::string> tags;  // without the idempotency tag
  Secret user_data;               // cloud-config; holds the host's private key
};

enum class MachineState { kNew, kActive, kOff, kArchived };

struct CloudMachine {
  std::string id;
  std::string name;
  MachineState state = MachineState::kNew;
  std::string region;
  std::string size;
  std::string public_address;  // empty until assigned
  std::string private_address;
  std::string vpc_id;
  std::vector<std::string> tags;
  bool locked = false;
};

struct Vpc {
  std::string id;
  std::string name;
  std::string region;
  std::string ip_range;  // 10.10.0.0/24
};

struct FirewallRule {
  std::string protocol;                // tcp, udp, icmp
  std::string ports;                   // "22", "6379", "8000-9000", "0" for all
  std::vector<std::string> addresses;  // CIDR ranges
  std::vector<std::string> tags;       // machines with one of these tags
};

struct FirewallRequest {
  std::string name;
  std::vector<FirewallRule> inbound;
  std::vector<FirewallRule> outbound;
  std::vector<std::string> tags;  // machines with one of these tags are behind it
};

struct Firewall {
  std::string id;
  std::string name;
};

struct Quota {
  int limit = 0;
  int remaining = 0;
  std::optional<Time> resets_at;
};

enum class PowerAction { kOff, kOn, kCycle, kReboot, kShutdown };

/// How callers use a cloud, in order:
///  1. catalog() to validate and price.
///  2. ensure_ssh_key(), ensure_vpc(), ensure_firewall(): each returns the existing object of that
///     name, made by an earlier attempt or another process.
///  3. create_machine(request, idempotency_tag): before creating, and after an answer that never
///     came, looks for a machine with that tag. Calling it any number of times makes one machine.
///  4. find_machines_by_tag() until each is active and has addresses. One list call serves all the
///     machines of a resource; results may be up to `list_age` old.
///  5. power() and resize() return when the action has completed or failed. A machine is resized
///     while it is off; what its disk holds stays.
///  6. begin_destroy() any number of times, then find_machines_by_tag() until it is gone. No limit
///     on how long that takes is imposed here.
///  7. delete_firewall(), delete_vpc(): a missing object counts as deleted; delete_vpc() throws
///     kConflict while members are left.
/// Errors: kTooManyRequests, kUnavailable and kTimeout may pass; kProvider and kInvalidInput do
/// not. Every message holds what the provider answered and its request id. Thread-safe.
class Cloud {
 public:
  virtual ~Cloud() = default;

  virtual std::string_view name() const = 0;
  virtual Catalog catalog() = 0;
  virtual Quota quota() = 0;
  /// Throws unless the provider accepts the credentials; returns the account's description.
  virtual std::string check_account() = 0;

  virtual std::string ensure_ssh_key(const std::string& name, const std::string& public_key) = 0;
  virtual Vpc ensure_vpc(const std::string& name, const std::string& region) = 0;
  virtual std::optional<Vpc> find_vpc(const std::string& id) = 0;
  virtual std::optional<Vpc> find_vpc_by_name(const std::string& name) = 0;
  virtual void delete_vpc(const std::string& id) = 0;
  /// Creates, or brings the rules of the existing one of that name up to date.
  virtual Firewall ensure_firewall(const FirewallRequest& request) = 0;
  /// By name; a missing one counts as deleted.
  virtual void delete_firewall(const std::string& name) = 0;

  virtual CloudMachine create_machine(const MachineRequest& request,
                                      const std::string& idempotency_tag) = 0;
  virtual std::vector<CloudMachine> find_machines_by_tag(const std::string& tag,
                                                         Millis list_age = Millis{0}) = 0;
  virtual std::optional<CloudMachine> find_machine(const std::string& id) = 0;
  virtual void power(const std::string& id, PowerAction action) = 0;
  /// Processors and memory only, so that there is a way back. Nothing for one that has the size.
  virtual void resize(const std::string& id, const std::string& size) = 0;
  virtual void begin_destroy(const std::string& id) = 0;
  virtual void delete_tag(const std::string& name) = 0;
};

}  // namespace ashlar::cloud
