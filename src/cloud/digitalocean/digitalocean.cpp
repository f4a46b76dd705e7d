#include "cloud/digitalocean/digitalocean.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/log.hpp"
#include "base/text.hpp"
#include "cloud/digitalocean/api.hpp"
#include "cloud/digitalocean/objects.hpp"
#include "cloud/digitalocean/shared_lists.hpp"

namespace ashlar::cloud {
namespace {

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

constexpr const char* kAllMachines = "";  // no tag is empty

class DigitalOcean final : public Cloud {
 public:
  explicit DigitalOcean(const DigitalOceanOptions& options)
      : options_(options),
        api_(options),
        lists_(api_.clock(), [this](const std::string& tag) { return fetch_machines(tag); }),
        firewalls_(api_.clock(), [this](const std::string&) {
          return list<Firewall>("/v2/firewalls", "firewalls", objects::firewall);
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

  // By content, not by name: the provider refuses the same key under a second name.
  std::optional<std::string> find_ssh_key(const std::string& public_key) override {
    for (const auto& key : list_ssh_keys())
      if (key_material(key.public_key) == key_material(public_key)) return key.id;
    return std::nullopt;
  }

  Created<std::string> create_ssh_key(const std::string& key_name,
                                      const std::string& public_key) override {
    return create<std::string>("/v2/account/keys", {{"name", key_name}, {"public_key", public_key}},
                               "ssh_key",
                               [](const Json& key) { return objects::id(key, "SSH key"); });
  }

  void delete_ssh_key(const std::string& id) override {
    remove("/v2/account/keys/" + percent_encode(id));
  }

  std::optional<Vpc> find_vpc(const std::string& id) override {
    const auto body = get_or_nothing("/v2/vpcs/" + percent_encode(id));
    if (body.is_null()) return std::nullopt;
    return objects::vpc(objects::member(body, "vpc", "VPC's answer"));
  }

  std::optional<Vpc> find_vpc_by_name(const std::string& vpc_name) override {
    for (auto& vpc : list_vpcs())
      if (vpc.name == vpc_name) return std::move(vpc);
    return std::nullopt;
  }

  Created<Vpc> create_vpc(const VpcRequest& request) override {
    return create<Vpc>("/v2/vpcs", objects::vpc_request(request), "vpc", objects::vpc);
  }

  void delete_vpc(const std::string& id) override {
    try {
      remove("/v2/vpcs/" + percent_encode(id));
    } catch (const Error& error) {
      // It says so in words only: one with members is refused with the same status.
      if (error.message().find("default VPC") != std::string::npos)
        throw Error(ErrorCode::kForbidden, error.message());
      // Said with 403 or 409, depending on what is left in it.
      if (error.message().find("member") == std::string::npos) throw;
      throw Error(ErrorCode::kConflict, error.message(), "wait until its members are gone");
    }
  }

  std::optional<Firewall> find_firewall(const std::string& firewall_name) override {
    for (auto& firewall : list_firewalls({}))
      if (firewall.name == firewall_name) return std::move(firewall);
    return std::nullopt;
  }

  Created<Firewall> create_firewall(const FirewallRequest& request) override {
    ensure_tags_of(request);
    firewalls_.forget();
    return create<Firewall>("/v2/firewalls", objects::firewall_request(request), "firewall",
                            objects::firewall);
  }

  Firewall update_firewall(const std::string& id, const FirewallRequest& request) override {
    ensure_tags_of(request);
    const auto path = "/v2/firewalls/" + percent_encode(id);
    api_.call({.method = "PUT", .path = path, .body = objects::firewall_request(request)},
              api_.deadline());
    firewalls_.forget();
    return {.id = id,
            .name = request.name,
            .tags = request.tags,
            .created_at = {},
            .inbound = request.inbound,
            .outbound = request.outbound};
  }

  void delete_firewall(const std::string& firewall_name) override {
    for (const auto& firewall : list_firewalls({}))
      if (firewall.name == firewall_name) remove("/v2/firewalls/" + percent_encode(firewall.id));
  }

  Created<CloudMachine> create_machine(const MachineRequest& request) override {
    for (const auto& tag : request.tags) check_tag(tag);
    return create<CloudMachine>("/v2/droplets", objects::droplet_request(request), "droplet",
                                objects::machine, &request.user_data);
  }

  std::vector<CloudMachine> find_machines_by_tag(const std::string& tag, Millis list_age) override {
    check_tag(tag);
    return lists_.get(tag, list_age);
  }

  std::optional<CloudMachine> find_machine(const std::string& id) override {
    const auto body = get_or_nothing("/v2/droplets/" + percent_encode(id));
    if (body.is_null()) return std::nullopt;
    return objects::machine(objects::member(body, "droplet", "droplet's answer"));
  }

  std::optional<std::string> failure_of(const std::string& id) override;
  void power(const std::string& id, PowerAction action) override;
  void resize(const std::string& id, const std::string& size) override;

  void begin_destroy(const std::string& id) override {
    remove("/v2/droplets/" + percent_encode(id));
  }

  void delete_tag(const std::string& tag) override { remove("/v2/tags/" + percent_encode(tag)); }

  std::vector<CloudMachine> list_machines(Millis list_age) override {
    return lists_.get(kAllMachines, list_age);
  }
  std::vector<Vpc> list_vpcs() override { return list<Vpc>("/v2/vpcs", "vpcs", objects::vpc); }
  std::vector<Firewall> list_firewalls(Millis list_age) override {
    return firewalls_.get("", list_age);
  }
  std::vector<SshKey> list_ssh_keys() override {
    return list<SshKey>("/v2/account/keys", "ssh_keys", objects::ssh_key);
  }
  std::vector<std::string> list_tags() override {
    return list<std::string>("/v2/tags", "tags",
                             [](const Json& tag) { return objects::text(tag, "name", "tag"); });
  }

 private:
  template <class Object, class Read>
  std::vector<Object> list(const char* path, const char* key, Read read) {
    std::vector<Object> found;
    for (const auto& json : api_.list(path, key, api_.deadline())) found.push_back(read(json));
    return found;
  }

  /// An answer that cannot be read is as good as none: the object exists.
  template <class Object, class Read>
  Created<Object> create(const char* path, Json body, const char* key, Read read,
                         const Secret* hidden = nullptr) {
    const auto answer = api_.create({.method = "POST",
                                     .path = path,
                                     .body = std::move(body),
                                     .repeat = Repeat::kOnlyUnsent,
                                     .hidden = hidden},
                                    api_.deadline());
    if (!answer) return std::unexpected(answer.error());
    try {
      return read(objects::member(*answer, key, "answer to a create"));
    } catch (const Error& error) {
      return std::unexpected(error);
    }
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
  void ensure_tags_of(const FirewallRequest& request) {
    const Time deadline = api_.deadline();
    for (const auto& tag : tags_of(request)) {
      check_tag(tag);
      api_.call({.method = "POST", .path = "/v2/tags", .body = {{"name", tag}}}, deadline);
    }
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

  std::vector<CloudMachine> fetch_machines(const std::string& tag) {
    const auto path = tag == kAllMachines ? std::string("/v2/droplets")
                                          : "/v2/droplets?tag_name=" + percent_encode(tag);
    return list<CloudMachine>(path.c_str(), "droplets", objects::machine);
  }

  CloudMachine existing(const std::string& id);
  void act(const std::string& id, const Json& action, Repeat repeat);
  void wait_for_action(const std::string& action_id, const std::string& what);

  const DigitalOceanOptions options_;
  Api api_;
  SharedLists<CloudMachine> lists_;
  SharedLists<Firewall> firewalls_;
  std::mutex catalog_mutex_;
  std::optional<Catalog> catalog_;
  Time catalog_at_{};
};

std::optional<std::string> DigitalOcean::failure_of(const std::string& id) {
  const auto path = fmt::format("/v2/droplets/{}/actions", percent_encode(id));
  const auto body = get_or_nothing(path + "?per_page=200");
  if (body.is_null()) return std::nullopt;
  const auto& actions = objects::member(body, "actions", "actions' answer");
  const auto last = std::ranges::max_element(actions, {}, [](const Json& action) {
    return action.is_object() ? action.value("id", 0LL) : 0LL;
  });
  if (last == actions.end() || objects::text(*last, "status", "action") != "errored")
    return std::nullopt;
  return objects::failed_action(*last);
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
                  fmt::format("{}: {} failed: {}", name(), what, objects::failed_action(action)));
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
