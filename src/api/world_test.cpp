// The parts of test_world.hpp.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "api/test_world.hpp"
#include "base/file.hpp"
#include "base/id.hpp"
#include "base/testing/paths.hpp"
#include "base/yaml.hpp"

namespace ashlar::api {
namespace {

using engine::StepContext;
using engine::StepOutcome;

Catalog toy_catalog() {
  return {
      .sizes = {{.slug = "s-1vcpu-1gb",
                 .vcpus = 1,
                 .memory_bytes = 1LL << 30,
                 .disk_bytes = 25LL << 30,
                 .price_monthly_usd = 6,
                 .price_hourly_usd = 0.00893,
                 .regions = {"nyc1"}}},
      .regions = {
          {.slug = "nyc1", .name = "New York 1", .sizes = {"s-1vcpu-1gb"}, .features = {"vpc"}}}};
}

/// Null for a path that does not exist.
Json at_path(const Json& value, std::initializer_list<const char*> keys) {
  Json found = value;
  for (const char* key : keys)
    found = found.is_object() && found.contains(key) ? found[key] : Json();
  return found;
}

Parsed<engine::AcceptedSpec> parse_toy(const Json& input, const Json&, const Catalog& catalog) {
  std::vector<FieldError> errors;
  for (const auto& [key, value] : input.items())
    if (!std::set<std::string>{"name", "type", "region", "enableTLS", "systemPassword", "vpcUUID",
                               "targetClusters", "desiredState"}
             .contains(key))
      errors.push_back({key, "is not a field of the toy"});
  const Json name = at_path(input, {"name"});
  if (!name.is_string() || name.get<std::string>().empty())
    errors.push_back({"name", "is required"});
  else if (name.get<std::string>().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") !=
           std::string::npos)
    errors.push_back({"name", "must be lower-case letters, digits and dashes"});
  const Json region = at_path(input, {"region"});
  if (!region.is_string() || catalog.find_region(region.get<std::string>()) == nullptr)
    errors.push_back({"region", "is not a region; there is nyc1"});
  const Json password = at_path(input, {"systemPassword"});
  if (!password.is_null() && (!password.is_string() || password.get<std::string>().size() < 8))
    errors.push_back({"systemPassword", fmt::format("{} is too weak", dump(password))});
  if (const Json tls = at_path(input, {"enableTLS"}); !tls.is_null() && !tls.is_boolean())
    errors.push_back({"enableTLS", "must be true or false"});
  const Json targets = at_path(input, {"targetClusters"});
  if (!targets.is_null() && !targets.is_array())
    errors.push_back({"targetClusters", "must be a list"});
  else if (!targets.empty() && !targets[0].is_string())
    errors.push_back({"targetClusters[0]", "must be a string"});
  else if (!targets.empty() && targets[0] != "redis-single")
    errors.push_back({"targetClusters[0]", "is not a deployment type"});
  const Json count = at_path(input, {"desiredState", "roles", "master", "count"});
  if (!count.is_number_integer() || count < 1 || count > 9)
    errors.push_back({"desiredState.roles.master.count", "must be from 1 to 9"});
  if (!errors.empty()) return std::unexpected(errors);

  engine::AcceptedSpec accepted{.name = name.get<std::string>(), .spec = input, .secrets = {}};
  accepted.spec.erase("systemPassword");
  if (!password.is_null())
    accepted.secrets["system-password"] = Secret(password.get<std::string>());
  return accepted;
}

int count_of(const Json& spec) {
  return spec["desiredState"]["roles"]["master"]["count"].get<int>();
}

PlannedStep toy_step(std::string key, std::string type, std::vector<std::string> after) {
  return {.key = key,
          .type = std::move(type),
          .title = "Toy " + key,
          .phase = "Playing",
          .after = std::move(after),
          .expected = Millis{10}};
}

/// The toy's actions take these members, all of them optional; others are faults.
Parsed<engine::Intent> intend_toy(const std::string& name, const std::set<std::string>& known,
                                  const Json& stored, const Json& arguments) {
  if (name == "start" && stored.value("vpcUUID", Json()) == "running")
    throw Error(ErrorCode::kConflict, "the toy runs already");
  std::vector<FieldError> errors;
  for (const auto& [key, value] : arguments.items())
    if (!known.contains(key)) errors.push_back({key, "is not an argument of " + name});
  const Json count = at_path(arguments, {"count"});
  if (!count.is_null() && (!count.is_number_integer() || count < 1 || count > 9))
    errors.push_back({"count", "must be from 1 to 9"});
  const Json password = at_path(arguments, {"systemPassword"});
  if (!password.is_null() && (!password.is_string() || password.get<std::string>().size() < 8))
    errors.push_back({"systemPassword", fmt::format("{} is too weak", dump(password))});
  if (!errors.empty()) return std::unexpected(errors);
  engine::Intent intent{{stored["name"].get<std::string>(), stored, {}}, {{"action", name}}};
  if (!count.is_null()) intent.accepted.spec["desiredState"]["roles"]["master"]["count"] = count;
  if (!password.is_null())
    intent.accepted.secrets["system-password"] = Secret(password.get<std::string>());
  return intent;
}

Parsed<engine::Intent> update_toy(const Json& stored, const Json& patch, const Catalog& catalog) {
  if (patch.contains("name") && patch["name"] != stored["name"])
    return std::unexpected(std::vector<FieldError>{
        {"name", fmt::format("cannot change; it is '{}'", stored["name"].get<std::string>())}});
  Json wanted = stored;
  wanted.merge_patch(patch);
  auto accepted = parse_toy(wanted, stored, catalog);
  if (!accepted) return std::unexpected(accepted.error());
  return engine::Intent{*accepted, nullptr};
}

std::vector<engine::Action> toy_actions() {
  std::vector<engine::Action> actions{{"update", "Update", update_toy, {"systemPassword"}}};
  const std::map<std::string, std::set<std::string>> known{{"upgrade", {"count"}},
                                                           {"downgrade", {"count"}},
                                                           {"stop", {}},
                                                           {"start", {}},
                                                           {"switchover", {"group", "to"}},
                                                           {"rotate", {"what", "systemPassword"}},
                                                           {"heal", {}},
                                                           {"reassign", {}},
                                                           {"reissue", {"overlapSeconds"}},
                                                           {"throttle", {"bytesPerSecond"}}};
  for (const auto& [name, members] : known)
    actions.push_back({name,
                       name,
                       [name, members](const Json& stored, const Json& arguments, const Catalog&) {
                         return intend_toy(name, members, stored, arguments);
                       },
                       {"systemPassword"}});
  return actions;
}

Plan plan_toy(const engine::PlanInput& input) {
  const Json& spec = input.spec;
  const Json& observed = input.observed;
  Plan plan{.kind = "redis",
            .resource_name = spec["name"].get<std::string>(),
            .action = "deploy",
            .summary = "Deploy the toy"};
  if (!observed.is_null() && !input.once.is_null()) {
    plan.action = "update";
    plan.summary = input.once["action"].get<std::string>() + " the toy";
    plan.steps.push_back(toy_step("prove", "toy.prove", {}));
    return plan;
  }
  if (!observed.is_null() && spec.value("vpcUUID", Json()) == "weak")
    plan.dangers.push_back({DangerKind::kEncryption, "the toy is weakened"});
  const int have = observed.is_null() ? 0 : observed.value("made", 0);
  if (have == count_of(spec)) return plan;
  for (int i = 1; i <= count_of(spec); ++i) {
    plan.changes.push_back(
        {ChangeAction::kCreate, "machine", fmt::format("toy-{}", i), "s-1vcpu-1gb in nyc1", 0, 6});
    plan.steps.push_back(toy_step(fmt::format("make/{}", i), "toy.make", {}));
  }
  std::vector<std::string> after;
  for (const PlannedStep& step : plan.steps) after.push_back(step.key);
  plan.steps.push_back(toy_step("prove", "toy.prove", after));
  return plan;
}

Plan plan_delete_toy(const Json& spec, const Json&, const Catalog&) {
  Plan plan{.kind = "redis",
            .resource_name = spec["name"].get<std::string>(),
            .action = "delete",
            .summary = "Delete the toy"};
  plan.steps.push_back(toy_step("destroy", "toy.destroy", {}));
  return plan;
}

void say_lines(const Toy& toy, StepContext& context) {
  for (long long said = context.output_position("toy").value_or(0); said < toy.lines; ++said)
    context.write_output("toy", fmt::format("line {} of the toy\n", said + 1), said + 1);
}

StepOutcome make(Toy& toy, StepContext& context) {
  say_lines(toy, context);
  if (toy.hold) return engine::Wait{Millis{5}, "the test holds it", true};
  const std::string leak = toy.leak.empty() ? "nothing" : toy.leak;
  context.log("making with " + leak);
  context.write_output("leak", "said with " + leak + "\n", 1);
  context.patch_status({{"seen", leak}});
  context.remember({{"seen", leak}});
  if (toy.fail) return engine::Fail{Error(ErrorCode::kMachine, "the toy broke over " + leak)};
  context.machines.put({.id = new_id("mach"),
                        .organization_id = context.resource.organization_id,
                        .resource_id = context.resource.id,
                        .node = context.step.planned.key,
                        .role = "master",
                        .name = "toy",
                        .provider = "digitalocean",
                        .provider_id = "1",
                        .created_at = context.clock.now()});
  return engine::Done{{{"seen", leak}}};
}

StepOutcome prove(StepContext& context) {
  context.patch_status({{"made", count_of(context.resource.spec)}});
  return engine::Done{};
}

Json observe(engine::ObserveContext& context) {
  return {{"made", context.resource.status.value("made", 0)},
          {"health", "healthy"},
          {"observedAt", to_rfc3339(context.clock.now())},
          {"drift",
           {{{"node", "toy-1"},
             {"what", "size"},
             {"declared", "s-1vcpu-1gb"},
             {"found", "s-2vcpu-2gb"},
             {"heals", "none"},
             {"message", "the toy is too large"}}}}};
}

KindSummary toy_summary(const Json& spec, const Json&) {
  const auto text = [&](const char* member) {
    const Json value = at_path(spec, {member});
    return value.is_string() ? value.get<std::string>() : std::string();
  };
  return {.type = text("type"),
          .region = text("region"),
          .version = "",
          .node_counts = {{"master", count_of(spec)}}};
}

Json readings(const Json& observed) {
  Json made = Json::object();
  for (int i = 1; i <= observed.value("made", 0); ++i) made[fmt::format("toy-{}", i)] = 1;
  return {{"made", made}};
}

Json credentials(const Resource&, const engine::FindSecret& find) {
  const auto password = find("system-password");
  return {{"username", "default"},
          {"password", password ? password->reveal() : ""},
          {"sentinelPassword", nullptr},
          {"caCertificate", nullptr}};
}

}  // namespace

engine::Kind Toy::kind() {
  engine::Kind kind{.name = "redis",
                    .title = "Toy",
                    .deploy_body = {"clusters", "cluster", {"targetClusters"}},
                    .roles = {{"master", "Master"}},
                    .secret_fields = {"systemPassword"},
                    .parse = parse_toy,
                    .check = [](const Json& spec, const Json&) -> std::vector<FieldError> {
                      if (spec.value("vpcUUID", Json()) != "nowhere") return {};
                      return {{"vpcUUID", "does not exist"}};
                    },
                    .observe = observe,
                    .plan = plan_toy,
                    .plan_delete = plan_delete_toy,
                    .actions = toy_actions(),
                    .wants = [this](const Json&, const Json&, Time) { return wanted; },
                    .monthly_usd = [](const Json& spec, const Json&,
                                      const Catalog&) { return 6.0 * count_of(spec); },
                    .summary = toy_summary,
                    .readings = readings,
                    .catalog = toy_catalog,
                    .credentials = credentials};
  const auto done = [](StepContext&) -> StepOutcome { return engine::Done{}; };
  kind.steps = {{"toy.make", [this](StepContext& context) { return make(*this, context); }, done},
                {"toy.prove", prove, nullptr},
                {"toy.destroy",
                 [](StepContext& context) -> StepOutcome {
                   for (const Machine& machine : context.machines.all())
                     context.machines.remove_node(machine.node);
                   return engine::Done{};
                 },
                 nullptr,
                 /*most_retries=*/8,
                 /*irreversible=*/true}};
  return kind;
}

std::string Answer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

std::string Answer::error_at(const std::string& path) const {
  for (const Json& error : at_path(json, {"errors"}))
    if (error["path"] == path) return error["message"].get<std::string>();
  return {};
}

http::Headers bearer(const std::string& token) {
  return {{"Authorization", "Bearer " + token}};
}

World::World(WorldOptions options)
    : directory(std::filesystem::temp_directory_path() / ("ashlar-api-" + random_hex(8))) {
  std::filesystem::create_directories(directory);
  store = store::Store::open(
      directory, [this](const Resource& resource) { return kinds.summary_of(resource); });
  const Secret token = store->ensure_first_organization(clock.now()).value();
  admin = token.reveal();
  organization_id = store->authenticate(token)->organization_id;
  kinds.add(toy.kind());
  for (engine::Kind& kind : options.more_kinds) kinds.add(std::move(kind));
  engine =
      std::make_unique<engine::Engine>(*store, kinds, clock, engine::EngineOptions{.workers = 2});
  engine->start();
  const auto find_orphans = [this](const std::string&, const Provider::FindResource& find) {
    std::vector<Orphan> known;
    for (const Orphan& orphan : left_behind)
      if (find(orphan.resource_id)) known.push_back(orphan);
    return known;
  };
  const auto destroy_orphan = [find_orphans](const std::string& organization,
                                             const Provider::FindResource& find,
                                             const std::string& type, const std::string& id) {
    for (Orphan& orphan : find_orphans(organization, find))
      if (orphan.type == type && orphan.provider_id == id) return std::move(orphan);
    throw Error(ErrorCode::kNotFound, "there is no orphan " + id);
  };
  const Provider provider{
      .name = "digitalocean",
      .url = "http://127.0.0.1:1",
      .catalog = toy_catalog,
      .check = [] { return ProviderStatus{"toy account", 5000, 4999, std::nullopt}; },
      .find_orphans = find_orphans,
      .destroy_orphan = destroy_orphan};
  api = std::make_unique<Api>(Services{.engine = *engine,
                                       .store = *store,
                                       .kinds = kinds,
                                       .clock = clock,
                                       .providers = {provider},
                                       .version = "1.2.3",
                                       .heartbeat = options.heartbeat});
  server = std::make_unique<http::Server>(
      http::ServerOptions{.refusal = refuse_unread},
      [this](const http::Request& request) { return api->handle(request); });
}

World::~World() {
  toy.hold = false;
  server.reset();
  api.reset();
  engine.reset();
  store.reset();
  std::filesystem::remove_all(directory);
}

Answer World::get(const std::string& path, const http::Headers& headers) {
  return send("GET", path, std::string(), headers);
}

Answer World::send(const std::string& method, const std::string& path, const std::string& body,
                   http::Headers headers) {
  headers.emplace("Authorization", "Bearer " + admin);
  if (!body.empty()) headers.emplace("Content-Type", "application/json");
  std::erase_if(headers, [](const auto& header) { return header.second.empty(); });
  const auto response = client.send(
      {.method = method, .url = server->url() + "/api" + path, .headers = headers, .body = body});
  Answer answer{response.status, response.headers, response.body, nullptr};
  if (!response.body.empty() && answer.header("Content-Type").find("json") != std::string::npos)
    answer.json = parse_json(response.body).value();
  return answer;
}

Answer World::deploy(const Json& cluster, http::Headers headers) {
  return send("POST", "/infrastructure/redis/deploy", Json{{"clusters", Json::array({cluster})}},
              std::move(headers));
}

std::string World::deployed(const std::string& name) {
  const Answer answer = deploy(toy_cluster(name));
  EXPECT_EQ(answer.status, 202) << answer.text;
  EXPECT_EQ(final_operation(answer.json["correlationId"].get<std::string>())["state"], "succeeded");
  return answer.json["operations"][0]["resourceId"].get<std::string>();
}

Json World::final_operation(const std::string& id) {
  for (int i = 0; i < 1000; ++i) {
    const Answer answer = get("/operations/" + id);
    EXPECT_EQ(answer.status, 200) << answer.text;
    if (answer.json["final"] == true) return answer.json;
    std::this_thread::sleep_for(Millis{10});
  }
  ADD_FAILURE() << "the operation " << id << " did not end";
  return nullptr;
}

std::string World::token(const std::vector<std::string>& permissions) {
  return store->create_token(organization_id, "limited", permissions, clock.now()).secret.reveal();
}

std::string World::foreign_token() {
  foreign_organization_id = store->create_organization("other", clock.now()).id;
  return store->create_token(foreign_organization_id, "stranger", {"*"}, clock.now())
      .secret.reveal();
}

Json toy_cluster(const std::string& name, int count) {
  return {{"name", name},
          {"region", "nyc1"},
          {"desiredState", {{"roles", {{"master", {{"count", count}}}}}}}};
}

namespace {

/// The collections of all kinds are served by the same handlers, so that the toy's stands for each.
std::string as_the_toys(const std::string& pattern) {
  static const std::string collections = "/infrastructure/";
  if (!pattern.starts_with(collections)) return pattern;
  const size_t end = pattern.find('/', collections.size());
  return collections + "redis" + (end == pattern.npos ? "" : pattern.substr(end));
}

}  // namespace

std::vector<ContractRoute> contract_routes() {
  const std::string text = read_file(source_folder() + "/api/openapi.yaml");
  const Json document = parse_yaml(text).value().at(0).value;
  std::vector<ContractRoute> routes;
  for (const auto& [pattern, methods] : document["paths"].items())
    for (const auto& [name, operation] : methods.items()) {
      std::string method = name;
      std::ranges::transform(method, method.begin(), ::toupper);
      const Json permission = operation.value("x-permission", Json());
      ContractRoute route{method, as_the_toys(pattern),
                          permission.is_string() ? permission.get<std::string>() : "",
                          operation.contains("security") && operation["security"].empty()};
      if (std::ranges::find(routes, route) == routes.end()) routes.push_back(std::move(route));
    }
  return routes;
}

}  // namespace ashlar::api
