#pragma once
// Who may log in at Redis and Sentinel, and what they may do there: as Ashlar declares it, as
// ACL LIST and ACL files tell it, and what brings the one to the other. Pure.

#include <set>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "kinds/redis/server/config.hpp"
#include "kinds/redis/spec/spec.hpp"

namespace ashlar::redis {

struct User {
  std::string name;
  std::set<std::string> password_hashes;  // SHA-256, any of which lets the user in
  std::string rules;                      // "~* &* +@all"
  /// The same rights as Redis 7.0 tells them, which computes words of its own from what a user may
  /// do; later ones tell what they were told. Empty: the same words.
  std::string told = {};

  /// "user NAME on #HASH RULES": a line of users.acl and of sentinel.conf.
  std::string to_line() const;
};

/// The users of a data node or a sentinel, each with one password.
std::vector<User> users_of(bool holds_data, const Passwords& passwords,
                           const std::set<ClientRight>& rights);

/// What clients may do on data nodes. Without a right: all that applications do, and neither what
/// concerns the server (CONFIG, SHUTDOWN, REPLICAOF, ACL) nor what empties it.
std::string client_rules(const std::set<ClientRight>& rights);

/// Why the users that `lines` tell ("user NAME on #HASH ... RULES", as ACL LIST and ACL files) are
/// not the declared ones, one sentence a user; empty when they are. `also_valid`: users whose
/// passwords may be there, too, as while they are changed.
std::vector<std::string> access_faults(const std::vector<User>& declared,
                                       const std::vector<User>& also_valid,
                                       const std::vector<std::string>& lines);

/// The commands that make of what `lines` tell the declared users and no others, but for keeping
/// it; none when nothing differs. Of those that are logged in, only users that were not declared
/// are cut off.
std::vector<std::vector<std::string>> restore_users(const std::vector<User>& declared,
                                                    const std::vector<User>& also_valid,
                                                    const std::vector<std::string>& lines);

}  // namespace ashlar::redis
