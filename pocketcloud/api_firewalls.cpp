#include <algorithm>
#include <regex>

#include "pocketcloud/api.hpp"
#include "pocketcloud/ruleset.hpp"
#include "pocketcloud/views.hpp"

namespace ashlar::pocketcloud {
namespace {

template <class StateLike>
auto& firewall_of(StateLike& state, const http::Request& request) {
  const auto found = state.firewalls.find(request.path_parameters.at("id"));
  if (found == state.firewalls.end()) throw not_found();
  return found->second;
}

Json checked(const Json& body, const std::string& field, std::string_view peers,
             const State& state) {
  auto rules = check_rules(body.value(field, Json::array()), peers, state);
  if (!rules) throw unprocessable(field + ": " + rules.error().front().message);
  return std::move(*rules);
}

std::vector<long> droplet_ids(const Json& body, const State& state) {
  std::vector<long> ids;
  const Json list = body.value("droplet_ids", Json::array());
  if (!list.is_array() && !list.is_null()) throw unprocessable("droplet_ids must be a list");
  for (const auto& id : list) {
    if (!id.is_number_integer() || !state.droplets.contains(id.get<long>())) {
      throw unprocessable("droplet " + dump(id) + " does not exist");
    }
    ids.push_back(id.get<long>());
  }
  return ids;
}

std::vector<std::string> tag_names(const Json& body, const State& state) {
  std::vector<std::string> names;
  const Json list = body.value("tags", Json::array());
  if (!list.is_array() && !list.is_null()) throw unprocessable("tags must be a list");
  for (const auto& tag : list) {
    if (!tag.is_string() || !state.tags.contains(tag.get<std::string>())) {
      throw unprocessable("tag " + dump(tag) + " does not exist");
    }
    names.push_back(tag.get<std::string>());
  }
  return names;
}

void fill(Firewall& firewall, const Json& body, const State& state) {
  static const std::regex valid_name("^[a-zA-Z0-9][a-zA-Z0-9.-]+$");
  firewall.name = text_field(body, "name");
  if (!std::regex_match(firewall.name, valid_name)) throw unprocessable("name is invalid");
  for (const auto& [id, other] : state.firewalls) {
    if (id != firewall.id && other.name == firewall.name) {
      throw ApiError{409, "conflict", "duplicate name"};
    }
  }
  firewall.inbound = checked(body, "inbound_rules", "sources", state);
  firewall.outbound = checked(body, "outbound_rules", "destinations", state);
  if (firewall.inbound.empty() && firewall.outbound.empty()) {
    throw unprocessable("at least one inbound or outbound rule is required");
  }
  firewall.droplets = droplet_ids(body, state);
  firewall.tags = tag_names(body, state);
}

/// Changes one firewall with `body(Firewall&, const State&)` and puts it in force.
template <class Body>
Firewall change_firewall(Cloud& cloud, const http::Request& request, Body&& body) {
  const Firewall changed = cloud.change([&](State& state) {
    Firewall& firewall = firewall_of(state, request);
    body(firewall, state);
    return firewall;
  });
  cloud.apply_firewalls();
  return changed;
}

template <class Item, class Items>
void set_members(std::vector<Item>& members, const Items& items, bool present) {
  for (const auto& item : items) {
    std::erase(members, item);
    if (present) members.push_back(item);
  }
}

void set_rules(Json& rules, const Json& named, bool present) {
  for (const auto& rule : named) {
    const auto found = std::ranges::find(rules, rule);
    if (present && found == rules.end()) rules.push_back(rule);
    if (!present && found != rules.end()) rules.erase(found);
  }
}

http::Response create_firewall(Cloud& cloud, const http::Request& request) {
  const Json body = body_of(request);
  const Firewall created = cloud.change([&](State& state) {
    Firewall firewall{.id = new_uuid(), .created_at = timestamp(cloud.clock().now())};
    fill(firewall, body, state);
    return state.firewalls[firewall.id] = firewall;
  });
  cloud.apply_firewalls();
  return http::Response::json(202, {{"firewall", views::firewall(created)}});
}

http::Response remove_firewall(Cloud& cloud, const http::Request& request) {
  cloud.change([&](State& state) { state.firewalls.erase(firewall_of(state, request).id); });
  cloud.apply_firewalls();
  return http::Response::empty(204);
}

void add_part_routes(http::Router& router, Cloud& cloud) {
  for (const bool present : {true, false}) {
    const char* method = present ? "POST" : "DELETE";
    router.add(method, "/v2/firewalls/{id}/droplets",
               [&cloud, present](const http::Request& request) {
                 const Json body = body_of(request);
                 change_firewall(cloud, request, [&](Firewall& firewall, const State& state) {
                   set_members(firewall.droplets, droplet_ids(body, state), present);
                 });
                 return http::Response::empty(204);
               });
    router.add(method, "/v2/firewalls/{id}/tags", [&cloud, present](const http::Request& request) {
      const Json body = body_of(request);
      change_firewall(cloud, request, [&](Firewall& firewall, const State& state) {
        set_members(firewall.tags, tag_names(body, state), present);
      });
      return http::Response::empty(204);
    });
    router.add(method, "/v2/firewalls/{id}/rules", [&cloud, present](const http::Request& request) {
      const Json body = body_of(request);
      change_firewall(cloud, request, [&](Firewall& firewall, const State& state) {
        set_rules(firewall.inbound, checked(body, "inbound_rules", "sources", state), present);
        set_rules(firewall.outbound, checked(body, "outbound_rules", "destinations", state),
                  present);
      });
      return http::Response::empty(204);
    });
  }
}

}  // namespace

void add_firewall_routes(http::Router& router, Cloud& cloud) {
  router.add("GET", "/v2/firewalls", [&cloud](const http::Request& request) {
    Json firewalls = Json::array();
    cloud.read([&](const State& state) {
      for (const auto& [id, firewall] : state.firewalls)
        firewalls.push_back(views::firewall(firewall));
    });
    return page_of(request, "firewalls", firewalls);
  });
  router.add("POST", "/v2/firewalls",
             [&cloud](const http::Request& request) { return create_firewall(cloud, request); });
  router.add("GET", "/v2/firewalls/{id}", [&cloud](const http::Request& request) {
    return http::Response::json(200, {{"firewall", cloud.read([&](const State& state) {
                                         return views::firewall(firewall_of(state, request));
                                       })}});
  });
  router.add("PUT", "/v2/firewalls/{id}", [&cloud](const http::Request& request) {
    const Json body = body_of(request);
    const Firewall updated = change_firewall(
        cloud, request,
        [&](Firewall& firewall, const State& state) { fill(firewall, body, state); });
    return http::Response::json(200, {{"firewall", views::firewall(updated)}});
  });
  router.add("DELETE", "/v2/firewalls/{id}",
             [&cloud](const http::Request& request) { return remove_firewall(cloud, request); });
  router.add("GET", "/v2/droplets/{id}/firewalls", [&cloud](const http::Request& request) {
    const long id = id_of(request, "id");
    Json firewalls = Json::array();
    cloud.read([&](const State& state) {
      const auto droplet = state.droplets.find(id);
      if (droplet == state.droplets.end()) throw not_found();
      for (const auto& [key, firewall] : state.firewalls) {
        if (state.guards(firewall, droplet->second)) firewalls.push_back(views::firewall(firewall));
      }
    });
    return page_of(request, "firewalls", firewalls);
  });
  add_part_routes(router, cloud);
}

}  // namespace ashlar::pocketcloud
