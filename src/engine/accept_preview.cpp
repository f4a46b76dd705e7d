// The first half of accepting, which is all of a preview: parse, observe, plan.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "engine/accept.hpp"
#include "engine/proposal.hpp"

namespace ashlar::engine {
namespace {

Error not_found(const std::string& resource_id) {
  return Error(ErrorCode::kNotFound, fmt::format("there is no resource {}", resource_id));
}

void register_secrets(const AcceptedSpec& accepted) {
  for (const auto& [name, secret] : accepted.secrets) register_secret(secret.reveal());
}

void throw_if_wrong(const std::string& what, std::vector<FieldError> wrong) {
  if (wrong.empty()) return;
  const std::string message =
      fmt::format("{} has {} fault{}", what, wrong.size(), wrong.size() == 1 ? "" : "s");
  throw Error(ErrorCode::kInvalidInput, message, std::move(wrong));
}

std::vector<FieldError> redacted(std::vector<FieldError> errors) {
  for (FieldError& error : errors) error.message = redact(error.message);
  return errors;
}

std::vector<FieldError> checked(const Kind& kind, const Json& spec, const Json& stored) {
  return kind.check ? redacted(kind.check(spec, stored)) : std::vector<FieldError>{};
}

/// A password that was sent as a number is one all the same.
std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : dump(value);
}

}  // namespace

const Kind& Acceptor::kind_named(const std::string& name) const {
  if (const Kind* kind = kinds_.find(name)) return *kind;
  throw Error(ErrorCode::kNotFound, fmt::format("there is no kind '{}'", name),
              fmt::format("known kinds: {}", fmt::join(kinds_.names(), ", ")));
}

Resource Acceptor::existing_resource(const std::string& organization_id,
                                     const std::string& resource_id) {
  std::optional<Resource> resource = store_.find_resource(organization_id, resource_id);
  if (!resource || resource->state == ResourceState::kDeleted) throw not_found(resource_id);
  return *std::move(resource);
}

/// Reads one spec into `accepted`; every fault that is found before anything is planned. What must
/// be new is not read as a change of what has its name: the name is its fault, not the difference.
std::vector<FieldError> Acceptor::faults_in(const std::string& organization_id, const Kind& kind,
                                            const Catalog& catalog, const Json& input,
                                            bool must_be_new, AcceptedSpec& accepted) const {
  const auto name = input.find("name");
  std::optional<Resource> stored;
  if (!must_be_new && name != input.end() && name->is_string())
    stored = store_.find_resource_by_name(organization_id, kind.name, *name);
  const Json stored_spec = stored ? stored->spec : Json(nullptr);
  Parsed<AcceptedSpec> parsed = kind.parse(input, stored_spec, catalog);
  if (!parsed) return redacted(std::move(parsed.error()));
  accepted = *std::move(parsed);
  register_secrets(accepted);
  return checked(kind, accepted.spec, stored_spec);
}

std::vector<AcceptedSpec> Acceptor::parse_all(const std::string& organization_id, const Kind& kind,
                                              const Catalog& catalog,
                                              const std::vector<Json>& specs,
                                              bool must_be_new) const {
  std::vector<AcceptedSpec> accepted;
  std::vector<FieldError> wrong;
  std::set<std::string> names;
  for (size_t i = 0; i < specs.size(); ++i) {
    AcceptedSpec& spec = accepted.emplace_back();
    std::vector<FieldError> faults =
        faults_in(organization_id, kind, catalog, specs[i], must_be_new, spec);
    if (!spec.name.empty() && !names.insert(spec.name).second)
      faults.push_back({"name", fmt::format("'{}' is given twice", spec.name), 0, FaultOf::kRule});
    for (FieldError& fault : faults) {
      if (specs.size() > 1) fault.path = fmt::format("[{}].{}", i, fault.path);
      wrong.push_back(std::move(fault));
    }
  }
  throw_if_wrong(fmt::format("the {} specification", kind.name), std::move(wrong));
  return accepted;
}

Engine::Preview Acceptor::plan(const Kind& kind, const Catalog& catalog, Intent intent,
                               std::optional<Resource> existing) {
  const Json observed = existing ? observer_.observe(*existing) : Json(nullptr);
  PlanInput input{intent.accepted.spec, observed, catalog, std::move(intent.once), {}};
  if (existing) input.changed_secrets = changed_secrets(*existing, intent.accepted);
  Plan plan = kind.plan(input);
  check_plan(kind, plan);
  std::optional<double> monthly_usd;
  if (kind.monthly_usd) monthly_usd = kind.monthly_usd(intent.accepted.spec, nullptr, catalog);
  return {std::move(intent.accepted), std::move(existing), std::move(plan), monthly_usd};
}

Intent Acceptor::intent_of(const Resource& resource, const Action& action, const Json& arguments,
                           const Catalog& catalog) const {
  for (const std::string& member : action.secret_arguments)
    if (arguments.is_object() && arguments.contains(member))
      register_secret(text_of(arguments[member]));
  Parsed<Intent> intent = action.intend(resource.spec, arguments, catalog);
  const std::string request = fmt::format("the request to {} '{}'", action.name, resource.name);
  if (!intent) throw_if_wrong(request, redacted(std::move(intent.error())));
  register_secrets(intent->accepted);
  throw_if_wrong(request, checked(kind_named(resource.kind), intent->accepted.spec, resource.spec));
  return *std::move(intent);
}

namespace {

/// Nothing has to be done for it.
Plan plan_of_adjustment(const Resource& resource, const Action& action) {
  Plan plan;
  plan.kind = resource.kind;
  plan.resource_name = resource.name;
  plan.action = action.name;
  plan.summary = fmt::format("{}: holds at once, for what runs now, too", resource.name);
  return plan;
}

}  // namespace

Engine::Preview Acceptor::plan_action(const Resource& resource, const std::string& name,
                                      const Json& arguments) {
  const Kind& kind = kind_named(resource.kind);
  const Action& action = action_named(kind, name);
  const Catalog catalog = kind.catalog ? kind.catalog() : Catalog{};
  Intent intent = intent_of(resource, action, arguments, catalog);
  if (action.live)
    return {std::move(intent.accepted), resource, plan_of_adjustment(resource, action),
            resource.monthly_usd};
  Engine::Preview preview = plan(kind, catalog, std::move(intent), resource);
  // History shows what was asked for; a deployment that never ended stays one.
  if (preview.plan.action == "update") preview.plan.action = name;
  return preview;
}

Engine::Preview Acceptor::preview(const std::string& organization_id, const std::string& kind_name,
                                  const Json& spec, bool must_be_new) {
  const Kind& kind = kind_named(kind_name);
  const Catalog catalog = kind.catalog ? kind.catalog() : Catalog{};
  AcceptedSpec accepted = parse_all(organization_id, kind, catalog, {spec}, must_be_new).front();
  auto existing = store_.find_resource_by_name(organization_id, kind.name, accepted.name);
  if (must_be_new) check_new(accepted.name, existing);
  return plan(kind, catalog, {std::move(accepted), nullptr}, std::move(existing));
}

Engine::Preview Acceptor::preview_action(const std::string& organization_id,
                                         const std::string& resource_id, const std::string& action,
                                         const Json& arguments) {
  return plan_action(existing_resource(organization_id, resource_id), action, arguments);
}

Engine::Preview Acceptor::preview_delete(const std::string& organization_id,
                                         const std::string& resource_id) {
  Resource resource = existing_resource(organization_id, resource_id);
  const Kind& kind = kind_named(resource.kind);
  const Catalog catalog = kind.catalog ? kind.catalog() : Catalog{};
  Plan plan = kind.plan_delete(resource.spec, observer_.observe(resource), catalog);
  check_plan(kind, plan);
  plan.dangers.push_back(
      {DangerKind::kData,
       fmt::format("{} is deleted, with its machines and all its data", resource.name)});
  AcceptedSpec unchanged{resource.name, resource.spec, {}};
  return {std::move(unchanged), std::move(resource), std::move(plan), std::nullopt};
}

/// The plan is made from specs, which hold no secrets: it is told which of them are new.
std::vector<std::string> Acceptor::changed_secrets(const Resource& existing,
                                                   const AcceptedSpec& accepted) {
  std::vector<std::string> changed;
  for (const auto& [name, given] : accepted.secrets) {
    const std::optional<Secret> stored =
        store_.find_secret(existing.organization_id, existing.id, name);
    if (!stored || stored->reveal() != given.reveal()) changed.push_back(name);
  }
  return changed;
}

}  // namespace ashlar::engine
