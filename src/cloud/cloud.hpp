#pragma once
// The contract of a provider of machines.

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
  std::vector<std::string> tags;
  Secret user_data;  // cloud-config; holds the host's private key
};

enum class MachineState { kNew, kActive, kOff, kArchived };

constexpr std::string_view to_string(MachineState state) {
  switch (state) {
    case MachineState::kNew:
      return "new";
    case MachineState::kActive:
      return "active";
    case MachineState::kOff:
      return "off";
    case MachineState::kArchived:
      return "archived";
  }
  return "unknown";
}

struct CloudMachine {
  std::string id;
  std::string name;
  MachineState state = MachineState::kNew;
  std::string region;
  std::string size;
  long long disk_bytes = 0;    // 0: unknown; may be less than its size brings, after a resize
  std::string public_address;  // empty until assigned
  std::string private_address;
  std::string vpc_id;
  std::vector<std::string> tags;
  bool locked = false;
  std::optional<Time> created_at;  // by the provider's clock
};

struct VpcRequest {
  std::string name;
  std::string region;
  std::string description;  // for people, and to tell whose it is
};

struct Vpc {
  std::string id;
  std::string name;
  std::string region;
  std::string ip_range;  // 10.10.0.0/24
  std::string description;
  std::optional<Time> created_at;
  bool is_default = false;  // of its region: it cannot be deleted, and costs nothing
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
  std::vector<std::string> tags;
  std::optional<Time> created_at;
  std::vector<FirewallRule> inbound;
  std::vector<FirewallRule> outbound;
};

struct SshKey {
  std::string id;
  std::string name;
  std::string public_key;
};

struct Quota {
  int limit = 0;
  int remaining = 0;
  std::optional<Time> resets_at;
};

enum class PowerAction { kOff, kOn, kCycle, kReboot, kShutdown };

/// What a create made. `unexpected` says why no usable answer came: the object may exist all the
/// same, and may take a while until it is found.
template <class Object>
using Created = std::expected<Object, Error>;

/// How callers use a cloud, in order:
///  1. catalog() to validate and price.
///  2. create_*(): asks the provider once for a new object, whatever exists already. It throws when
///     nothing was made for certain: kConflict when one of that name (a key: of that content)
///     exists. Without an answer it returns why. Providers have no idempotency keys, so a caller
///       a. stores durably that it is about to ask, and when;
///       b. asks, with a tag (a machine) or a name (all others) by which the object is found again;
///       c. when no answer came, or it died and found (a) stored, looks for the object and goes on
///          with it; what is not found proves nothing before the provider had time to show it;
///       d. only then asks again.
///     kinds/fleet/once.hpp does all of this.
///  3. find_*(): what the provider shows now. New objects may be missing from it for a while, in
///  the
///     list by tag and in the list of all machines for different times.
///  4. find_machines_by_tag() until each is active and has addresses. One list call serves all the
///     machines of a resource; results may be up to `list_age` old. failure_of() one that is off,
///     or takes long, says whether the provider has given it up.
///  5. power() and resize() return when the action has completed or failed. A machine is resized
///     while it is off; its addresses stay, and what its disk holds. A size whose disk is smaller
///     than the machine's is refused.
///  6. begin_destroy() any number of times, then find_machines_by_tag() until it is gone. No limit
///     on how long that takes is imposed here.
///  7. delete_*(): a missing object counts as deleted; delete_vpc() throws kConflict while members
///     are left, and kForbidden for a region's default, which stays and costs nothing.
///  8. list_*(): everything in the account, whoever made it, to find what was left behind.
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

  /// By content, without the comment; returns its id.
  virtual std::optional<std::string> find_ssh_key(const std::string& public_key) = 0;
  virtual Created<std::string> create_ssh_key(const std::string& name,
                                              const std::string& public_key) = 0;
  virtual void delete_ssh_key(const std::string& id) = 0;

  virtual std::optional<Vpc> find_vpc(const std::string& id) = 0;
  virtual std::optional<Vpc> find_vpc_by_name(const std::string& name) = 0;
  virtual Created<Vpc> create_vpc(const VpcRequest& request) = 0;
  virtual void delete_vpc(const std::string& id) = 0;

  virtual std::optional<Firewall> find_firewall(const std::string& name) = 0;
  /// The tags that it names are made first.
  virtual Created<Firewall> create_firewall(const FirewallRequest& request) = 0;
  /// Its rules and tags are replaced by those of the request.
  virtual Firewall update_firewall(const std::string& id, const FirewallRequest& request) = 0;
  /// By name; a missing one counts as deleted.
  virtual void delete_firewall(const std::string& name) = 0;

  virtual Created<CloudMachine> create_machine(const MachineRequest& request) = 0;
  virtual std::vector<CloudMachine> find_machines_by_tag(const std::string& tag,
                                                         Millis list_age = Millis{0}) = 0;
  virtual std::optional<CloudMachine> find_machine(const std::string& id) = 0;
  /// What became of the last thing that was done to the machine, if that failed: in the provider's
  /// own words, as far as it has any. Nothing when it has not failed, or the machine is gone.
  virtual std::optional<std::string> failure_of(const std::string& id) = 0;
  virtual void power(const std::string& id, PowerAction action) = 0;
  /// Processors and memory only, so that there is a way back. Nothing for one that has the size.
  virtual void resize(const std::string& id, const std::string& size) = 0;
  virtual void begin_destroy(const std::string& id) = 0;
  virtual void delete_tag(const std::string& name) = 0;

  virtual std::vector<CloudMachine> list_machines(Millis list_age = Millis{0}) = 0;
  virtual std::vector<Vpc> list_vpcs() = 0;
  virtual std::vector<Firewall> list_firewalls(Millis list_age = Millis{0}) = 0;
  virtual std::vector<SshKey> list_ssh_keys() = 0;
  virtual std::vector<std::string> list_tags() = 0;
};

}  // namespace ashlar::cloud
