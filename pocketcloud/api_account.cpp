// Account, regions, sizes, images, SSH keys.

#include <fmt/format.h>
#include <openssl/evp.h>

#include "pocketcloud/api.hpp"
#include "pocketcloud/catalog.hpp"
#include "pocketcloud/views.hpp"

namespace ashlar::pocketcloud {
namespace {

template <class Items>
Json list_of(const Items& items) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(to_json(item));
  return list;
}

http::Response account(Cloud& cloud) {
  const std::string id = cloud.read([](const State& state) { return state.account_id; });
  return http::Response::json(200, {{"account",
                                     {{"droplet_limit", kDropletLimit},
                                      {"floating_ip_limit", 0},
                                      {"reserved_ip_limit", 0},
                                      {"volume_limit", 0},
                                      {"email", "pocketcloud@localhost"},
                                      {"name", cloud.options().name},
                                      {"uuid", id},
                                      {"email_verified", true},
                                      {"status", "active"},
                                      {"status_message", ""},
                                      {"team", {{"uuid", id}, {"name", cloud.options().name}}}}}});
}

Json snapshots(Cloud& cloud) {
  Json list = Json::array();
  cloud.read([&](const State& state) {
    for (const auto& [id, snapshot] : state.snapshots) list.push_back(views::snapshot(snapshot));
  });
  return list;
}

http::Response list_images(Cloud& cloud, const http::Request& request) {
  const std::string type = choice_of(request, "type", {"distribution", "application"});
  const bool is_private = choice_of(request, "private", {"false", "true"}) == "true";
  const bool tagged = request.query_value("tag_name").has_value();
  if (is_private && !tagged) return page_of(request, "images", snapshots(cloud));
  const bool none = type != "distribution" || tagged;
  return page_of(request, "images", none ? Json::array() : list_of(images()));
}

http::Response get_image(Cloud& cloud, const http::Request& request) {
  const std::string& wanted = request.path_parameters.at("id");
  const bool is_number = wanted.find_first_not_of("0123456789") == std::string::npos;
  const Image* image = is_number ? find_image(id_of(request, "id")) : find_image(wanted);
  if (image != nullptr) return http::Response::json(200, {{"image", to_json(*image)}});
  for (const Json& snapshot : snapshots(cloud))
    if (is_number && snapshot.at("id") == id_of(request, "id"))
      return http::Response::json(200, {{"image", snapshot}});
  throw not_found();
}

/// Droplets that were made from it have disks of their own.
http::Response delete_image(Cloud& cloud, const http::Request& request) {
  const long id = id_of(request, "id");
  cloud.change([&](State& state) {
    const auto found = state.snapshots.find(id);
    if (found == state.snapshots.end()) throw not_found();
    if (found->second.status == "pending") throw unprocessable("The image is being made.");
    state.snapshots.erase(found);
  });
  std::filesystem::remove(cloud.snapshot_file(id));
  return http::Response::empty(204);
}

/// MD5 of the key's blob, as `ssh-keygen -E md5 -l` shows it. Throws ApiError for what is no key.
std::string fingerprint_of(const std::string& public_key) {
  const size_t first = public_key.find(' ');
  const size_t second = first == std::string::npos ? first : public_key.find(' ', first + 1);
  const std::string type = public_key.substr(0, first);
  const std::string blob =
      first == std::string::npos ? "" : public_key.substr(first + 1, second - first - 1);
  const bool known =
      type.starts_with("ssh-") || type.starts_with("ecdsa-") || type.starts_with("sk-");
  std::string bytes(blob.size(), '\0');
  int length = known && !blob.empty() && blob.size() % 4 == 0
                   ? EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(blob.data()),
                                     static_cast<int>(blob.size()))
                   : -1;
  if (length < 32 || public_key.find('\n') < public_key.size() - 1) {
    throw unprocessable("Key invalid, key should be of the format `ssh-ed25519 AAAA... user@host`");
  }
  if (blob.ends_with("=="))
    length -= 2;
  else if (blob.ends_with('='))
    length -= 1;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(bytes.data(), static_cast<size_t>(length), digest, &size, EVP_md5(), nullptr);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{}{:02x}", i == 0 ? "" : ":", digest[i]);
  return text;
}

http::Response create_key(Cloud& cloud, const http::Request& request) {
  const Json body = body_of(request);
  SshKey key{.name = text_field(body, "name"), .public_key = text_field(body, "public_key")};
  if (key.name.empty()) throw unprocessable("Name can't be blank");
  key.fingerprint = fingerprint_of(key.public_key);
  while (key.public_key.ends_with('\n')) key.public_key.pop_back();
  cloud.change([&](State& state) {
    for (const auto& [id, other] : state.keys) {
      if (other.fingerprint == key.fingerprint)
        throw unprocessable("SSH Key is already in use on your account");
    }
    key.id = state.new_id();
    state.keys[key.id] = key;
  });
  return http::Response::json(201, {{"ssh_key", views::ssh_key(key)}});
}

/// By id or fingerprint. Throws ApiError(404).
template <class StateLike>
auto& key_of(StateLike& state, const http::Request& request) {
  const std::string& wanted = request.path_parameters.at("key");
  for (auto& [id, key] : state.keys) {
    if (std::to_string(id) == wanted || key.fingerprint == wanted) return key;
  }
  throw not_found();
}

void add_key_routes(http::Router& router, Cloud& cloud) {
  router.add("GET", "/v2/account/keys", [&cloud](const http::Request& request) {
    Json keys = Json::array();
    cloud.read([&](const State& state) {
      for (const auto& [id, key] : state.keys) keys.push_back(views::ssh_key(key));
    });
    return page_of(request, "ssh_keys", keys);
  });
  router.add("POST", "/v2/account/keys",
             [&cloud](const http::Request& request) { return create_key(cloud, request); });
  router.add("GET", "/v2/account/keys/{key}", [&cloud](const http::Request& request) {
    const SshKey key = cloud.read([&](const State& state) { return key_of(state, request); });
    return http::Response::json(200, {{"ssh_key", views::ssh_key(key)}});
  });
  router.add("PUT", "/v2/account/keys/{key}", [&cloud](const http::Request& request) {
    const std::string name = text_field(body_of(request), "name");
    if (name.empty()) throw unprocessable("Name can't be blank");
    const SshKey renamed = cloud.change([&](State& state) {
      SshKey& key = key_of(state, request);
      key.name = name;
      return key;
    });
    return http::Response::json(200, {{"ssh_key", views::ssh_key(renamed)}});
  });
  router.add("DELETE", "/v2/account/keys/{key}", [&cloud](const http::Request& request) {
    cloud.change([&](State& state) { state.keys.erase(key_of(state, request).id); });
    return http::Response::empty(204);
  });
}

}  // namespace

void add_account_routes(http::Router& router, Cloud& cloud) {
  router.add("GET", "/v2/account", [&cloud](const http::Request&) { return account(cloud); });
  router.add("GET", "/v2/regions", [](const http::Request& request) {
    return page_of(request, "regions", list_of(regions()));
  });
  router.add("GET", "/v2/sizes", [](const http::Request& request) {
    return page_of(request, "sizes", list_of(sizes()));
  });
  router.add("GET", "/v2/images",
             [&cloud](const http::Request& request) { return list_images(cloud, request); });
  router.add("GET", "/v2/images/{id}",
             [&cloud](const http::Request& request) { return get_image(cloud, request); });
  router.add("DELETE", "/v2/images/{id}",
             [&cloud](const http::Request& request) { return delete_image(cloud, request); });
  add_key_routes(router, cloud);
}

}  // namespace ashlar::pocketcloud
