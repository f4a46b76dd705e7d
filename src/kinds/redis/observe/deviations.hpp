#pragma once
// What on a node is not as Ashlar set it: files, units, users, directives. Pure, but for reading
// the secrets that it is compared with.

#include <optional>

#include "engine/step.hpp"
#include "kinds/redis/observe/live.hpp"

namespace ashlar::redis {

/// What nodes are held against, read once a look. Without passwords (the first deployment has not
/// made them yet) nothing is declared.
struct Declared {
  Spec spec;
  Topology topology;
  std::optional<Passwords> passwords;
  std::optional<Passwords> next;  // while they are being changed

  Secret operator_password() const { return passwords ? passwords->operator_user : Secret(); }
};
Declared read_declared(engine::Secrets& secrets, const Spec& spec, const Topology& topology);

/// The configuration file of a node's server.
std::string conf_of(const NodePart& part);

/// The users that a node shall have. Only when `declared` has passwords, as those below.
std::vector<User> declared_users(const NodePart& part, const Declared& declared);
/// Those that may log in, too, while passwords are changed.
std::vector<User> also_valid_users(const NodePart& part, const Declared& declared);

/// Directives of a running data node that are not as declared.
Directives changed_directives(const NodeView& node, const Declared& declared);

/// Users, directives and the configuration file `conf` of a node that was asked.
std::vector<Deviation> server_deviations(const NodeView& node, const Declared& declared,
                                         const std::string& conf);

}  // namespace ashlar::redis
