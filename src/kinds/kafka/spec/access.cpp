#include "kinds/kafka/spec/access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/syntax.hpp"
#include "kinds/cluster/spec/fields.hpp"

namespace ashlar::kafka {
namespace {

constexpr size_t kMostUsers = 1'000;
constexpr size_t kMostAcls = 200;  // a user

/// What may be done to a resource; "all" stands for all of it.
struct Resource {
  const char* member;
  std::vector<std::string> operations;
};
const Resource kResources[] = {
    {"topic",
     {"all", "read", "write", "create", "delete", "alter", "describe", "describeConfigs",
      "alterConfigs"}},
    {"group", {"all", "read", "describe", "delete", "describeConfigs", "alterConfigs"}},
    {"transactionalId", {"all", "write", "describe"}},
    {"cluster",
     {"all", "create", "alter", "describe", "describeConfigs", "alterConfigs", "clusterAction",
      "idempotentWrite"}},
};

void read_operations(FieldReader& reader, const Resource& resource, Acl& acl) {
  acl.operations = reader.texts("operations");
  if (acl.operations.empty()) {
    if (!reader.has("operations"))
      reader.missing("operations");
    else
      reader.fault("operations", "must name at least one");
  }
  std::set<std::string> seen;
  for (size_t i = 0; i < acl.operations.size(); ++i) {
    const std::string path = fmt::format("operations[{}]", i);
    const std::string& operation = acl.operations[i];
    if (std::ranges::find(resource.operations, operation) == resource.operations.end())
      reader.violation(
          path, fmt::format("must be one of {} for {}, not \"{}\"",
                            list_for_people(resource.operations), resource.member, operation));
    else if (!seen.insert(operation).second)
      reader.violation(path, fmt::format("\"{}\" is named twice", operation));
  }
}

void read_acl_name(FieldReader& reader, const Resource& resource, Acl& acl) {
  if (acl.resource == "cluster") {
    if (reader.boolean("cluster") == false) reader.violation("cluster", "must be true");
    return;
  }
  const auto name = reader.text(resource.member);
  if (!name) return;
  if (name->empty() || name->size() > 249)
    return reader.fault(resource.member, "must have 1 to 249 characters");
  acl.name = *name;
  acl.prefix = name->size() > 1 && name->ends_with('*');
  if (acl.prefix) acl.name.pop_back();
  if (acl.name != "*" && acl.name.find('*') != std::string::npos)
    return reader.violation(resource.member,
                            "may have a '*' only at its end, where it stands for any ending");
  auto fault =
      acl.resource == "topic" && acl.name != "*" ? topic_name_fault(acl.name) : std::string();
  if (!fault.empty()) reader.violation(resource.member, std::move(fault));
}

std::optional<Acl> read_acl(FieldReader& reader) {
  const Resource* resource = nullptr;
  int named = 0;
  for (const auto& one : kResources)
    if (reader.has(one.member)) {
      resource = &one;
      ++named;
    }
  if (named != 1) {
    reader.violation(
        "topic", named == 0 ? "one of topic, group, transactionalId and cluster is required"
                            : "only one of topic, group, transactionalId and cluster may be given");
    for (const auto& one : kResources) reader.has(one.member);
    reader.has("operations");
    return std::nullopt;
  }
  Acl acl;
  acl.resource = resource->member;
  read_acl_name(reader, *resource, acl);
  read_operations(reader, *resource, acl);
  reader.reject_unknown();
  return acl;
}

void read_acls(FieldReader& reader, User& user) {
  const Json* given = reader.list("acls");
  if (given == nullptr) return;
  if (given->size() > kMostAcls)
    return reader.fault(
        "acls", fmt::format("has {} entries; at most {} are possible", given->size(), kMostAcls));
  for (size_t i = 0; i < given->size(); ++i) {
    const std::string path = fmt::format("acls[{}]", i);
    if (!(*given)[i].is_object()) {
      reader.fault(path, fmt::format("must be an object, not {}", type_for_people((*given)[i])));
      continue;
    }
    FieldReader fields = reader.within((*given)[i], path);
    if (auto acl = read_acl(fields)) user.acls.push_back(*std::move(acl));
  }
}

User usual_user() {
  return {kUsualUser,
          {{"topic", "*", false, {"all"}},
           {"group", "*", false, {"all"}},
           {"transactionalId", "*", false, {"all"}}}};
}

}  // namespace

std::string topic_name_fault(const std::string& name) {
  if (name.empty() || name.size() > 249) return "must have 1 to 249 characters";
  if (name == "." || name == "..") return "must not be \".\" or \"..\"";
  if (!is_word(name, "._-"))
    return "must be letters, digits, '.', '_' and '-': Kafka takes no others";
  if (name.starts_with("__")) return "must not begin with \"__\": such topics are Kafka's own";
  return {};
}

void read_users(FieldReader& top, Spec& spec, std::map<std::string, Secret>& passwords) {
  const Json* given = top.list("users");
  if (given == nullptr) {
    spec.users = {usual_user()};
    return;
  }
  if (given->size() > kMostUsers)
    return top.fault(
        "users", fmt::format("has {} entries; at most {} are possible", given->size(), kMostUsers));
  std::set<std::string> names;
  for (size_t i = 0; i < given->size(); ++i) {
    const std::string path = fmt::format("users[{}]", i);
    if (!(*given)[i].is_object()) {
      top.fault(path, fmt::format("must be an object, not {}", type_for_people((*given)[i])));
      continue;
    }
    FieldReader reader = top.within((*given)[i], path);
    User user;
    const auto name = reader.text("name");
    if (!name && !reader.has("name")) reader.missing("name");
    if (name && (name->empty() || name->size() > 60 || !is_word(*name, "-_.@")))
      reader.fault("name", "must be 1 to 60 letters, digits, '-', '_', '.' or '@'");
    else if (name && *name == "node")
      reader.violation("name", "\"node\" is the name by which the cluster's machines go");
    else if (name && !names.insert(*name).second)
      reader.violation("name", fmt::format("\"{}\" is the name of another user", *name));
    else if (name)
      user.name = *name;
    const auto password = cluster::read_password(reader, "password");
    if (password && !user.name.empty()) passwords.emplace(user.name, *password);
    read_acls(reader, user);
    reader.reject_unknown();
    if (!user.name.empty()) spec.users.push_back(std::move(user));
  }
}

}  // namespace ashlar::kafka
