#include "tests/sim/redis/model_access.hpp"

#include <fmt/format.h>

#include <sstream>
#include <stdexcept>
#include <unordered_map>

#include "kinds/redis/server/config.hpp"

namespace ashlar::sim {
namespace {

/// The same few passwords are checked at every greeting.
const std::string& hash_of(const std::string& password) {
  static std::unordered_map<std::string, std::string> known;
  const auto [place, fresh] = known.try_emplace(password);
  if (fresh) place->second = redis::password_hash(Secret(password));
  return place->second;
}

}  // namespace

void AccessList::read_line(const std::string& line) {
  std::istringstream words(line);
  std::string keyword;
  std::string name;
  std::string state;
  std::string hash;
  words >> keyword >> name >> state;
  if (keyword != "user" || state != "on")
    throw std::logic_error("the model cannot read the ACL line: " + line);
  User& user = users_[name];
  while (words >> std::ws && words.peek() == '#') {
    words >> hash;
    user.hashes.insert(hash.substr(1));
  }
  std::getline(words, user.rules);
}

bool AccessList::admits(const std::string& user, const std::string& password) const {
  const auto found = users_.find(user);
  return found != users_.end() && found->second.hashes.contains(hash_of(password));
}

Json AccessList::set_user(const Words& words) {
  const bool anew = words.size() > 3 && words[3] == "reset";
  if (anew) users_[words.at(2)] = {};
  const auto found = users_.find(words.at(2));
  if (found == users_.end()) throw std::logic_error("ACL SETUSER of an unknown user " + words[2]);
  for (size_t i = anew ? 4 : 3; i < words.size(); ++i) {
    if (words[i] == "resetpass")
      found->second.hashes.clear();
    else if (words[i].starts_with('#') && words[i].size() == 65)
      found->second.hashes.insert(words[i].substr(1));
    else if (anew && words[i] != "on")
      found->second.rules += (found->second.rules.empty() ? "" : " ") + words[i];
    else if (!anew)
      throw std::logic_error("the model does not know ACL SETUSER ... " + words[i]);
  }
  return "OK";
}

Json AccessList::list() const {
  Json lines = Json::array();
  std::istringstream text(to_text());
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

Json AccessList::delete_user(const Words& words) {
  return static_cast<int>(users_.erase(words.at(2)));
}

std::string AccessList::to_text() const {
  std::string text;
  for (const auto& [name, user] : users_) {
    text += fmt::format("user {} on", name);
    for (const auto& hash : user.hashes) text += " #" + hash;
    text += fmt::format(" {}\n", user.rules);
  }
  return text;
}

}  // namespace ashlar::sim
