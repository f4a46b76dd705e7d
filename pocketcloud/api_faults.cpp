// /_pocket: faults on purpose. Not part of DigitalOcean's API.

#include <fmt/format.h>

#include <csignal>

#include "pocketcloud/api.hpp"
#include "pocketcloud/supervisor.hpp"

namespace ashlar::pocketcloud {
namespace {

long droplet_of(Cloud& cloud, const Json& body) {
  const Json id = body.value("dropletId", Json());
  const bool known = id.is_number_integer() && cloud.read([&](const State& state) {
    return state.droplets.contains(id.get<long>());
  });
  if (!known) throw unprocessable("dropletId must be the id of a droplet");
  return id.get<long>();
}

void set_partition(Cloud& cloud, long id, bool partitioned) {
  cloud.change([&](State& state) {
    const auto found = state.droplets.find(id);
    if (found != state.droplets.end()) found->second.partitioned = partitioned;
  });
  cloud.apply_firewalls();
}

void pull_the_plug(Cloud& cloud, long id) {
  const pid_t supervisor = cloud.files(id).supervisor();
  if (supervisor == 0)
    throw Error(ErrorCode::kConflict, fmt::format("droplet {} does not run", id));
  ::kill(supervisor, kHardOffSignal);
}

long rate_of(const Json& body) {
  for (const char* impossible : {"delayMs", "latencyMs", "lossPercent", "jitterMs"}) {
    if (body.contains(impossible)) {
      throw unprocessable(
          fmt::format("{}: only the rate can be limited; delay and loss would need the "
                      "netem qdisc, which this cloud does not use",
                      impossible));
    }
  }
  const Json rate = body.value("rateKbit", Json());
  if (!rate.is_number_integer() || rate < 8 || rate > 10'000'000) {
    throw unprocessable("rateKbit must be a whole number from 8 to 10000000");
  }
  return rate.get<long>();
}

/// Machine faults happen at once and leave no rule behind.
http::Response strike_machine(Cloud& cloud, const Json& body) {
  const std::string kind = text_field(body, "machine");
  const long id = droplet_of(cloud, body);
  if (kind == "kill")
    pull_the_plug(cloud, id);
  else if (kind == "pause")
    cloud.pause(id, true);
  else if (kind == "resume")
    cloud.pause(id, false);
  else if (kind == "partition")
    set_partition(cloud, id, true);
  else if (kind == "heal")
    set_partition(cloud, id, false);
  else if (kind == "fullDisk")
    cloud.fill_disk(id, true);
  else if (kind == "freeDisk")
    cloud.fill_disk(id, false);
  else if (kind == "slowNetwork")
    cloud.limit_rate(id, rate_of(body));
  else if (kind == "fastNetwork")
    cloud.limit_rate(id, 0);
  else
    throw unprocessable(
        "machine must be kill, pause, resume, partition, heal, fullDisk, freeDisk, "
        "slowNetwork or fastNetwork");
  return http::Response::json(200, {{"machine", kind}, {"dropletId", id}});
}

http::Response add(Cloud& cloud, const http::Request& request) {
  const Json body = body_of(request);
  if (body.contains("machine")) return strike_machine(cloud, body);
  const auto fault = parse_fault(body);
  if (!fault) {
    std::string message;
    for (const auto& each : fault.error())
      message += each.path + (each.path.empty() ? "" : " ") + each.message + "; ";
    throw unprocessable(message.substr(0, message.size() - 2));
  }
  Json view = to_json(*fault);
  view["id"] = cloud.faults().add(*fault);
  return http::Response::json(201, view);
}

}  // namespace

void add_fault_routes(http::Router& router, Cloud& cloud) {
  router.add("GET", "/_pocket/faults", [&](const http::Request&) {
    return http::Response::json(200, {{"faults", cloud.faults().list()}});
  });
  router.add("POST", "/_pocket/faults",
             [&](const http::Request& request) { return add(cloud, request); });
  router.add("DELETE", "/_pocket/faults", [&](const http::Request&) {
    cloud.faults().clear();
    return http::Response::empty(204);
  });
  router.add("DELETE", "/_pocket/faults/{id}", [&](const http::Request& request) {
    if (!cloud.faults().remove(id_of(request, "id"))) throw not_found();
    return http::Response::empty(204);
  });
}

}  // namespace ashlar::pocketcloud
