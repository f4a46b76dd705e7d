#pragma once
// Everything this cloud must not forget, as plain data.

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "pocketcloud/cidr.hpp"

namespace ashlar::pocketcloud {

struct SshKey {
  long id = 0;
  std::string name;
  std::string public_key;
  std::string fingerprint;
};

struct Vpc {
  std::string id;
  std::string name;
  std::string description;
  std::string region;
  std::string ip_range;
  std::string created_at;
  bool is_default = false;
  int index = 0;       // of its bridge
  Address cursor = 0;  // the address given last

  Cidr range() const { return *Cidr::parse(ip_range); }
  std::string bridge() const { return "v" + std::to_string(index); }
  std::string urn() const { return "do:vpc:" + id; }
};

struct Droplet {
  long id = 0;
  std::string name;
  std::string region;
  std::string size;
  int disk_gb = 0;  // grows only with a resize of the disk
  std::string image;
  std::string created_at;
  std::string status = "new";  // new, active, off
  std::vector<std::string> tags;
  std::string vpc;
  Address public_address = 0;
  Address private_address = 0;
  long pending_action = 0;  // 0: none, so not locked
  bool wanted_on = true;
  bool destroying = false;
  bool partitioned = false;
  // "never": not started until a power cycle; "fails": ends before it runs; "": none
  std::string boot_fault;
  long not_before_ms = 0;  // epoch; a slow boot starts then

  std::string urn() const { return "do:droplet:" + std::to_string(id); }
  bool has_tag(const std::string& tag) const { return std::ranges::find(tags, tag) != tags.end(); }
};

struct Action {
  long id = 0;
  std::string type;
  std::string status = "in-progress";
  std::string started_at;
  std::string completed_at;  // empty: not yet
  long droplet = 0;
  std::string region;
  long boots_before = 0;      // boots counted when a reboot was asked for
  std::string error_message;  // why it ended as errored, where that is known
};

/// An image that was made of a droplet's disk. It is in the region of that droplet.
struct Snapshot {
  long id = 0;
  std::string name;
  std::string region;
  std::string created_at;
  long droplet = 0;
  int disk_gb = 0;                 // the least disk of a droplet made from it
  std::string status = "pending";  // then available
};

struct Firewall {
  std::string id;
  std::string name;
  std::string created_at;
  Json inbound = Json::array();  // as validated by firewall_rules.hpp
  Json outbound = Json::array();
  std::vector<long> droplets;
  std::vector<std::string> tags;
};

struct State {
  std::string account_id;
  long next_id = 1;
  int next_bridge = 1;
  Address public_cursor = 0;
  std::map<long, SshKey> keys;
  std::map<std::string, Vpc> vpcs;
  std::map<long, Droplet> droplets;
  std::map<long, Action> actions;
  std::map<std::string, Firewall> firewalls;
  std::map<long, Snapshot> snapshots;
  std::set<std::string> tags;

  long new_id() { return next_id++; }
  Action& new_action(std::string type, const Droplet& droplet, Time now);
  /// Ends a droplet's pending action, if it has one; `error_message` says why it errored.
  void finish_action(Droplet& droplet, std::string_view status, Time now,
                     std::string error_message = {});
  /// The snapshot that an image names by its number; null when it names none that can be used.
  const Snapshot* usable_snapshot(const std::string& image) const;
  bool guards(const Firewall& firewall, const Droplet& droplet) const;
  std::vector<const Droplet*> droplets_tagged(const std::string& tag) const;
};

/// DigitalOcean's timestamps: RFC 3339 in UTC, whole seconds.
std::string timestamp(Time time);
std::string new_uuid();

Json to_json(const State& state);
State state_from_json(const Json& json);

/// The state on disk: one file, replaced as a whole and synced, so that a kill at any time leaves
/// the state before or after a change.
class StateFile {
 public:
  explicit StateFile(std::filesystem::path path) : path_(std::move(path)) {}
  /// Nothing when there is none yet. Throws Error(kInternal) when it is there but unreadable.
  std::optional<State> load() const;
  void save(const State& state) const;

 private:
  std::filesystem::path path_;
};

}  // namespace ashlar::pocketcloud
