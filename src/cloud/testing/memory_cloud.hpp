#pragma once
// A cloud in memory on a virtual clock, for tests and simulations: boots and destroys take time,
// and faults are injected by call. It fails closed: what a real provider would refuse is refused,
// and a fault that was never met can be seen.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "cloud/cloud.hpp"

namespace ashlar::cloud::testing {

enum class Fault {
  kRefusedBusy,  // kUnavailable, no effect
  kRateLimited,  // kTooManyRequests, no effect
  kAnswerLost,   // the effect happened: kTimeout, of a create returned
  kNeverBoots,   // create_machine only: the machine stays `new`
  kBootFails,    // create_machine only: the provider gives the machine up, it is off
  kInvalid,      // kProvider, no effect
};

/// Thread-safe.
class MemoryCloud final : public Cloud {
 public:
  struct Options {
    Millis boot{5'000};
    Millis destroy{3'000};
    Millis list_lag{0};  // until anything new shows
    Millis lost_lag{0};  // the same, of what was made without an answer
    /// Private addresses of machines that are gone are given to new ones, lowest first.
    bool reuse_addresses = false;
  };
  struct Stored {
    CloudMachine machine;
    std::string user_data;
    std::vector<std::string> ssh_key_ids;
    Time created_at{};
    Time shows_at{};
    std::optional<Time> destroyed_at;
    bool boots = true;
    std::string failure;          // why the provider gave it up; empty: it did not
    std::string private_address;  // assigned at creation, shown when it is up
    bool off = false;
    Time on_since{};  // made or switched on: up after Options::boot
  };

  explicit MemoryCloud(const Clock& clock) : MemoryCloud(clock, Options{}) {}
  MemoryCloud(const Clock& clock, Options options) : clock_(clock), options_(options) {}

  /// The `call`s to come ("create_machine") meet these faults, first in first out.
  void inject(const std::string& call, Fault fault) {
    const std::lock_guard lock(mutex_);
    faults_[call].push_back(fault);
  }
  size_t faults_left() const {
    const std::lock_guard lock(mutex_);
    size_t left = 0;
    for (const auto& [call, faults] : faults_) left += faults.size();
    return left;
  }
  /// Called before and after the effect of every call, without the lock: to kill a process there.
  std::function<void(const std::string& moment)> on_moment;
  /// Called with the lock held when a machine is "made", "on", "off", "shut down", "cycled" or
  /// "destroyed".
  std::function<void(const Stored& stored, const std::string& what)> on_machine;

  std::vector<Stored> machines() const {
    const std::lock_guard lock(mutex_);
    std::vector<Stored> all;
    for (const auto& [id, stored] : machines_) {
      if (!is_gone(stored)) all.push_back(seen_now(stored));
    }
    return all;
  }
  /// Machines ever made.
  int made() const {
    const std::lock_guard lock(mutex_);
    return next_machine_ - kFirstMachine;
  }
  std::vector<std::string> vpcs() const { return keys(vpcs_); }
  std::vector<std::string> firewalls() const { return keys(firewalls_); }
  std::optional<FirewallRequest> firewall(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = firewalls_.find(name);
    if (found == firewalls_.end()) return std::nullopt;
    return found->second;
  }
  /// Someone else's doing: gone at once.
  void vanish(const std::string& id) {
    const std::lock_guard lock(mutex_);
    machines_.erase(id);
  }
  /// Off without a reason, as a guest that shuts itself down. May be called from on_machine.
  void switch_off_silently(const std::string& id) { machines_.at(id).off = true; }
  void untag(const std::string& id, const std::string& tag) {
    const std::lock_guard lock(mutex_);
    std::erase(machines_.at(id).machine.tags, tag);
  }
  /// A machine that Ashlar did not make.
  std::string plant(const std::string& name, std::vector<std::string> tags) {
    const std::lock_guard lock(mutex_);
    lag_ = Millis{0};
    return insert({.name = name, .region = "nyc1", .size = "s-1vcpu-1gb", .tags = std::move(tags)},
                  true)
        .id;
  }

  std::string_view name() const override { return "memory"; }

  Catalog catalog() override {
    return call("catalog", [&] { return catalog_; });
  }
  Quota quota() override { return {.limit = 5000, .remaining = 5000}; }
  std::string check_account() override {
    return call("check_account", [] { return std::string("memory"); });
  }

  std::optional<std::string> find_ssh_key(const std::string& public_key) override {
    return call("find_ssh_key", [&]() -> std::optional<std::string> {
      const auto place = std::ranges::find(ssh_keys_, public_key, &SshKey::public_key);
      if (place == ssh_keys_.end() || !shows("key " + place->id)) return std::nullopt;
      return place->id;
    });
  }
  Created<std::string> create_ssh_key(const std::string& key_name,
                                      const std::string& public_key) override {
    return create("create_ssh_key", [&] {
      if (std::ranges::find(ssh_keys_, public_key, &SshKey::public_key) != ssh_keys_.end())
        throw Error(ErrorCode::kConflict, "memory has that SSH key already");
      const std::string id = std::to_string(++last_key_);
      ssh_keys_.push_back({id, key_name, public_key});
      shows_at_["key " + id] = clock_.now() + lag_;
      return id;
    });
  }

  void delete_ssh_key(const std::string& id) override {
    call("delete_ssh_key",
         [&] { return std::erase_if(ssh_keys_, [&](const SshKey& key) { return key.id == id; }); });
  }

  std::optional<Vpc> find_vpc(const std::string& id) override {
    return call("find_vpc", [&]() -> std::optional<Vpc> {
      for (const auto& [name, vpc] : vpcs_)
        if (vpc.id == id && shows("vpc " + name)) return vpc;
      return std::nullopt;
    });
  }
  std::optional<Vpc> find_vpc_by_name(const std::string& vpc_name) override {
    return call("find_vpc_by_name", [&]() -> std::optional<Vpc> {
      const auto found = vpcs_.find(vpc_name);
      if (found == vpcs_.end() || !shows("vpc " + vpc_name)) return std::nullopt;
      return found->second;
    });
  }
  Created<Vpc> create_vpc(const VpcRequest& request) override {
    return create("create_vpc", [&] {
      require_region(request.region);
      refuse_second(vpcs_, request.name);
      shows_at_["vpc " + request.name] = clock_.now() + lag_;
      return vpcs_[request.name] = Vpc{.id = "vpc-" + request.name,
                                       .name = request.name,
                                       .region = request.region,
                                       .ip_range = "10.9.0.0/24",
                                       .description = request.description,
                                       .created_at = clock_.now()};
    });
  }
  void delete_vpc(const std::string& id) override {
    call("delete_vpc", [&] {
      for (const auto& [machine_id, stored] : machines_) {
        if (stored.machine.vpc_id == id && !is_gone(stored)) {
          throw Error(ErrorCode::kConflict, "Can not delete VPC with members");
        }
      }
      std::erase_if(vpcs_, [&](const auto& entry) { return entry.second.id == id; });
      return 0;
    });
  }

  std::optional<Firewall> find_firewall(const std::string& firewall_name) override {
    return call("find_firewall", [&]() -> std::optional<Firewall> {
      if (!firewalls_.contains(firewall_name) || !shows("firewall " + firewall_name))
        return std::nullopt;
      return firewall_named(firewall_name);
    });
  }
  Created<Firewall> create_firewall(const FirewallRequest& request) override {
    return create("create_firewall", [&] {
      refuse_second(firewalls_, request.name);
      shows_at_["firewall " + request.name] = clock_.now() + lag_;
      firewalls_[request.name] = request;
      return firewall_named(request.name);
    });
  }
  Firewall update_firewall(const std::string&, const FirewallRequest& request) override {
    return call("update_firewall", [&] {
      firewalls_.at(request.name) = request;
      return firewall_named(request.name);
    });
  }
  void delete_firewall(const std::string& firewall_name) override {
    call("delete_firewall", [&] { return firewalls_.erase(firewall_name); });
  }

  Created<CloudMachine> create_machine(const MachineRequest& request) override {
    return create("create_machine", [&] {
      require_sound(request);
      const bool fails = take_fault("create_machine", Fault::kBootFails);
      return insert(request, !take_fault("create_machine", Fault::kNeverBoots), fails);
    });
  }

  std::vector<CloudMachine> find_machines_by_tag(const std::string& tag, Millis) override {
    return call("find_machines_by_tag", [&] {
      std::vector<CloudMachine> found;
      for (const auto& [id, stored] : machines_) {
        if (!is_gone(stored) && shows(stored) && has_tag(stored.machine, tag)) {
          found.push_back(seen_now(stored).machine);
        }
      }
      return found;
    });
  }

  std::optional<CloudMachine> find_machine(const std::string& id) override {
    return call("find_machine", [&]() -> std::optional<CloudMachine> {
      const auto found = machines_.find(id);
      if (found == machines_.end() || is_gone(found->second) || !shows(found->second))
        return std::nullopt;
      return seen_now(found->second).machine;
    });
  }

  std::optional<std::string> failure_of(const std::string& id) override {
    return call("failure_of", [&]() -> std::optional<std::string> {
      const auto found = machines_.find(id);
      if (found == machines_.end() || is_gone(found->second)) return std::nullopt;
      const Stored stored = seen_now(found->second);
      const bool failed = !stored.failure.empty() && stored.machine.state == MachineState::kOff;
      return failed ? std::optional(stored.failure) : std::nullopt;
    });
  }

  void power(const std::string& id, PowerAction action) override {
    call("power", [&] {
      const auto found = machines_.find(id);
      if (found == machines_.end() || found->second.destroyed_at)
        throw Error(ErrorCode::kNotFound, "memory has no machine " + id);
      switch_power(found->second, action);
      return 0;
    });
  }

  void resize(const std::string& id, const std::string& size) override {
    call("resize", [&] {
      const auto found = machines_.find(id);
      if (found == machines_.end() || found->second.destroyed_at)
        throw Error(ErrorCode::kNotFound, "memory has no machine " + id);
      if (seen_now(found->second).machine.state != MachineState::kOff)
        throw Error(ErrorCode::kProvider, "machine " + id + " must be off to be resized");
      const Size* wanted = catalog_.find_size(size);
      if (wanted == nullptr) throw Error(ErrorCode::kProvider, "memory has no size " + size);
      if (wanted->disk_bytes < found->second.machine.disk_bytes)
        throw Error(ErrorCode::kProvider, size + " has a smaller disk than machine " + id);
      found->second.machine.size = size;
      return 0;
    });
  }

  void begin_destroy(const std::string& id) override {
    call("begin_destroy", [&] {
      const auto found = machines_.find(id);
      if (found != machines_.end() && !found->second.destroyed_at) {
        found->second.destroyed_at = clock_.now();
        if (on_machine) on_machine(found->second, "destroyed");
      }
      return 0;
    });
  }

  void delete_tag(const std::string& tag) override {
    call("delete_tag", [&] {
      for (auto& [id, stored] : machines_) std::erase(stored.machine.tags, tag);
      return 0;
    });
  }

  std::vector<CloudMachine> list_machines(Millis) override {
    return call("list_machines", [&] {
      std::vector<CloudMachine> found;
      for (const auto& [id, stored] : machines_)
        if (!is_gone(stored) && shows(stored)) found.push_back(seen_now(stored).machine);
      return found;
    });
  }
  std::vector<Vpc> list_vpcs() override {
    return call("list_vpcs", [&] {
      std::vector<Vpc> found;
      for (const auto& [name, vpc] : vpcs_)
        if (shows("vpc " + name)) found.push_back(vpc);
      return found;
    });
  }
  std::vector<Firewall> list_firewalls(Millis) override {
    return call("list_firewalls", [&] {
      std::vector<Firewall> found;
      for (const auto& [name, request] : firewalls_)
        if (shows("firewall " + name)) found.push_back(firewall_named(name));
      return found;
    });
  }
  std::vector<SshKey> list_ssh_keys() override {
    return call("list_ssh_keys", [&] { return ssh_keys_; });
  }
  std::vector<std::string> list_tags() override {
    return call("list_tags", [&] {
      std::set<std::string> tags;
      for (const auto& [id, stored] : machines_)
        if (!is_gone(stored)) tags.insert(stored.machine.tags.begin(), stored.machine.tags.end());
      return std::vector<std::string>(tags.begin(), tags.end());
    });
  }

 private:
  static constexpr int kFirstMachine = 101;

  /// One call of the contract: faults, the effect under the lock, and the moments around it.
  template <class Effect>
  std::invoke_result_t<Effect> call(const std::string& name, Effect effect) {
    auto answer = create(name, std::move(effect));
    if (!answer) throw answer.error();
    return *std::move(answer);
  }

  /// The same for what makes something new: a lost answer is returned, not thrown.
  template <class Effect>
  Created<std::invoke_result_t<Effect>> create(const std::string& name, Effect effect) {
    if (on_moment) on_moment("before " + name);
    std::optional<std::invoke_result_t<Effect>> result;
    bool lost = false;
    {
      const std::lock_guard lock(mutex_);
      if (take_fault(name, Fault::kRefusedBusy)) {
        throw Error(ErrorCode::kUnavailable, "memory answered 503 to " + name);
      }
      if (take_fault(name, Fault::kRateLimited)) {
        throw Error(ErrorCode::kTooManyRequests, "memory answered 429 to " + name);
      }
      if (take_fault(name, Fault::kInvalid)) {
        throw Error(ErrorCode::kProvider, "memory answered 422 to " + name);
      }
      lost = take_fault(name, Fault::kAnswerLost);
      lag_ = lost ? std::max(options_.list_lag, options_.lost_lag) : options_.list_lag;
      result = effect();
    }
    if (on_moment) on_moment("after " + name);
    if (lost)
      return std::unexpected(Error(ErrorCode::kTimeout, "the answer to " + name + " was lost"));
    return *std::move(result);
  }

  template <class Map>
  static void refuse_second(const Map& map, const std::string& object) {
    if (map.contains(object))
      throw Error(ErrorCode::kConflict, "memory has " + object + " already");
  }
  Firewall firewall_named(const std::string& firewall_name) const {
    return {.id = "fw-" + firewall_name,
            .name = firewall_name,
            .tags = firewalls_.at(firewall_name).tags,
            .created_at = std::nullopt,
            .inbound = firewalls_.at(firewall_name).inbound,
            .outbound = firewalls_.at(firewall_name).outbound};
  }

  bool take_fault(const std::string& call, Fault fault) {
    auto& waiting = faults_[call];
    if (waiting.empty() || waiting.front() != fault) return false;
    waiting.erase(waiting.begin());
    return true;
  }

  CloudMachine insert(const MachineRequest& request, bool boots, bool fails = false) {
    const int number = next_machine_++;
    Stored stored;
    stored.machine = {.id = std::to_string(number),
                      .name = request.name,
                      .region = request.region,
                      .size = request.size,
                      .disk_bytes = disk_of(request.size),
                      .vpc_id = request.vpc_id,
                      .tags = request.tags,
                      .created_at = clock_.now()};
    stored.user_data = request.user_data.reveal();
    stored.ssh_key_ids = request.ssh_key_ids;
    stored.created_at = stored.on_since = clock_.now();
    stored.shows_at = clock_.now() + lag_;
    stored.boots = boots;
    if (fails) stored.failure = "no room on the host of " + request.name;
    stored.private_address = free_address(number);
    machines_[stored.machine.id] = stored;
    if (on_machine) on_machine(stored, "made");
    return seen_now(stored).machine;
  }

  std::string free_address(int number) const {
    const auto address = [](int last) { return fmt::format("10.9.0.{}", last); };
    if (!options_.reuse_addresses) return address(number);
    for (int last = 2;; ++last) {
      const bool taken = std::ranges::any_of(machines_, [&](const auto& entry) {
        return !is_gone(entry.second) && entry.second.private_address == address(last);
      });
      if (!taken) return address(last);
    }
  }

  /// As a provider does: what is so already is no error. A machine that never came up has no
  /// system that could be shut down.
  void switch_power(Stored& stored, PowerAction action) {
    const bool on = action == PowerAction::kOn;
    const bool again = action == PowerAction::kCycle || action == PowerAction::kReboot;
    if (!again && stored.off == !on) return;
    stored.off = !on && !again;
    stored.on_since = clock_.now();
    const bool in_order = action == PowerAction::kShutdown;
    if (on_machine)
      on_machine(stored, again ? "cycled" : on ? "on" : in_order ? "shut down" : "off");
  }

  Stored seen_now(Stored stored) const {
    if (!stored.failure.empty() && clock_.now() >= stored.created_at + options_.boot) {
      stored.machine.state = MachineState::kOff;
    } else if (stored.boots && clock_.now() >= stored.created_at + options_.boot) {
      stored.machine.state = stored.off ? MachineState::kOff : MachineState::kActive;
      stored.machine.public_address = "203.0.113." + stored.machine.id;
      stored.machine.private_address = stored.private_address;
    }
    stored.machine.locked = stored.destroyed_at.has_value();
    return stored;
  }
  bool is_gone(const Stored& stored) const {
    return stored.destroyed_at && clock_.now() >= *stored.destroyed_at + options_.destroy;
  }
  bool shows(const Stored& stored) const { return clock_.now() >= stored.shows_at; }
  bool shows(const std::string& object) const { return clock_.now() >= shows_at_.at(object); }
  static bool has_tag(const CloudMachine& machine, const std::string& tag) {
    return std::ranges::find(machine.tags, tag) != machine.tags.end();
  }

  long long disk_of(const std::string& size) const {
    const Size* found = catalog_.find_size(size);
    return found == nullptr ? 0 : found->disk_bytes;
  }
  void require_region(const std::string& region) const {
    if (!catalog_.find_region(region)) {
      throw Error(ErrorCode::kProvider, "memory has no region " + region);
    }
  }
  void require_sound(const MachineRequest& request) const {
    require_region(request.region);
    if (!catalog_.find_size(request.size)) {
      throw Error(ErrorCode::kProvider, "memory has no size " + request.size);
    }
    const bool vpc_exists = std::ranges::any_of(
        vpcs_, [&](const auto& entry) { return entry.second.id == request.vpc_id; });
    if (!request.vpc_id.empty() && !vpc_exists) {
      throw Error(ErrorCode::kProvider, "memory has no VPC " + request.vpc_id);
    }
    for (const auto& id : request.ssh_key_ids) {
      if (std::ranges::find(ssh_keys_, id, &SshKey::id) == ssh_keys_.end()) {
        throw Error(ErrorCode::kProvider, "memory has no SSH key " + id);
      }
    }
  }

  template <class Map>
  std::vector<std::string> keys(const Map& map) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    names.reserve(map.size());
    for (const auto& [name, value] : map) names.push_back(name);
    return names;
  }

  const Clock& clock_;
  const Options options_;
  const Catalog catalog_{
      .sizes = {{.slug = "s-1vcpu-1gb",
                 .vcpus = 1,
                 .memory_bytes = 1LL << 30,
                 .disk_bytes = 25LL << 30,
                 .price_monthly_usd = 6,
                 .price_hourly_usd = 0.00893,
                 .regions = {"nyc1"}},
                {.slug = "s-2vcpu-4gb",
                 .vcpus = 2,
                 .memory_bytes = 4LL << 30,
                 .disk_bytes = 80LL << 30,
                 .price_monthly_usd = 24,
                 .price_hourly_usd = 0.03571,
                 .regions = {"nyc1"}}},
      .regions = {{.slug = "nyc1", .name = "New York 1", .sizes = {"s-1vcpu-1gb", "s-2vcpu-4gb"}}}};
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<Fault>> faults_;
  std::vector<SshKey> ssh_keys_;
  int last_key_ = 0;
  std::map<std::string, Time> shows_at_;  // "vpc prod-vpc"
  Millis lag_{0};                         // of what the call under way makes
  std::map<std::string, Vpc> vpcs_;
  std::map<std::string, FirewallRequest> firewalls_;
  std::map<std::string, Stored> machines_;
  int next_machine_ = kFirstMachine;
};

}  // namespace ashlar::cloud::testing
