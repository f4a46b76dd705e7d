#include "pocketcloud/state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/id.hpp"

namespace ashlar::pocketcloud {

// Missing fields keep their defaults, so that a newer program reads an older file.
#define POCKETCLOUD_FIELDS(Type, ...)                                                       \
  static void to_json(Json& nlohmann_json_j, const Type& nlohmann_json_t) {                 \
    NLOHMANN_JSON_EXPAND(NLOHMANN_JSON_PASTE(NLOHMANN_JSON_TO, __VA_ARGS__))                \
  }                                                                                         \
  static void from_json(const Json& nlohmann_json_j, Type& nlohmann_json_t) {               \
    const Type nlohmann_json_default_obj{};                                                 \
    NLOHMANN_JSON_EXPAND(NLOHMANN_JSON_PASTE(NLOHMANN_JSON_FROM_WITH_DEFAULT, __VA_ARGS__)) \
  }

POCKETCLOUD_FIELDS(SshKey, id, name, public_key, fingerprint)
POCKETCLOUD_FIELDS(Vpc, id, name, description, region, ip_range, created_at, is_default, index,
                   cursor)
POCKETCLOUD_FIELDS(Droplet, id, name, region, size, disk_gb, image, created_at, status, tags, vpc,
                   public_address, private_address, pending_action, wanted_on, destroying,
                   partitioned, boot_fault, not_before_ms)
POCKETCLOUD_FIELDS(Action, id, type, status, started_at, completed_at, droplet, region,
                   boots_before, error_message)
POCKETCLOUD_FIELDS(Firewall, id, name, created_at, inbound, outbound, droplets, tags)
POCKETCLOUD_FIELDS(Snapshot, id, name, region, created_at, droplet, disk_gb, status)
POCKETCLOUD_FIELDS(State, account_id, next_id, next_bridge, public_cursor, keys, vpcs, droplets,
                   actions, firewalls, snapshots, tags)

namespace {

template <class Range, class Value>
bool contains(const Range& range, const Value& value) {
  return std::ranges::find(range, value) != range.end();
}

// Old actions are history: enough of them is kept for any poll that still runs.
constexpr size_t kMostActions = 1000;

void forget_old_actions(State& state) {
  for (auto action = state.actions.begin();
       action != state.actions.end() && state.actions.size() > kMostActions;) {
    action =
        action->second.status == "in-progress" ? std::next(action) : state.actions.erase(action);
  }
}

}  // namespace

Action& State::new_action(std::string type, const Droplet& droplet, Time now) {
  forget_old_actions(*this);
  const long id = new_id();
  return actions[id] = Action{.id = id,
                              .type = std::move(type),
                              .started_at = timestamp(now),
                              .droplet = droplet.id,
                              .region = droplet.region};
}

void State::finish_action(Droplet& droplet, std::string_view status, Time now,
                          std::string error_message) {
  const auto action = actions.find(std::exchange(droplet.pending_action, 0));
  if (action == actions.end()) return;
  action->second.status = status;
  action->second.completed_at = timestamp(now);
  if (status == "errored") action->second.error_message = std::move(error_message);
}

const Snapshot* State::usable_snapshot(const std::string& image) const {
  for (const auto& [id, snapshot] : snapshots)
    if (std::to_string(id) == image && snapshot.status == "available") return &snapshot;
  return nullptr;
}

bool State::guards(const Firewall& firewall, const Droplet& droplet) const {
  return contains(firewall.droplets, droplet.id) ||
         std::ranges::any_of(firewall.tags,
                             [&](const std::string& tag) { return droplet.has_tag(tag); });
}

std::vector<const Droplet*> State::droplets_tagged(const std::string& tag) const {
  std::vector<const Droplet*> tagged;
  for (const auto& [id, droplet] : droplets) {
    if (droplet.has_tag(tag)) tagged.push_back(&droplet);
  }
  return tagged;
}

std::string timestamp(Time time) {
  return to_rfc3339(std::chrono::floor<std::chrono::seconds>(time)).substr(0, 19) + "Z";
}

std::string new_uuid() {
  const std::string hex = random_hex(16);
  return fmt::format("{}-{}-4{}-a{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(13, 3),
                     hex.substr(17, 3), hex.substr(20));
}

Json to_json(const State& state) {
  Json json;
  to_json(json, state);
  return json;
}

State state_from_json(const Json& json) {
  return json.get<State>();
}

std::optional<State> StateFile::load() const {
  if (!std::filesystem::exists(path_)) return std::nullopt;
  const auto json = parse_json(read_file(path_));
  if (!json) throw json.error().at(path_.string());
  try {
    return state_from_json(*json);
  } catch (const Json::exception& error) {
    throw Error(ErrorCode::kInternal,
                fmt::format("{} is not a pocket cloud's state: {}", path_.string(), error.what()));
  }
}

void StateFile::save(const State& state) const {
  write_file_atomically(path_, dump(to_json(state)), 0600);
}

}  // namespace ashlar::pocketcloud
