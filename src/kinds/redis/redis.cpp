#include "kinds/redis/redis.hpp"

#include <memory>

#include "kinds/fleet/fleet.hpp"
#include "kinds/redis/accept.hpp"
#include "kinds/redis/actions.hpp"
#include "kinds/redis/care.hpp"
#include "kinds/redis/observe.hpp"
#include "kinds/redis/plan.hpp"
#include "kinds/redis/secrets.hpp"
#include "kinds/redis/status.hpp"
#include "kinds/redis/steps.hpp"

namespace ashlar::redis {
namespace {

Json observe(const Tools& tools, engine::ObserveContext& context) {
  const ClusterView view =
      observe_cluster({tools, context.resource, context.secrets, context.machines});
  // Only a deployment proves; an observation keeps what was proved.
  return status_of(view, kept_in(context.resource.status), context.resource.id,
                   context.clock.now());
}

Json credentials(const Resource& resource, const engine::FindSecret& find) {
  const auto text = [&](const char* name) {
    const auto secret = find(name);
    return secret ? Json(secret->reveal()) : Json(nullptr);
  };
  const Spec spec = spec_from_json(resource.spec);
  const Json password = text(secret_name::kSystem);
  return {{"username", "default"},
          {"password", password},
          // Clients use one password for both; on sentinels it only lets them ask.
          {"sentinelPassword", spec.sentinel ? password : Json(nullptr)},
          {"caCertificate", spec.tls ? text(secret_name::kAuthority) : Json(nullptr)}};
}

std::vector<engine::StepType> all_steps(const std::shared_ptr<const Tools>& tools) {
  auto steps = fleet::steps(*tools);
  for (auto& step : step_types(tools)) steps.push_back(std::move(step));
  return steps;
}

}  // namespace

Parsed<engine::AcceptedSpec> accept(const Json& input, const Json& stored, const Catalog& catalog) {
  auto parsed = parse(input, catalog, stored);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  engine::AcceptedSpec accepted{parsed->spec.name, to_json(parsed->spec), {}};
  if (parsed->system_password)
    accepted.secrets[secret_name::kGivenPassword] = *parsed->system_password;
  return accepted;
}

engine::Kind make_kind(const Tools& given) {
  const auto tools = std::make_shared<const Tools>(given);
  engine::Kind kind;
  kind.name = "redis";
  kind.title = "Redis Sentinel cluster";
  kind.parse = accept;
  kind.observe = [tools](engine::ObserveContext& context) { return observe(*tools, context); };
  kind.plan = [](const engine::PlanInput& input) {
    return plan(spec_from_json(input.spec), input.observed, input.catalog,
                {input.once, input.changed_secrets});
  };
  kind.plan_delete = [](const Json& spec, const Json& observed, const Catalog& catalog) {
    return plan_delete(spec_from_json(spec), observed, catalog);
  };
  kind.steps = all_steps(tools);
  kind.actions = actions();
  kind.wants_healing = wants_healing;
  kind.monthly_usd = [](const Json& spec, const Catalog& catalog) {
    return monthly_usd(spec_from_json(spec), catalog);
  };
  kind.readings = readings_of;
  kind.catalog = [tools] { return tools->cloud.catalog(); };
  kind.credentials = credentials;
  return kind;
}

}  // namespace ashlar::redis
