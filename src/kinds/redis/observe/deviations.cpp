#include "kinds/redis/observe/deviations.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "kinds/redis/server/secrets.hpp"

namespace ashlar::redis {
namespace {

/// A file need not name what is as Redis has it by itself.
const Directives& redis_defaults() {
  static const Directives defaults{{"port", "6379"}, {"tls-port", "0"}};
  return defaults;
}

Endpoint endpoint_of(const NodeView& node) {
  return {node.address(), node.part.holds_data() ? kRedisPort : kSentinelPort};
}

/// While passwords are changed, the next one may be in use already.
Directives wanted_directives(const NodeView& node, const Declared& declared,
                             const Directives& present) {
  Directives wanted = declared_directives(declared.spec, endpoint_of(node), *declared.passwords);
  const auto found = present.find("masterauth");
  if (declared.next && found != present.end() &&
      found->second == declared.next->replication.reveal())
    wanted["masterauth"] = found->second;
  return wanted;
}

std::string names_of(const Directives& directives) {
  std::vector<std::string> names;
  for (const auto& [name, value] : directives) names.push_back(name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<Deviation> in_redis_conf(const NodeView& node, const Declared& declared,
                                     const std::string& conf) {
  Directives present = read_directives(conf);
  for (const auto& [name, value] : redis_defaults()) present.try_emplace(name, value);
  Directives wanted = wanted_directives(node, declared, present);
  wanted["aclfile"] = Paths{}.users();
  wanted["dir"] = Paths{}.data;
  const Directives changed = differing(wanted, present);
  if (changed.empty()) return {};
  return {
      {"managed-file", fmt::format("{} has another {}", Paths{}.redis_conf(), names_of(changed))}};
}

/// Without what follows the last word of its name: that may be a password.
std::string subject_of(const std::string& line) {
  return line.substr(0, line.rfind(' '));
}

std::vector<Deviation> in_sentinel_conf(const NodeView& node, const Declared& declared,
                                        const std::string& conf) {
  std::vector<std::string> groups;
  for (const auto& [group, watched] : node.watched) groups.push_back(group);
  const Endpoint self = endpoint_of(node);
  const auto wanted = declared_sentinel_lines(declared.spec, self, groups, *declared.passwords);
  const auto next = declared_sentinel_lines(declared.spec, self, groups,
                                            declared.next.value_or(*declared.passwords));
  const auto present = read_lines(conf);
  std::vector<std::string> changed;
  for (size_t i = 0; i < wanted.size(); ++i)
    if (!present.contains(wanted[i]) && !present.contains(next[i]))
      changed.push_back(subject_of(wanted[i]));
  if (changed.empty()) return {};
  return {{"managed-file",
           fmt::format("{} has another {}", Paths{}.sentinel_conf(), fmt::join(changed, ", "))}};
}

}  // namespace

Declared read_declared(engine::Secrets& secrets, const Spec& spec, const Topology& topology) {
  Declared declared{spec, topology, find_passwords(secrets), std::nullopt};
  if (declared.passwords) declared.next = find_next_passwords(secrets);
  return declared;
}

std::string conf_of(const NodePart& part) {
  return part.holds_data() ? Paths{}.redis_conf() : Paths{}.sentinel_conf();
}

std::vector<User> declared_users(const NodePart& part, const Declared& declared) {
  return users_of(part.holds_data(), *declared.passwords, declared.spec.client_rights);
}

std::vector<User> also_valid_users(const NodePart& part, const Declared& declared) {
  if (!declared.next) return {};
  return users_of(part.holds_data(), *declared.next, declared.spec.client_rights);
}

Directives changed_directives(const NodeView& node, const Declared& declared) {
  if (node.directives.empty()) return {};
  return differing(wanted_directives(node, declared, node.directives), node.directives);
}

std::vector<Deviation> server_deviations(const NodeView& node, const Declared& declared,
                                         const std::string& conf) {
  std::vector<Deviation> deviations;
  if (!node.active() || !declared.passwords) return deviations;
  for (auto& fault : access_faults(declared_users(node.part, declared),
                                   also_valid_users(node.part, declared), node.users))
    deviations.push_back({"access", std::move(fault)});
  if (const Directives changed = changed_directives(node, declared); !changed.empty())
    deviations.push_back({"directive", fmt::format("{} was set otherwise", names_of(changed))});
  if (conf.empty()) return deviations;
  const auto in_file = node.part.holds_data() ? in_redis_conf(node, declared, conf)
                                              : in_sentinel_conf(node, declared, conf);
  deviations.insert(deviations.end(), in_file.begin(), in_file.end());
  return deviations;
}

}  // namespace ashlar::redis
