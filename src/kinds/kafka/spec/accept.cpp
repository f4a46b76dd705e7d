#include "kinds/kafka/spec/accept.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/field_reader.hpp"
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

namespace {

Parsed<engine::Intent> rotate(const Json& stored, const Json& arguments, const Catalog&) {
  cluster::refuse_when_stopped(stored);
  std::vector<FieldError> errors;
  FieldReader reader(arguments, "", errors);
  const auto what = reader.choice("what", {"passwords", "certificates"});
  if (!what && !reader.has("what")) reader.missing("what");
  const auto users = reader.texts("users");
  reader.reject_unknown();
  if (!users.empty() && what && *what != "passwords")
    reader.violation("users", "is only for what: passwords");
  const Spec spec = spec_from_json(stored);
  for (size_t i = 0; i < users.size(); ++i)
    if (std::ranges::find(spec.users, users[i], &User::name) == spec.users.end())
      reader.violation(fmt::format("users[{}]", i),
                       fmt::format("\"{}\" is no user of this cluster", users[i]));
  if (!errors.empty()) return std::unexpected(std::move(errors));
  Json task = cluster::once("rotate");
  task["what"] = *what;
  if (!users.empty()) task["users"] = users;
  return cluster::same_spec(stored, std::move(task));
}

Parsed<engine::Intent> reassign(const Json& stored, const Json& arguments, const Catalog&) {
  cluster::refuse_when_stopped(stored);
  std::vector<FieldError> errors;
  FieldReader(arguments, "", errors).reject_unknown();
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return cluster::same_spec(stored, cluster::once("reassign"));
}

Parsed<engine::Intent> reissue(const Json& stored, const Json& arguments, const Catalog&) {
  cluster::refuse_when_stopped(stored);
  std::vector<FieldError> errors;
  FieldReader reader(arguments, "", errors);
  const auto overlap = reader.integer("overlapSeconds", 0, 86'400);
  reader.reject_unknown();
  if (!errors.empty()) return std::unexpected(std::move(errors));
  Json task = cluster::once("reissue");
  if (overlap) task["overlapSeconds"] = *overlap;
  return cluster::same_spec(stored, std::move(task));
}

Json reissue_schema() {
  return cluster::arguments_schema(
      {{"overlapSeconds",
        {{"type", {"integer", "null"}},
         {"minimum", 0},
         {"maximum", 86'400},
         {"description",
          "How long clients have to read the authorities anew; default: the spec's"}}}});
}

/// Also while replicas move.
Parsed<engine::Intent> throttle(const Json& stored, const Json& arguments, const Catalog& catalog) {
  std::vector<FieldError> errors;
  FieldReader reader(arguments, "", errors);
  const auto rate = reader.integer("bytesPerSecond", 0, 1LL << 40);
  if (!rate && !reader.has("bytesPerSecond")) reader.missing("bytesPerSecond");
  reader.reject_unknown();
  if (!errors.empty()) return std::unexpected(std::move(errors));
  Json wanted = stored;
  wanted["reassignmentBytesPerSecond"] = *rate;
  return cluster::accepted(accept, wanted, stored, catalog, nullptr);
}

Json throttle_schema() {
  return cluster::arguments_schema(
      {{"bytesPerSecond",
        {{"type", "integer"},
         {"minimum", 0},
         {"description", "What replicas that move may take of each broker's network; 0: all"}}}},
      {"bytesPerSecond"});
}

Json rotate_schema() {
  return cluster::arguments_schema({{"what", {{"enum", {"passwords", "certificates"}}}},
                                    {"users",
                                     {{"type", "array"},
                                      {"items", {{"type", "string"}}},
                                      {"description", "Whose passwords; all when left out"}}}},
                                   {"what"});
}

}  // namespace

std::vector<engine::Action> actions() {
  const Json password{{"type", {"string", "null"}}, {"description", "Generated when left out"}};
  const Json users{{"type", "array"},
                   {"items", {{"type", "object"}, {"properties", {{"password", password}}}}}};
  auto all = cluster::common_actions(
      accept, [](const Json& stored) { return to_json(spec_from_json(stored)); },
      {std::string(to_string(Role::kController)), std::string(to_string(Role::kBroker))},
      cluster::patch_schema({{"users", users}}), {"users"});
  all.push_back(cluster::action("rotate", "Rotate", rotate_schema(), rotate));
  all.push_back(
      cluster::action("reassign", "Spread replicas evenly", cluster::arguments_schema(), reassign));
  all.push_back(cluster::action("reissue", "Exchange the authority", reissue_schema(), reissue));
  all.push_back(cluster::action("throttle", "Bound moving replicas", throttle_schema(), throttle));
  all.back().live = true;
  return all;
}

}  // namespace ashlar::kafka
