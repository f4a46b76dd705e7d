// Droplets: create, list, get, delete.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <regex>

#include "pocketcloud/api.hpp"
#include "pocketcloud/catalog.hpp"
#include "pocketcloud/cloud_config.hpp"
#include "pocketcloud/views.hpp"

namespace ashlar::pocketcloud {
namespace {

constexpr size_t kMostNames = 10;
constexpr size_t kMostUserData = 64 << 10;
/// The first addresses of a pool are the fabric's and the host's; of a VPC, its gateway.
constexpr unsigned kReservedPublic = 10;
constexpr unsigned kReservedPrivate = 2;

/// What one create call asks for, checked as far as the state is not needed.
struct Wanted {
  bool is_list = false;
  std::vector<std::string> names;
  const Region* region = nullptr;
  const Size* size = nullptr;
  std::string image;  // the slug of one of ours, or the number of a snapshot
  std::vector<std::string> tags;
  std::string vpc;
  Json keys = Json::array();
  Seed seed;
};

void take_names(const Json& body, Wanted& wanted) {
  static const std::regex valid_name("^[a-zA-Z0-9]?[a-z0-9A-Z.-]*[a-z0-9A-Z]$");
  wanted.is_list = body.contains("names");
  const Json names = wanted.is_list ? body["names"] : Json::array({body.value("name", Json(""))});
  if (!names.is_array() || names.empty()) throw unprocessable("names must be a list of names");
  if (names.size() > kMostNames)
    throw unprocessable("You may only create up to 10 Droplets at once.");
  for (const auto& name : names) {
    const std::string text = name.is_string() ? name.get<std::string>() : "";
    if (text.size() > 255 || !std::regex_match(text, valid_name)) {
      throw unprocessable(
          "Name Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)");
    }
    wanted.names.push_back(text);
  }
}

void take_place(const Json& body, Wanted& wanted) {
  const std::string region = text_field(body, "region");
  wanted.region = find_region(region.empty() ? "nyc3" : region);
  if (wanted.region == nullptr)
    throw unprocessable("You specified an invalid region for Droplet creation.");
  wanted.size = find_size(text_field(body, "size"));
  if (wanted.size == nullptr)
    throw unprocessable("You specified an invalid size for Droplet creation.");
  if (!offers(*wanted.region, *wanted.size))
    throw unprocessable("Size is not available in this region.");
  const Json image = body.value("image", Json());
  const Image* known = image.is_number_integer() ? find_image(image.get<long>())
                       : image.is_string()       ? find_image(image.get<std::string>())
                                                 : nullptr;
  if (known != nullptr)
    wanted.image = known->slug;
  else if (image.is_number_integer())
    wanted.image = std::to_string(image.get<long>());
  else
    throw unprocessable("You specified an invalid image for Droplet creation.");
}

/// What would silently be missing is refused.
void refuse_what_is_not_offered(const Json& body) {
  for (const char* field : {"ipv6", "backups"}) {
    if (body.value(field, Json()) == true)
      throw unprocessable(fmt::format("{} is not offered by this cloud", field));
  }
  if (!body.value("volumes", Json::array()).empty())
    throw unprocessable("volumes are not offered by this cloud");
  if (body.value("public_networking", Json(true)) == false) {
    throw unprocessable("droplets without public networking are not offered by this cloud");
  }
}

void take_user_data(const Json& body, Wanted& wanted) {
  const std::string user_data = text_field(body, "user_data");
  if (user_data.size() > kMostUserData)
    throw unprocessable("User data is too long (maximum is 65536 characters)");
  auto seed = parse_cloud_config(user_data);
  if (!seed) {
    std::string message = "user_data:";
    for (const auto& fault : seed.error()) {
      message += fmt::format(" {}{}{};", fault.path, fault.path.empty() ? "" : ": ", fault.message);
    }
    message.pop_back();
    throw unprocessable(message);
  }
  wanted.seed = std::move(*seed);
}

Wanted wanted_by(const http::Request& request) {
  const Json body = body_of(request);
  Wanted wanted;
  take_names(body, wanted);
  take_place(body, wanted);
  refuse_what_is_not_offered(body);
  const Json tags = body.value("tags", Json::array());
  if (!tags.is_array() && !tags.is_null()) throw unprocessable("tags must be a list");
  for (const auto& tag : tags) {
    const std::string name = tag.is_string() ? tag.get<std::string>() : "";
    check_tag_name(name);
    if (std::ranges::find(wanted.tags, name) == wanted.tags.end()) wanted.tags.push_back(name);
  }
  wanted.vpc = text_field(body, "vpc_uuid");
  if (body.contains("ssh_keys") && body["ssh_keys"].is_array()) wanted.keys = body["ssh_keys"];
  take_user_data(body, wanted);
  return wanted;
}

/// A snapshot is in one region, and needs a disk that is as large as the one it was made of.
void check_image(const State& state, const Wanted& wanted) {
  if (find_image(wanted.image) != nullptr) return;
  const Snapshot* snapshot = state.usable_snapshot(wanted.image);
  if (snapshot == nullptr || snapshot->region != wanted.region->slug)
    throw unprocessable("You specified an invalid image for Droplet creation.");
  if (wanted.size->disk_gb < snapshot->disk_gb)
    throw unprocessable("The image is too large for the disk of this size.");
}

Vpc& vpc_for(State& state, const Wanted& wanted) {
  for (auto& [id, vpc] : state.vpcs) {
    const bool meant = wanted.vpc.empty() ? vpc.is_default : id == wanted.vpc;
    if (meant && vpc.region == wanted.region->slug) return vpc;
  }
  throw unprocessable("vpc_uuid is invalid: there is no such VPC in this region");
}

/// The public keys of the named SSH keys, by id or fingerprint.
std::vector<std::string> public_keys(const State& state, const Json& wanted) {
  std::vector<std::string> keys;
  for (const auto& each : wanted) {
    const std::string text = each.is_string() ? each.get<std::string>() : dump(each);
    const auto found = std::ranges::find_if(state.keys, [&](const auto& entry) {
      return std::to_string(entry.first) == text || entry.second.fingerprint == text;
    });
    if (found == state.keys.end()) {
      throw unprocessable(text + " are invalid key identifiers for Droplet creation.");
    }
    keys.push_back(found->second.public_key);
  }
  return keys;
}

Address take_public_address(State& state, const Cidr& pool) {
  const auto address =
      next_free(pool, state.public_cursor, kReservedPublic, [&](Address candidate) {
        return std::ranges::any_of(state.droplets, [&](const auto& entry) {
          return entry.second.public_address == candidate;
        });
      });
  if (!address) throw unprocessable("no public address is left in this cloud's pool");
  return state.public_cursor = *address;
}

Address take_private_address(const State& state, Vpc& vpc) {
  const auto address = next_free(vpc.range(), vpc.cursor, kReservedPrivate, [&](Address candidate) {
    return std::ranges::any_of(state.droplets, [&](const auto& entry) {
      return entry.second.private_address == candidate;
    });
  });
  if (!address) throw unprocessable("no address is left in the VPC " + vpc.name);
  return vpc.cursor = *address;
}

class Creation {
 public:
  Creation(Cloud& cloud, Wanted wanted) : cloud_(cloud), wanted_(std::move(wanted)) {}

  /// Adds the droplets to the state. Their seeds are on disk before the state is saved, so a
  /// droplet that is known is never without its keys.
  void add_to(State& state) {
    if (state.droplets.size() + wanted_.names.size() > kDropletLimit) {
      throw unprocessable("creating this/these droplet(s) will exceed your droplet limit");
    }
    check_image(state, wanted_);
    Vpc& vpc = vpc_for(state, wanted_);
    vpc_ = vpc;
    for (auto& key : public_keys(state, wanted_.keys))
      wanted_.seed.authorized_keys.push_back(std::move(key));
    state.tags.insert(wanted_.tags.begin(), wanted_.tags.end());
    for (const auto& name : wanted_.names) add_one(state, vpc, name);
  }

  http::Response answer() {
    cloud_.ensure_vpc(vpc_);
    cloud_.apply_firewalls();  // in force before the first boot
    for (const auto& id : ids_) cloud_.kick(id);
    if (wanted_.is_list) {
      return http::Response::json(202, {{"droplets", views_}, {"links", {{"actions", links_}}}});
    }
    return http::Response::json(202, {{"droplet", views_[0]}, {"links", {{"actions", links_}}}});
  }

  void link_to(const std::string& url) { url_ = url; }

 private:
  void add_one(State& state, Vpc& vpc, const std::string& name) {
    const Time now = cloud_.clock().now();
    Droplet droplet{.id = state.new_id(),
                    .name = name,
                    .region = std::string(wanted_.region->slug),
                    .size = std::string(wanted_.size->slug),
                    .disk_gb = wanted_.size->disk_gb,
                    .image = wanted_.image,
                    .created_at = timestamp(now),
                    .tags = wanted_.tags,
                    .vpc = vpc.id,
                    .public_address = take_public_address(state, cloud_.options().public_pool),
                    .private_address = take_private_address(state, vpc)};
    if (const auto fault = cloud_.faults().strike_boot(name)) {
      if (fault->boot == BootFault::kNever) droplet.boot_fault = "never";
      if (fault->boot == BootFault::kFails) droplet.boot_fault = "fails";
      if (fault->boot == BootFault::kUnreachable) droplet.partitioned = true;
      if (fault->boot == BootFault::kSlow)
        droplet.not_before_ms = (now + fault->delay).time_since_epoch().count();
    }
    const Action& action = state.new_action("create", droplet, now);
    droplet.pending_action = action.id;
    cloud_.prepare(droplet.id, wanted_.seed);
    state.droplets[droplet.id] = droplet;
    ids_.push_back(droplet.id);
    views_.push_back(views::droplet(state, droplet, cloud_.options().public_pool));
    links_.push_back({{"id", action.id},
                      {"rel", "create"},
                      {"href", fmt::format("{}/v2/actions/{}", url_, action.id)}});
  }

  Cloud& cloud_;
  Wanted wanted_;
  Vpc vpc_;
  std::string url_;
  std::vector<long> ids_;
  Json views_ = Json::array();
  Json links_ = Json::array();
};

http::Response create_droplets(Cloud& cloud, const http::Request& request) {
  Creation creation(cloud, wanted_by(request));
  creation.link_to(base_url(request));
  cloud.change([&](State& state) { creation.add_to(state); });
  return creation.answer();
}

bool is_named(const Droplet& droplet, const std::string& name) {
  return std::ranges::equal(droplet.name, name, [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  });
}

http::Response list(Cloud& cloud, const HiddenDroplets& hidden, const http::Request& request) {
  const auto tag = request.query_value("tag_name");
  const auto name = request.query_value("name");
  const bool wants_gpus = choice_of(request, "type", {"droplets", "gpus"}) == "gpus";
  for (const char* other : {"name", "type"}) refuse_together(request, "tag_name", other);
  const Time now = cloud.clock().now();
  Json droplets = Json::array();
  cloud.read([&](const State& state) {
    for (const auto& [id, droplet] : state.droplets) {
      if (wants_gpus || hidden.hides(id, now) || (name && !is_named(droplet, *name))) continue;
      if (tag && !droplet.has_tag(*tag)) continue;
      droplets.push_back(views::droplet(state, droplet, cloud.options().public_pool));
    }
  });
  return page_of(request, "droplets", droplets);
}

http::Response get(Cloud& cloud, const HiddenDroplets& hidden, const http::Request& request) {
  const long id = id_of(request, "id");
  if (hidden.hides(id, cloud.clock().now())) throw not_found();
  const Json droplet = cloud.read([&](const State& state) {
    const auto found = state.droplets.find(id);
    if (found == state.droplets.end()) throw not_found();
    return views::droplet(state, found->second, cloud.options().public_pool);
  });
  return http::Response::json(200, {{"droplet", droplet}});
}

http::Response destroy(Cloud& cloud, const std::vector<long>& ids) {
  cloud.change([&](State& state) {
    for (const long id : ids) {
      const auto found = state.droplets.find(id);
      if (found == state.droplets.end()) throw not_found();
      found->second.destroying = true;
      found->second.wanted_on = false;
    }
  });
  for (const long id : ids) cloud.kick(id);
  return http::Response::empty(204);
}

http::Response destroy_tagged(Cloud& cloud, const http::Request& request) {
  const auto tag = request.query_value("tag_name");
  if (!tag || tag->empty()) throw unprocessable("tag_name must be given");
  std::vector<long> ids;
  cloud.read([&](const State& state) {
    for (const auto* droplet : state.droplets_tagged(*tag)) ids.push_back(droplet->id);
  });
  return destroy(cloud, ids);
}

}  // namespace

void add_droplet_routes(http::Router& router, Cloud& cloud, const HiddenDroplets& hidden) {
  router.add("POST", "/v2/droplets",
             [&](const http::Request& request) { return create_droplets(cloud, request); });
  router.add("GET", "/v2/droplets",
             [&](const http::Request& request) { return list(cloud, hidden, request); });
  router.add("DELETE", "/v2/droplets",
             [&](const http::Request& request) { return destroy_tagged(cloud, request); });
  router.add("GET", "/v2/droplets/{id}",
             [&](const http::Request& request) { return get(cloud, hidden, request); });
  router.add("DELETE", "/v2/droplets/{id}",
             [&](const http::Request& request) { return destroy(cloud, {id_of(request, "id")}); });
}

}  // namespace ashlar::pocketcloud
