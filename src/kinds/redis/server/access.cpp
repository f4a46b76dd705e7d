#include "kinds/redis/server/access.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace ashlar::redis {
namespace {

constexpr const char* kEverything = "~* &* +@all";

/// Of administration, what client libraries ask all the same: which role a server has, and who else
/// is there. By command where Redis would tell a category as its commands: see Access.
constexpr const char* kClientRules =
    "~* &* +@all -@admin +role +client|list -migrate -restore -restore-asking";
constexpr const char* kNoFlushRules = " -flushall -flushdb -swapdb";

/// Sentinels on data nodes: what the Redis documentation lists for `sentinel auth-user`, no more.
constexpr const char* kSentinelRules =
    "allchannels -@all +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info "
    "+client|setname +client|kill +script|kill";

/// Sentinels on sentinels: greetings and votes.
constexpr const char* kSentinelPeerRules =
    "allchannels -@all +auth +hello +ping +info +publish +subscribe +client|setname +role "
    "+sentinel|is-master-down-by-addr";

/// Clients on sentinels may ask and listen, not change anything.
constexpr const char* kSentinelClientRules =
    "allchannels -@all +auth +hello +ping +info +role +command +client|getname +client|setname "
    "+client|id +subscribe +psubscribe +unsubscribe +punsubscribe "
    "+sentinel|get-master-addr-by-name +sentinel|master +sentinel|masters +sentinel|replicas "
    "+sentinel|slaves +sentinel|sentinels +sentinel|myid +sentinel|ckquorum";

/// Measured with Redis 7.0.15; tests on real servers hold them.
constexpr const char* kSentinelPeerTold =
    "&* -@all +@fast +client|setname +info +sentinel|is-master-down-by-addr +subscribe";
constexpr const char* kSentinelClientTold =
    "&* -@all +@pubsub +@fast -publish +client|setname +client|getname +client|id +info +command "
    "+sentinel|myid +sentinel|get-master-addr-by-name +sentinel|replicas +sentinel|ckquorum "
    "+sentinel|slaves +sentinel|master +sentinel|masters +sentinel|sentinels";

/// What a user may do, however it is spelled. The order of rules does not count, since Redis 7.0
/// tells them in one of its own.
struct Access {
  bool on = false;
  bool without_password = false;
  std::set<std::string> hashes;
  std::set<std::string> patterns;  // of keys and channels
  bool every_command = false;      // +@all, from which rules may take away
  std::set<std::string> commands;  // +info, -@admin
};

/// Whatever was said before no longer counts.
void allow_every_command(Access& access, bool allow) {
  access.every_command = allow;
  access.commands.clear();
}

/// One word of a rule. Words that Redis adds by itself (sanitize-payload, resetchannels) say
/// nothing more.
void take(Access& access, std::string_view word) {
  if (word == "on" || word == "off")
    access.on = word == "on";
  else if (word == "nopass")
    access.without_password = true;
  else if (word.starts_with('#'))
    access.hashes.emplace(word.substr(1));
  else if (word == "allkeys")
    access.patterns.emplace("~*");
  else if (word == "allchannels")
    access.patterns.emplace("&*");
  else if (word == "+@all" || word == "allcommands")
    allow_every_command(access, true);
  else if (word == "-@all" || word == "nocommands")
    allow_every_command(access, false);
  else if (word.starts_with('+') || word.starts_with('-'))
    access.commands.emplace(word);
  else if (word.starts_with('~') || word.starts_with('&') || word.starts_with('%') ||
           word.starts_with('('))
    access.patterns.emplace(word);
}

Access access_of(const std::string& words) {
  Access access;
  std::istringstream stream(words);
  for (std::string word; stream >> word;) take(access, word);
  return access;
}

/// By user. What is no line of a user is left out.
std::map<std::string, Access> read_lines(const std::vector<std::string>& lines) {
  std::map<std::string, Access> users;
  for (const auto& line : lines) {
    std::istringstream stream(line);
    std::string keyword, name, rest;
    if (!(stream >> keyword >> name) || keyword != "user") continue;
    std::getline(stream, rest);
    users[name] = access_of(rest);
  }
  return users;
}

std::set<std::string> valid_hashes(const User& user, const std::vector<User>& also_valid) {
  std::set<std::string> hashes = user.password_hashes;
  for (const auto& other : also_valid)
    if (other.name == user.name)
      hashes.insert(other.password_hashes.begin(), other.password_hashes.end());
  return hashes;
}

bool has_rights(const Access& access, const std::string& rules) {
  const Access wanted = access_of(rules);
  return access.every_command == wanted.every_command && access.commands == wanted.commands &&
         access.patterns == wanted.patterns;
}

/// What is wrong with one declared user; empty: nothing.
std::string fault_of(const User& declared, const std::vector<User>& also_valid,
                     const std::map<std::string, Access>& found) {
  const auto present = found.find(declared.name);
  if (present == found.end()) return fmt::format("the user {} is missing", declared.name);
  const Access& access = present->second;
  if (!access.on) return fmt::format("the user {} is switched off", declared.name);
  if (access.without_password) return fmt::format("the user {} needs no password", declared.name);
  if (!std::ranges::includes(access.hashes, declared.password_hashes))
    return fmt::format("the user {} has another password", declared.name);
  if (!std::ranges::includes(valid_hashes(declared, also_valid), access.hashes))
    return fmt::format("the user {} has one password more", declared.name);
  if (!has_rights(access, declared.rules) &&
      (declared.told.empty() || !has_rights(access, declared.told)))
    return fmt::format("the user {} has other rights", declared.name);
  return {};
}

bool is_declared(const std::vector<User>& declared, const std::string& name) {
  return std::ranges::find(declared, name, &User::name) != declared.end();
}

std::vector<std::string> set_user(const User& user) {
  std::vector<std::string> command{"ACL", "SETUSER", user.name, "reset", "on"};
  for (const auto& hash : user.password_hashes) command.push_back("#" + hash);
  std::istringstream rules(user.rules);
  for (std::string rule; rules >> rule;) command.push_back(rule);
  return command;
}

}  // namespace

std::string User::to_line() const {
  std::string line = fmt::format("user {} on", name);
  for (const auto& hash : password_hashes) line += " #" + hash;
  return line + " " + rules;
}

std::string client_rules(const std::set<ClientRight>& rights) {
  if (rights.contains(ClientRight::kAdministration)) return kEverything;
  return rights.contains(ClientRight::kFlush) ? kClientRules
                                              : std::string(kClientRules) + kNoFlushRules;
}

std::vector<User> users_of(bool holds_data, const Passwords& passwords,
                           const std::set<ClientRight>& rights) {
  const auto user = [](const char* name, const Secret& password, std::string rules,
                       const char* told = "") {
    return User{name, {password_hash(password)}, std::move(rules), told};
  };
  if (!holds_data)
    return {
        user("default", passwords.system, kSentinelClientRules, kSentinelClientTold),
        user(kOperatorUser, passwords.operator_user, kEverything),
        user(kSentinelPeerUser, passwords.sentinel_peer, kSentinelPeerRules, kSentinelPeerTold)};
  return {user("default", passwords.system, client_rules(rights)),
          user(kOperatorUser, passwords.operator_user, kEverything),
          user(kReplicationUser, passwords.replication, "-@all +psync +replconf +ping"),
          user(kSentinelUser, passwords.sentinel, kSentinelRules)};
}

std::vector<std::string> access_faults(const std::vector<User>& declared,
                                       const std::vector<User>& also_valid,
                                       const std::vector<std::string>& lines) {
  const auto found = read_lines(lines);
  std::vector<std::string> faults;
  for (const auto& user : declared)
    if (auto fault = fault_of(user, also_valid, found); !fault.empty())
      faults.push_back(std::move(fault));
  for (const auto& [name, access] : found)
    if (!is_declared(declared, name))
      faults.push_back(fmt::format("there is a user {} that was not declared", name));
  return faults;
}

std::vector<std::vector<std::string>> restore_users(const std::vector<User>& declared,
                                                    const std::vector<User>& also_valid,
                                                    const std::vector<std::string>& lines) {
  const auto found = read_lines(lines);
  std::vector<std::vector<std::string>> commands;
  for (const User& user : declared) {
    if (fault_of(user, also_valid, found).empty()) continue;
    User restored = user;
    restored.password_hashes = valid_hashes(user, also_valid);
    commands.push_back(set_user(restored));
  }
  for (const auto& [name, access] : found)
    if (!is_declared(declared, name)) commands.push_back({"ACL", "DELUSER", name});
  return commands;
}

}  // namespace ashlar::redis
