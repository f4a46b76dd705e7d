#include <algorithm>

#include "pocketcloud/api.hpp"
#include "pocketcloud/views.hpp"

namespace ashlar::pocketcloud {
namespace {

std::string tag_of(const State& state, const http::Request& request) {
  const std::string& name = request.path_parameters.at("name");
  if (!state.tags.contains(name)) throw not_found();
  return name;
}

http::Response create_tag(Cloud& cloud, const http::Request& request) {
  const std::string name = text_field(body_of(request), "name");
  check_tag_name(name);
  const Json tag = cloud.change([&](State& state) {
    state.tags.insert(name);  // making one that exists is no error
    return views::tag(state, name);
  });
  return http::Response::json(201, {{"tag", tag}});
}

void forget_tag(State& state, const std::string& name) {
  state.tags.erase(name);
  for (auto& [id, droplet] : state.droplets) std::erase(droplet.tags, name);
  for (auto& [id, firewall] : state.firewalls) {
    std::erase(firewall.tags, name);
    for (auto* rules : {&firewall.inbound, &firewall.outbound}) {
      const char* peers = rules == &firewall.inbound ? "sources" : "destinations";
      for (auto& rule : *rules) {
        Json kept = Json::array();
        for (const auto& tag : rule.at(peers).value("tags", Json::array())) {
          if (tag != name) kept.push_back(tag);
        }
        if (rule.at(peers).contains("tags")) rule.at(peers)["tags"] = kept;
      }
    }
  }
}

std::vector<long> droplets_in(const State& state, const Json& body) {
  const Json resources = body.value("resources", Json());
  if (!resources.is_array() || resources.empty()) throw unprocessable("resources must be a list");
  std::vector<long> ids;
  for (const auto& resource : resources) {
    if (!resource.is_object()) throw unprocessable("a resource must be an object");
    if (text_field(resource, "resource_type") != "droplet")
      throw unprocessable("this cloud tags resources of type droplet only");
    const Json id = resource.value("resource_id", Json());
    const std::string text = id.is_string() ? id.get<std::string>() : dump(id);
    const long number = std::strtol(text.c_str(), nullptr, 10);
    if (!state.droplets.contains(number)) throw not_found();
    ids.push_back(number);
  }
  return ids;
}

http::Response change_tagging(Cloud& cloud, const http::Request& request, bool tagged) {
  const Json body = body_of(request);
  cloud.change([&](State& state) {
    const std::string name = tag_of(state, request);
    for (const long id : droplets_in(state, body)) {
      auto& tags = state.droplets.at(id).tags;
      std::erase(tags, name);
      if (tagged) tags.push_back(name);
    }
  });
  cloud.apply_firewalls();
  return http::Response::empty(204);
}

}  // namespace

void add_tag_routes(http::Router& router, Cloud& cloud) {
  router.add("GET", "/v2/tags", [&cloud](const http::Request& request) {
    Json tags = Json::array();
    cloud.read([&](const State& state) {
      for (const auto& name : state.tags) tags.push_back(views::tag(state, name));
    });
    return page_of(request, "tags", tags);
  });
  router.add("POST", "/v2/tags",
             [&cloud](const http::Request& request) { return create_tag(cloud, request); });
  router.add("GET", "/v2/tags/{name}", [&cloud](const http::Request& request) {
    return http::Response::json(200, {{"tag", cloud.read([&](const State& state) {
                                         return views::tag(state, tag_of(state, request));
                                       })}});
  });
  router.add("DELETE", "/v2/tags/{name}", [&cloud](const http::Request& request) {
    cloud.change([&](State& state) { forget_tag(state, tag_of(state, request)); });
    cloud.apply_firewalls();
    return http::Response::empty(204);
  });
  router.add("POST", "/v2/tags/{name}/resources", [&cloud](const http::Request& request) {
    return change_tagging(cloud, request, true);
  });
  router.add("DELETE", "/v2/tags/{name}/resources", [&cloud](const http::Request& request) {
    return change_tagging(cloud, request, false);
  });
}

}  // namespace ashlar::pocketcloud
