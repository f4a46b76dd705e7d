#include "pocketcloud/views.hpp"

#include <fmt/format.h>

#include "pocketcloud/catalog.hpp"

namespace ashlar::pocketcloud::views {
namespace {

Json network(Address address, const Cidr& range, std::string_view type) {
  return {{"ip_address", to_string(address)},
          {"netmask", to_string(range.mask())},
          {"gateway", to_string(range.network + 1)},
          {"type", type}};
}

}  // namespace

Json ssh_key(const SshKey& key) {
  return {{"id", key.id},
          {"fingerprint", key.fingerprint},
          {"public_key", key.public_key},
          {"name", key.name}};
}

Json vpc(const Vpc& vpc) {
  return {{"id", vpc.id},
          {"urn", vpc.urn()},
          {"name", vpc.name},
          {"description", vpc.description},
          {"region", vpc.region},
          {"ip_range", vpc.ip_range},
          {"created_at", vpc.created_at},
          {"default", vpc.is_default}};
}

Json snapshot(const Snapshot& snapshot) {
  return {{"id", snapshot.id},
          {"name", snapshot.name},
          {"distribution", "Debian"},
          {"slug", nullptr},
          {"public", false},
          {"regions", {snapshot.region}},
          {"created_at", snapshot.created_at},
          {"min_disk_size", snapshot.disk_gb},
          {"type", "snapshot"},
          {"size_gigabytes", 0.2},
          {"description", ""},
          {"tags", Json::array()},
          {"status", snapshot.status},
          {"error_message", ""}};
}

namespace {

/// A droplet outlives the snapshot that it was made from.
Json image_of(const State& state, const Droplet& droplet) {
  if (const Image* image = find_image(droplet.image)) return to_json(*image);
  if (const Snapshot* found = state.usable_snapshot(droplet.image)) return snapshot(*found);
  return snapshot({.id = std::strtol(droplet.image.c_str(), nullptr, 10),
                   .name = "a deleted snapshot",
                   .region = droplet.region,
                   .created_at = droplet.created_at,
                   .disk_gb = droplet.disk_gb,
                   .status = "deleted"});
}

Json snapshots_of(const State& state, const Droplet& droplet) {
  Json ids = Json::array();
  for (const auto& [id, snapshot] : state.snapshots)
    if (snapshot.droplet == droplet.id && snapshot.status == "available") ids.push_back(id);
  return ids;
}

}  // namespace

Json droplet(const State& state, const Droplet& droplet, const Cidr& public_pool) {
  const Size& size = *find_size(droplet.size);
  // Addresses are shown once the machine has them.
  Json v4 = Json::array();
  if (droplet.status != "new") {
    v4.push_back(network(droplet.private_address, state.vpcs.at(droplet.vpc).range(), "private"));
    v4.push_back(network(droplet.public_address, public_pool, "public"));
  }
  return {{"id", droplet.id},
          {"name", droplet.name},
          {"memory", size.memory_mb},
          {"vcpus", size.vcpus},
          {"disk", droplet.disk_gb},
          {"locked", droplet.pending_action != 0 || droplet.destroying},
          {"status", droplet.status},
          {"created_at", droplet.created_at},
          {"features", {"private_networking"}},
          {"backup_ids", Json::array()},
          {"next_backup_window", nullptr},
          {"snapshot_ids", snapshots_of(state, droplet)},
          {"image", image_of(state, droplet)},
          {"volume_ids", Json::array()},
          {"size", to_json(size)},
          {"size_slug", droplet.size},
          {"networks", {{"v4", v4}, {"v6", Json::array()}}},
          {"region", to_json(*find_region(droplet.region))},
          {"tags", droplet.tags},
          {"vpc_uuid", droplet.vpc}};
}

Json action(const Action& action) {
  Json view = {
      {"id", action.id},
      {"status", action.status},
      {"type", action.type},
      {"started_at", action.started_at},
      {"completed_at", action.completed_at.empty() ? Json(nullptr) : Json(action.completed_at)},
      {"resource_id", action.droplet},
      {"resource_type", "droplet"},
      {"region", to_json(*find_region(action.region))},
      {"region_slug", action.region}};
  // DigitalOcean's actions do not say why they failed. Its specification allows more fields, and
  // has one of this name for images.
  if (!action.error_message.empty()) view["error_message"] = action.error_message;
  return view;
}

Json firewall(const Firewall& firewall) {
  return {{"id", firewall.id},
          {"name", firewall.name},
          {"status", "succeeded"},
          {"inbound_rules", firewall.inbound},
          {"outbound_rules", firewall.outbound},
          {"created_at", firewall.created_at},
          {"droplet_ids", firewall.droplets},
          {"tags", firewall.tags},
          {"pending_changes", Json::array()}};
}

Json tag(const State& state, const std::string& name) {
  const auto droplets = state.droplets_tagged(name);
  Json used = {{"count", droplets.size()}};
  if (!droplets.empty()) {
    used["last_tagged_uri"] =
        fmt::format("https://api.digitalocean.com/v2/droplets/{}", droplets.back()->id);
  }
  Json resources = used;
  resources["droplets"] = used;
  for (const char* other : {"images", "volumes", "volume_snapshots", "databases"}) {
    resources[other] = {{"count", 0}};
  }
  return {{"name", name}, {"resources", resources}};
}

}  // namespace ashlar::pocketcloud::views
