#pragma once
// Who asked: what every operation, event and line of the log about a request names.

#include <string>
#include <string_view>
#include <utility>

#include "base/json.hpp"

namespace ashlar {

enum class ActorType {
  kUnknown,   // stored before actors were kept
  kToken,     // a program, or the command line, with a token
  kUser,      // a person in the console
  kHealing,   // Ashlar itself, mending what has drifted
  kSchedule,  // Ashlar itself, at a set time
};
std::string_view to_string(ActorType);

struct Actor {
  ActorType type = ActorType::kUnknown;
  /// Of the token or schedule. Of a user: the token that was signed in with.
  std::string id = {};
  std::string name = {};  // as it was then; empty for healing

  bool known() const { return type != ActorType::kUnknown; }
  bool operator==(const Actor&) const = default;
};

inline Actor healing() {
  return {.type = ActorType::kHealing};
}
/// `name`: of what is done at its time, "certificates".
inline Actor schedule(std::string name) {
  return {.type = ActorType::kSchedule, .name = std::move(name)};
}

/// For people: "token 'ci'", "user 'ana'", "healing", "schedule 'nightly'"; empty when unknown.
std::string in_words(const Actor&);
/// For the log, where the id tells two of one name apart: "token 'ci' (tok_1)"; "-" when unknown.
std::string for_log(const Actor&);

/// {type, id, name}, the latter two null when there are none; null when it is unknown.
Json to_json(const Actor&);
/// Of to_json()'s form; a type of another version of Ashlar, or anything else, is unknown.
Actor actor_from(const Json&);

}  // namespace ashlar
