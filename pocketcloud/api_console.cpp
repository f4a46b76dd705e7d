// /_pocket/droplets: what consoles said last, of droplets that are gone, too. DigitalOcean has no
// such route: a droplet's console there is a page for people.

#include "pocketcloud/api.hpp"
#include "pocketcloud/console_log.hpp"

namespace ashlar::pocketcloud {
namespace {

Json view(long id, const std::string& name, const std::string& status, const std::string& reason) {
  return {{"dropletId", id}, {"name", name}, {"status", status}, {"reason", text_or_null(reason)}};
}

Json view(const Cloud& cloud, const Droplet& droplet) {
  const auto run = cloud.run_of(droplet.id);
  return view(droplet.id, droplet.name, droplet.status, run ? run->reason : "");
}

Json view(const Grave& grave) {
  return view(grave.droplet, grave.name, "deleted", grave.reason);
}

std::optional<Droplet> find(const Cloud& cloud, long id) {
  return cloud.read([&](const State& state) -> std::optional<Droplet> {
    const auto found = state.droplets.find(id);
    return found == state.droplets.end() ? std::nullopt : std::optional(found->second);
  });
}

http::Response list(const Cloud& cloud) {
  const auto living = cloud.read([](const State& state) { return state.droplets; });
  Json all = Json::array();
  for (const auto& [id, droplet] : living) all.push_back(view(cloud, droplet));
  for (const auto& grave : cloud.graveyard().list()) all.push_back(view(grave));
  return http::Response::json(200, {{"droplets", std::move(all)}});
}

http::Response console(const Cloud& cloud, const http::Request& request) {
  const long id = id_of(request, "id");
  Json answer;
  std::string output;
  if (const auto droplet = find(cloud, id)) {
    answer = view(cloud, *droplet);
    output = last_console(cloud.files(id).console());
  } else if (const auto grave = cloud.graveyard().find(id)) {
    answer = view(*grave);
    output = grave->console;
  } else {
    throw not_found();
  }
  answer["console"] = plain_console(output);
  return http::Response::json(200, answer);
}

}  // namespace

void add_console_routes(http::Router& router, Cloud& cloud) {
  router.add("GET", "/_pocket/droplets", [&](const http::Request&) { return list(cloud); });
  router.add("GET", "/_pocket/droplets/{id}/console",
             [&](const http::Request& request) { return console(cloud, request); });
}

}  // namespace ashlar::pocketcloud
