#include <algorithm>
#include <regex>

#include "pocketcloud/api.hpp"
#include "pocketcloud/catalog.hpp"
#include "pocketcloud/views.hpp"

namespace ashlar::pocketcloud {
namespace {

template <class StateLike>
auto& vpc_of(StateLike& state, const http::Request& request) {
  const auto found = state.vpcs.find(request.path_parameters.at("id"));
  if (found == state.vpcs.end()) throw not_found();
  return found->second;
}

bool has_members(const State& state, const Vpc& vpc) {
  return std::ranges::any_of(state.droplets,
                             [&](const auto& entry) { return entry.second.vpc == vpc.id; });
}

void check_name(const State& state, const Vpc& vpc) {
  static const std::regex valid_name("^[a-zA-Z0-9.-]{1,255}$");
  if (!std::regex_match(vpc.name, valid_name)) {
    throw unprocessable("Name is invalid: only letters, numbers, dashes and periods are allowed");
  }
  for (const auto& [id, other] : state.vpcs) {
    if (id != vpc.id && other.name == vpc.name) {
      throw ApiError{409, "conflict", "a VPC with the same name already exists in your account"};
    }
  }
}

bool is_private_range(const Cidr& range) {
  return std::ranges::any_of(
      std::initializer_list<const char*>{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"},
      [&](const char* text) { return Cidr::parse(text)->contains(range); });
}

void check_range(const State& state, const Cidr& range, const Cidr& public_pool) {
  if (range.prefix < 16 || range.prefix > 28 || !is_private_range(range)) {
    throw unprocessable(
        "ip_range is invalid: it must be a private range (RFC 1918) from /28 to /16");
  }
  const bool overlaps =
      range.overlaps(public_pool) || std::ranges::any_of(state.vpcs, [&](const auto& entry) {
        return entry.second.range().overlaps(range);
      });
  if (overlaps) {
    throw unprocessable("This range/size overlaps with another VPC network in your account.");
  }
}

Cidr choose_range(const State& state, const std::string& wanted, const CloudOptions& options) {
  if (!wanted.empty()) {
    const auto range = Cidr::parse(wanted);
    if (!range)
      throw unprocessable(
          "ip_range is invalid: it must be a network in CIDR notation such as 10.10.10.0/24");
    check_range(state, *range, options.public_pool);
    return *range;
  }
  const auto range = free_subrange(options.vpc_pool, std::max(24, options.vpc_pool.prefix),
                                   [&](const Cidr& candidate) {
                                     return std::ranges::any_of(state.vpcs, [&](const auto& entry) {
                                       return entry.second.range().overlaps(candidate);
                                     });
                                   });
  if (!range) throw unprocessable("no range is left for another VPC in this cloud's pool");
  return *range;
}

http::Response create_vpc(Cloud& cloud, const http::Request& request) {
  const Json body = body_of(request);
  const std::string region = text_field(body, "region");
  if (find_region(region) == nullptr) throw unprocessable("region is invalid");
  const Vpc created = cloud.change([&](State& state) {
    Vpc vpc{.id = new_uuid(),
            .name = text_field(body, "name"),
            .description = text_field(body, "description"),
            .region = region,
            .created_at = timestamp(cloud.clock().now()),
            .index = state.next_bridge++};
    check_name(state, vpc);
    vpc.ip_range = choose_range(state, text_field(body, "ip_range"), cloud.options()).text();
    return state.vpcs[vpc.id] = vpc;
  });
  return http::Response::json(201, {{"vpc", views::vpc(created)}});
}

/// PUT needs the name; PATCH changes what is given.
http::Response update(Cloud& cloud, const http::Request& request) {
  const Json body = body_of(request);
  const Vpc updated = cloud.change([&](State& state) {
    Vpc& vpc = vpc_of(state, request);
    if (body.contains("name") || request.method == "PUT") vpc.name = text_field(body, "name");
    if (body.contains("description")) vpc.description = text_field(body, "description");
    check_name(state, vpc);
    if (body.contains("default") && body["default"] == true) {
      for (auto& [id, other] : state.vpcs)
        other.is_default = other.is_default && other.region != vpc.region;
      vpc.is_default = true;
    }
    return vpc;
  });
  return http::Response::json(200, {{"vpc", views::vpc(updated)}});
}

http::Response remove_vpc(Cloud& cloud, const http::Request& request) {
  const Vpc removed = cloud.change([&](State& state) {
    const Vpc vpc = vpc_of(state, request);
    if (vpc.is_default) throw ApiError{403, "forbidden", "Can not delete default VPCs"};
    if (has_members(state, vpc))
      throw ApiError{403, "forbidden", "Can not delete VPC with members"};
    state.vpcs.erase(vpc.id);
    return vpc;
  });
  cloud.apply_firewalls();
  cloud.remove_vpc(removed);
  return http::Response::empty(204);
}

http::Response members(Cloud& cloud, const http::Request& request) {
  const std::string type = request.query_value("resource_type").value_or("droplet");
  Json list = Json::array();
  cloud.read([&](const State& state) {
    const Vpc& vpc = vpc_of(state, request);
    for (const auto& [id, droplet] : state.droplets) {
      if (droplet.vpc != vpc.id || type != "droplet") continue;
      list.push_back(
          {{"name", droplet.name}, {"urn", droplet.urn()}, {"created_at", droplet.created_at}});
    }
  });
  return page_of(request, "members", list);
}

}  // namespace

void add_vpc_routes(http::Router& router, Cloud& cloud) {
  router.add("GET", "/v2/vpcs", [&cloud](const http::Request& request) {
    Json vpcs = Json::array();
    cloud.read([&](const State& state) {
      for (const auto& [id, vpc] : state.vpcs) vpcs.push_back(views::vpc(vpc));
    });
    return page_of(request, "vpcs", vpcs);
  });
  router.add("POST", "/v2/vpcs",
             [&cloud](const http::Request& request) { return create_vpc(cloud, request); });
  router.add("GET", "/v2/vpcs/{id}", [&cloud](const http::Request& request) {
    return http::Response::json(200, {{"vpc", cloud.read([&](const State& state) {
                                         return views::vpc(vpc_of(state, request));
                                       })}});
  });
  for (const char* method : {"PUT", "PATCH"}) {
    router.add(method, "/v2/vpcs/{id}",
               [&cloud](const http::Request& request) { return update(cloud, request); });
  }
  router.add("DELETE", "/v2/vpcs/{id}",
             [&cloud](const http::Request& request) { return remove_vpc(cloud, request); });
  router.add("GET", "/v2/vpcs/{id}/members",
             [&cloud](const http::Request& request) { return members(cloud, request); });
}

}  // namespace ashlar::pocketcloud
