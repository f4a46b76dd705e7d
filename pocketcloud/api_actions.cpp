// Actions: what is done to droplets, and what became of it.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>

#include "pocketcloud/api.hpp"
#include "pocketcloud/catalog.hpp"
#include "pocketcloud/views.hpp"

namespace ashlar::pocketcloud {
namespace {

void check_resize(const Droplet& droplet, const Json& body) {
  const Size* size = find_size(text_field(body, "size"));
  if (size == nullptr) throw unprocessable("You specified an invalid size for Droplet resize.");
  if (!offers(*find_region(droplet.region), *size))
    throw unprocessable("Size is not available in this region.");
  if (droplet.status != "off")
    throw unprocessable("Droplet must be powered off before it can be resized.");
  if (size->slug == droplet.size) throw unprocessable("Droplet already has this size.");
  if (size->disk_gb < droplet.disk_gb) {
    throw unprocessable("This size is not available because it has a smaller disk.");
  }
}

/// The types of actions on one droplet; on all droplets with a tag, those that the specification
/// has for them.
constexpr std::array<std::string_view, 7> kTypes = {
    "power_off", "power_on", "power_cycle", "shutdown", "snapshot", "reboot", "resize"};
constexpr auto kTypesByTag = std::span(kTypes).first<5>();

void check_type(const std::string& type, std::span<const std::string_view> offered) {
  if (std::ranges::find(offered, type) != offered.end()) return;
  throw unprocessable(fmt::format("Action type '{}' is not offered by this cloud; it offers {}",
                                  type, fmt::join(offered, ", ")));
}

/// Throws ApiError(422) for what a droplet in this state cannot do.
void check(const Droplet& droplet, const std::string& type, const Json& body) {
  const bool replaces_boot = type == "power_cycle" && droplet.boot_fault == "never";
  if ((droplet.pending_action != 0 && !replaces_boot) || droplet.destroying) {
    throw unprocessable("Droplet already has a pending event.");
  }
  if (type == "resize") return check_resize(droplet, body);
  if (type == "snapshot") {
    if (droplet.status != "off")
      throw unprocessable("This cloud takes snapshots of droplets that are powered off only.");
    return;
  }
  const bool is_on = droplet.status != "off";
  if (type == "power_on" && is_on) throw unprocessable("Droplet is already powered on.");
  if (type != "power_on" && !is_on) {
    throw unprocessable(type == "power_off" ? "Droplet is already powered off."
                                            : "Droplet is currently powered off.");
  }
}

void apply(Droplet& droplet, const std::string& type, const Json& body) {
  if (type == "power_on") droplet.wanted_on = true;
  if (type == "power_on" || type == "power_cycle") droplet.boot_fault.clear();
  if (type != "resize") return;
  const Size& size = *find_size(text_field(body, "size"));
  droplet.size = size.slug;
  // Without `disk` only memory and processors change; the disk grows at the next boot.
  if (body.value("disk", Json(false)) == true) droplet.disk_gb = size.disk_gb;
}

void add_snapshot(State& state, const Droplet& droplet, const Json& body, Time now) {
  const std::string name = text_field(body, "name");
  const long id = state.new_id();
  state.snapshots[id] = {.id = id,
                         .name = name.empty() ? droplet.name + "-" + timestamp(now) : name,
                         .region = droplet.region,
                         .created_at = timestamp(now),
                         .droplet = droplet.id,
                         .disk_gb = droplet.disk_gb};
}

Droplet& droplet_of(State& state, const http::Request& request) {
  const auto found = state.droplets.find(id_of(request, "id"));
  if (found == state.droplets.end()) throw not_found();
  return found->second;
}

/// Begins the action. Throws ApiError(422) for what the droplet cannot do now.
Action begin(Cloud& cloud, State& state, Droplet& droplet, const std::string& type,
             const Json& body) {
  check(droplet, type, body);
  const Time now = cloud.clock().now();
  if (droplet.pending_action != 0)
    state.finish_action(droplet, "errored", now, "a power cycle took its place");
  apply(droplet, type, body);
  Action& action = state.new_action(type, droplet, now);
  const auto run = cloud.run_of(droplet.id);
  action.boots_before = run ? run->boots : 0;
  droplet.pending_action = action.id;
  if (type == "snapshot") add_snapshot(state, droplet, body, now);
  return action;
}

http::Response create_action(Cloud& cloud, const HiddenDroplets& hidden,
                             const http::Request& request) {
  const long id = id_of(request, "id");
  if (hidden.hides(id, cloud.clock().now())) throw not_found();
  const Json body = body_of(request);
  const std::string type = text_field(body, "type");
  check_type(type, kTypes);
  const Action action = cloud.change(
      [&](State& state) { return begin(cloud, state, droplet_of(state, request), type, body); });
  cloud.kick(id);
  return http::Response::json(201, {{"action", views::action(action)}});
}

/// On all droplets with the tag, or on none: where one of them cannot, the error names it.
http::Response create_tagged(Cloud& cloud, const HiddenDroplets& hidden,
                             const http::Request& request) {
  const std::string tag = request.query_value("tag_name").value_or("");
  if (tag.empty()) throw unprocessable("tag_name must be given");
  const Json body = body_of(request);
  const std::string type = text_field(body, "type");
  check_type(type, kTypesByTag);
  const auto actions = cloud.change([&](State& state) {
    std::vector<Action> begun;
    for (auto& [id, droplet] : state.droplets) {
      if (!droplet.has_tag(tag) || hidden.hides(id, cloud.clock().now())) continue;
      try {
        begun.push_back(begin(cloud, state, droplet, type, body));
      } catch (const ApiError& error) {
        throw ApiError{error.status, error.id,
                       fmt::format("Droplet {} ({}): {}", id, droplet.name, error.message)};
      }
    }
    return begun;
  });
  Json list = Json::array();
  for (const auto& action : actions) {
    cloud.kick(action.droplet);
    list.push_back(views::action(action));
  }
  return http::Response::json(201, {{"actions", std::move(list)}});
}

http::Response list(Cloud& cloud, const http::Request& request) {
  const bool of_droplet = request.path_parameters.contains("id");
  const long id = of_droplet ? id_of(request, "id") : 0;
  Json actions = Json::array();
  cloud.read([&](const State& state) {
    if (of_droplet && !state.droplets.contains(id)) throw not_found();
    for (auto entry = state.actions.rbegin(); entry != state.actions.rend();
         ++entry) {  // newest first
      if (!of_droplet || entry->second.droplet == id)
        actions.push_back(views::action(entry->second));
    }
  });
  return page_of(request, "actions", actions);
}

http::Response get(Cloud& cloud, const http::Request& request) {
  const long id = id_of(request, "action");
  const bool of_droplet = request.path_parameters.contains("id");
  const Json action = cloud.read([&](const State& state) {
    const auto found = state.actions.find(id);
    if (found == state.actions.end()) throw not_found();
    if (of_droplet && found->second.droplet != id_of(request, "id")) throw not_found();
    return views::action(found->second);
  });
  return http::Response::json(200, {{"action", action}});
}

}  // namespace

void add_action_routes(http::Router& router, Cloud& cloud, const HiddenDroplets& hidden) {
  router.add("POST", "/v2/droplets/{id}/actions",
             [&](const http::Request& request) { return create_action(cloud, hidden, request); });
  router.add("POST", "/v2/droplets/actions",
             [&](const http::Request& request) { return create_tagged(cloud, hidden, request); });
  router.add("GET", "/v2/droplets/{id}/actions",
             [&](const http::Request& request) { return list(cloud, request); });
  router.add("GET", "/v2/droplets/{id}/actions/{action}",
             [&](const http::Request& request) { return get(cloud, request); });
  router.add("GET", "/v2/actions",
             [&](const http::Request& request) { return list(cloud, request); });
  router.add("GET", "/v2/actions/{action}",
             [&](const http::Request& request) { return get(cloud, request); });
}

}  // namespace ashlar::pocketcloud
