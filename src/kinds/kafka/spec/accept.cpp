#include "kinds/kafka/spec/accept.hpp"

#include "kinds/cluster/spec/actions.hpp"
#include "kinds/kafka/spec/spec.hpp"

namespace ashlar::kafka {

Parsed<engine::AcceptedSpec> accept(const Json& input, const Json& stored, const Catalog& catalog) {
  auto parsed = parse(input, catalog, stored);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  engine::AcceptedSpec accepted{parsed->spec.name, to_json(parsed->spec), {}};
  for (const auto& [user, password] : parsed->passwords)
    accepted.secrets["given/users/" + user] = password;
  return accepted;
}

std::vector<engine::Action> actions() {
  const Json password{{"type", {"string", "null"}}, {"description", "Generated when left out"}};
  const Json users{{"type", "array"},
                   {"items", {{"type", "object"}, {"properties", {{"password", password}}}}}};
  return cluster::common_actions(
      accept, [](const Json& stored) { return to_json(spec_from_json(stored)); },
      {std::string(to_string(Role::kController)), std::string(to_string(Role::kBroker))},
      cluster::patch_schema({{"users", users}}), {"users"});
}

}  // namespace ashlar::kafka
