#include "cloud/digitalocean/digitalocean.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/log.hpp"
#include "cloud/digitalocean/api.hpp"
#include "cloud/digitalocean/machine_lists.hpp"
#include "cloud/digitalocean/objects.hpp"

namespace ashlar::cloud {
namespace {

using http::percent_encode;

/// The effect may have happened although no answer, or no usable one, came.
bool may_have_happened(const Error& error) {
  return error.code() == ErrorCode::kTimeout || error.code() == ErrorCode::kUnavailable;
}

/// Type and key of an OpenSSH public key, without its comment.
std::string key_material(const std::string& public_key) {
  const auto first = public_key.find(' ');
  return public_key.substr(
      0, public_key.find_first_of(" \r\n", std::min(first, public_key.size() - 1) + 1));
}

const char* action_type(PowerAction action) {
  switch (action) {
    case PowerAction::kOff:
      return "power_off";
    case PowerAction::kOn:
      return "power_on";
    case PowerAction::kCycle:
      return "power_cycle";
    case PowerAction::kReboot:
      return "reboot";
    case PowerAction::kShutdown:
      return "shutdown";
  }
  return "";
}

/// The state in which nothing is left to do, for the actions whose repetition changes nothing.
std::optional<MachineState> goal_of(PowerAction action) {
  if (action == PowerAction::kOn) return MachineState::kActive;
  if (action == PowerAction::kOff || action == PowerAction::kShutdown) return MachineState::kOff;
  return std::nullopt;
}

void check_tag(const std::string& tag) {
  const auto allowed = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == ':' || c == '-' || c == '_';
  };
  if (tag.empty() || tag.size() > 255 || !std::ranges::all_of(tag, allowed)) {
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("{} is no tag: 1 to 255 letters, digits, ':', '-' and '_'", tag));
  }
}

class DigitalOcean final : public Cloud {
 public:
  explicit DigitalOcean(const DigitalOceanOptions& options)
      : options_(options), api_(options), lists_(api_.clock(), [this](const std::string& tag) {
          return list_machines(tag, api_.deadline());
        }) {}

  std::string_view name() const override { return options_.name; }

  Catalog catalog() override {
    // Held while fetching: callers that come meanwhile want the same answer.
    const std::lock_guard lock(catalog_mutex_);
    const Time now = api_.clock().now();
    if (catalog_ && now - catalog_at_ < options_.catalog_age) return *catalog_;
    const Time deadline = api_.deadline();
    Catalog catalog;
    for (const auto& size : api_.list("/v2/sizes", "sizes", deadline)) {
      catalog.sizes.push_back(objects::size(size));
    }
    for (const auto& region : api_.list("/v2/regions", "regions", deadline)) {
      catalog.regions.push_back(objects::region(region));
    }
    catalog_ = std::move(catalog);
    catalog_at_ = now;
    return *catalog_;
  }

  Quota quota() override {
    if (!api_.limiter().quota()) api_.call({.path = "/v2/account"}, api_.deadline());
    return api_.limiter().quota().value_or(Quota{});
  }

  std::string check_account() override {
    const auto body = api_.call({.path = "/v2/account"}, api_.deadline());
    const auto& account = objects::member(body, "account", "account's answer");
    const auto email = objects::text(account, "email", "account");
    const auto status = account.value("status", "active");
    if (status == "locked") {
      throw Error(ErrorCode::kProvider,
                  fmt::format("{}: the account {} is locked: {}", name(), email,
                              account.value("status_message", "no reason was given")));
    }
    return fmt::format("{} ({}, at most {} machines)", email, status,
                       account.value("droplet_limit", 0));
  }

  std::string ensure_ssh_key(const std::string& key_name, const std::string& public_key) override {
    const Time deadline = api_.deadline();
    // By content, not by name: the provider refuses the same key under a second name.
    const auto find = [&]() -> std::optional<std::string> {
      for (const auto& key : api_.list("/v2/account/keys", "ssh_keys", deadline)) {
        if (key_material(objects::text(key, "public_key", "SSH key")) == key_material(public_key)) {
          return objects::id(key, "SSH key");
        }
      }
      return std::nullopt;
    };
    return find_or_create<std::string>(find, [&] {
      const Call create{.method = "POST",
                        .path = "/v2/account/keys",
                        .body = {{"name", key_name}, {"public_key", public_key}},
                        .repeat = Repeat::kOnlyUnsent};
      const auto body = api_.call(create, deadline);
      return objects::id(objects::member(body, "ssh_key", "key's answer"), "SSH key");
    });
  }

  Vpc ensure_vpc(const std::string& vpc_name, const std::string& region) override {
    const Time deadline = api_.deadline();
    const auto find = [&] { return find_vpc_named(vpc_name, deadline); };
    auto vpc = find_or_create<Vpc>(find, [&] {
      const Call create{.method = "POST",
                        .path = "/v2/vpcs",
                        .body = {{"name", vpc_name}, {"region", region}},
                        .repeat = Repeat::kOnlyUnsent};
      return objects::vpc(objects::member(api_.call(create, deadline), "vpc", "VPC's answer"));
    });
    if (vpc.region != region) {
      throw Error(ErrorCode::kConflict,
                  fmt::format("{}: the VPC {} exists in {}, not in {}", name(), vpc_name,
                              vpc.region, region),
                  "delete that VPC or use another name");
    }
    return vpc;
  }

  std::optional<Vpc> find_vpc(const std::string& id) override {
    const auto body = get_or_nothing("/v2/vpcs/" + percent_encode(id));
    if (body.is_null()) return std::nullopt;
    return objects::vpc(objects::member(body, "vpc", "VPC's answer"));
  }

  std::optional<Vpc> find_vpc_by_name(const std::string& vpc_name) override {
    return find_vpc_named(vpc_name, api_.deadline());
  }

  void delete_vpc(const std::string& id) override {
    try {
      remove("/v2/vpcs/" + percent_encode(id));
    } catch (const Error& error) {
      // Said with 403 or 409, depending on what is left in it.
      if (error.message().find("member") == std::string::npos) throw;
      throw Error(ErrorCode::kConflict, error.message(), "wait until its members are gone");
    }
  }

  Firewall ensure_firewall(const FirewallRequest& request) override {
    const Time deadline = api_.deadline();
    for (const auto& tag : tags_of(request)) ensure_tag(tag, deadline);
    const auto body = objects::firewall_request(request);
    if (const auto id = find_firewalls(request.name, deadline); !id.empty()) {
      return update_firewall(id.front(), request.name, body, deadline);
    }
    const Call create{
        .method = "POST", .path = "/v2/firewalls", .body = body, .repeat = Repeat::kOnlyUnsent};
    try {
      const auto answer = api_.call(create, deadline);
      return {objects::id(objects::member(answer, "firewall", "firewall's answer"), "firewall"),
              request.name};
    } catch (const Error& error) {
      const auto made = find_firewalls(request.name, deadline);
      if (made.empty()) throw;
      return update_firewall(made.front(), request.name, body, deadline);
    }
  }

  void delete_firewall(const std::string& firewall_name) override {
    for (const auto& id : find_firewalls(firewall_name, api_.deadline())) {
      remove("/v2/firewalls/" + percent_encode(id));
    }
  }

  CloudMachine create_machine(const MachineRequest& request,
                              const std::string& idempotency_tag) override;

  std::vector<CloudMachine> find_machines_by_tag(const std::string& tag, Millis list_age) override {
    return lists_.get(tag, list_age);
  }

  std::optional<CloudMachine> find_machine(const std::string& id) override {
    const auto body = get_or_nothing("/v2/droplets/" + percent_encode(id));
    if (body.is_null()) return std::nullopt;
    return objects::machine(objects::member(body, "droplet", "droplet's answer"));
  }

  void power(const std::string& id, PowerAction action) override;
  void resize(const std::string& id, const std::string& size) override;

  void begin_destroy(const std::string& id) override {
    remove("/v2/droplets/" + percent_encode(id));
  }

  void delete_tag(const std::string& tag) override { remove("/v2/tags/" + percent_encode(tag)); }

 private:
  /// Looks, creates, and when the creation failed in whatever way looks again: its answer may have
  /// been lost, or another process may have been faster. Names keep such objects single.
  template <class T, class Find, class Create>
  T find_or_create(Find find, Create create) {
    if (auto found = find()) return *found;
    try {
      return create();
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kTooManyRequests) throw;
      if (auto found = find()) return *found;
      throw;
    }
  }

  std::optional<Vpc> find_vpc_named(const std::string& vpc_name, Time deadline) {
    for (const auto& json : api_.list("/v2/vpcs", "vpcs", deadline)) {
      auto vpc = objects::vpc(json);
      if (vpc.name == vpc_name) return vpc;
    }
    return std::nullopt;
  }

  Json get_or_nothing(const std::string& path) {
    try {
      return api_.call({.path = path}, api_.deadline());
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kNotFound) return Json();
      throw;
    }
  }

  void remove(const std::string& path) {
    try {
      api_.call({.method = "DELETE", .path = path}, api_.deadline());
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kNotFound) throw;
    }
  }

  /// A firewall may only name tags that exist; creating one twice changes nothing.
  void ensure_tag(const std::string& tag, Time deadline) {
    check_tag(tag);
    api_.call({.method = "POST", .path = "/v2/tags", .body = {{"name", tag}}}, deadline);
  }

  static std::vector<std::string> tags_of(const FirewallRequest& request) {
    auto tags = request.tags;
    for (const auto* rules : {&request.inbound, &request.outbound}) {
      for (const auto& rule : *rules) tags.insert(tags.end(), rule.tags.begin(), rule.tags.end());
    }
    std::ranges::sort(tags);
    const auto repeated = std::ranges::unique(tags);
    tags.erase(repeated.begin(), repeated.end());
    return tags;
  }

  std::vector<std::string> find_firewalls(const std::string& firewall_name, Time deadline) {
    std::vector<std::string> ids;
    for (const auto& firewall : api_.list("/v2/firewalls", "firewalls", deadline)) {
      if (objects::text(firewall, "name", "firewall") == firewall_name) {
        ids.push_back(objects::id(firewall, "firewall"));
      }
    }
    return ids;
  }

  Firewall update_firewall(const std::string& id, const std::string& firewall_name,
                           const Json& body, Time deadline) {
    const auto path = "/v2/firewalls/" + percent_encode(id);
    api_.call({.method = "PUT", .path = path, .body = body}, deadline);
    return {id, firewall_name};
  }

  std::vector<CloudMachine> list_machines(const std::string& tag, Time deadline) {
    check_tag(tag);
    std::vector<CloudMachine> machines;
    const auto path = "/v2/droplets?tag_name=" + percent_encode(tag);
    for (const auto& droplet : api_.list(path, "droplets", deadline)) {
      machines.push_back(objects::machine(droplet));
    }
    return machines;
  }

  std::optional<CloudMachine> find_made(const std::string& idempotency_tag, Time deadline);
  std::optional<CloudMachine> look_for_lost(const std::string& idempotency_tag, Time deadline);
  CloudMachine existing(const std::string& id);
  void act(const std::string& id, const Json& action, Repeat repeat);
  void wait_for_action(const std::string& action_id, const std::string& what);

  const DigitalOceanOptions options_;
  Api api_;
  MachineLists lists_;
  std::mutex catalog_mutex_;
  std::optional<Catalog> catalog_;
  Time catalog_at_{};
};

/// The oldest machine with the tag, so that every caller finds the same one.
std::optional<CloudMachine> DigitalOcean::find_made(const std::string& idempotency_tag,
                                                    Time deadline) {
  auto machines = list_machines(idempotency_tag, deadline);
  if (machines.empty()) return std::nullopt;
  if (machines.size() > 1) {
    log::warning("{}: {} machines carry the tag {}", name(), machines.size(), idempotency_tag);
  }
  return *std::ranges::min_element(machines, {}, [](const CloudMachine& machine) {
    return std::pair(machine.id.size(), machine.id);
  });
}

/// A droplet whose creation got no answer may appear in the list a moment later, so one empty list
/// proves nothing: looks with growing pauses until `settle` has passed.
std::optional<CloudMachine> DigitalOcean::look_for_lost(const std::string& idempotency_tag,
                                                        Time deadline) {
  const Time give_up = std::min(deadline, api_.clock().now() + options_.settle);
  for (int attempt = 0;; ++attempt) {
    if (auto machine = find_made(idempotency_tag, deadline)) return machine;
    if (api_.clock().now() >= give_up) return std::nullopt;
    api_.sleep(api_.pause_after(attempt));
  }
}

/// DigitalOcean has no idempotency keys, so the tag takes their place: look for it, create, and
/// look again whenever an answer was lost. Two attempts at once would defeat this; they cannot
/// happen, as the tag belongs to one step and steps are leased. A droplet that shows itself only
/// after `settle` is found by its resource's tag and removed by the steps that call this (see
/// kinds/fleet).
CloudMachine DigitalOcean::create_machine(const MachineRequest& request,
                                          const std::string& idempotency_tag) {
  for (const auto& tag : request.tags) check_tag(tag);
  check_tag(idempotency_tag);
  const Time deadline = api_.deadline();
  if (auto made = find_made(idempotency_tag, deadline)) return *made;
  const Call create{.method = "POST",
                    .path = "/v2/droplets",
                    .body = objects::droplet_request(request, idempotency_tag),
                    .repeat = Repeat::kOnlyUnsent,
                    .hidden = &request.user_data};
  for (bool last_round : {false, true}) {
    try {
      const auto answer = api_.call(create, deadline);
      return objects::machine(objects::member(answer, "droplet", "droplet's answer"));
    } catch (const Error& error) {
      if (!may_have_happened(error)) throw;
      if (auto made = look_for_lost(idempotency_tag, deadline)) return *made;
      if (last_round || api_.clock().now() >= deadline) throw;
      log::info("{}: creating {} got no answer and made nothing; creating again", name(),
                request.name);
    }
  }
  throw Error(ErrorCode::kInternal, "unreachable");
}

void DigitalOcean::power(const std::string& id, PowerAction action) {
  const auto goal = goal_of(action);
  if (goal) {
    if (existing(id).state == *goal) return;
  }
  // A second reboot would be one too many.
  act(id, {{"type", action_type(action)}}, goal ? Repeat::kSafe : Repeat::kOnlyUnsent);
}

void DigitalOcean::resize(const std::string& id, const std::string& size) {
  if (existing(id).size == size) return;
  // With its disk, a machine could never be made smaller again.
  act(id, {{"type", "resize"}, {"disk", false}, {"size", size}}, Repeat::kSafe);
}

CloudMachine DigitalOcean::existing(const std::string& id) {
  if (auto machine = find_machine(id)) return *std::move(machine);
  throw Error(ErrorCode::kNotFound, fmt::format("{}: there is no machine {}", name(), id));
}

/// Returns when the action has completed.
void DigitalOcean::act(const std::string& id, const Json& action, Repeat repeat) {
  const Call request{.method = "POST",
                     .path = fmt::format("/v2/droplets/{}/actions", percent_encode(id)),
                     .body = action,
                     .repeat = repeat};
  const auto answer = api_.call(request, api_.deadline());
  wait_for_action(objects::id(objects::member(answer, "action", "action's answer"), "action"),
                  fmt::format("{} of machine {}", action.at("type").get<std::string>(), id));
}

void DigitalOcean::wait_for_action(const std::string& action_id, const std::string& what) {
  const Time give_up = api_.clock().now() + options_.action_timeout;
  Millis interval{300};
  while (true) {
    const auto body = api_.call({.path = "/v2/actions/" + action_id}, api_.deadline());
    const auto& action = objects::member(body, "action", "action's answer");
    const auto status = objects::text(action, "status", "action");
    if (status == "completed") return;
    if (status == "errored") {
      throw Error(ErrorCode::kProvider,
                  fmt::format("{}: {} failed (action {})", name(), what, action_id));
    }
    if (api_.clock().now() >= give_up) {
      throw Error(ErrorCode::kTimeout,
                  fmt::format("{}: {} is still {} after {} (action {})", name(), what, status,
                              to_human(options_.action_timeout), action_id));
    }
    api_.sleep(interval);
    interval = std::min(interval * 3 / 2, Millis{5'000});
  }
}

DigitalOceanOptions checked(DigitalOceanOptions options) {
  while (options.url.ends_with('/')) options.url.pop_back();
  if (!options.url.starts_with("https://") && !options.url.starts_with("http://")) {
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("{}: the API's URL {} is neither http:// nor https://", options.name,
                            options.url));
  }
  if (options.token.empty()) {
    throw Error(ErrorCode::kInvalidInput, fmt::format("{}: there is no API token", options.name),
                "put the token in the configured token file");
  }
  return options;
}

}  // namespace

std::unique_ptr<Cloud> make_digitalocean(DigitalOceanOptions options) {
  return std::make_unique<DigitalOcean>(checked(std::move(options)));
}

}  // namespace ashlar::cloud
