#pragma once
// Users and their passwords, as Redis and Sentinel keep them.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace ashlar::sim {

using Words = std::vector<std::string>;

inline Json error_reply(std::string text) {
  return {{"error", std::move(text)}};
}

class AccessList {
 public:
  /// A line of an ACL file or of sentinel.conf: "user NAME on #HASH RULES".
  void read_line(const std::string& line);
  bool admits(const std::string& user, const std::string& password) const;
  /// ACL SETUSER name [resetpass | reset on] #HASH RULES. Anything else fails the test.
  Json set_user(const Words& words);
  /// ACL LIST.
  Json list() const;
  /// ACL DELUSER name.
  Json delete_user(const Words& words);
  std::string to_text() const;
  void clear() { users_.clear(); }

 private:
  struct User {
    std::set<std::string> hashes;
    std::string rules;
  };
  std::map<std::string, User> users_;
};

}  // namespace ashlar::sim
