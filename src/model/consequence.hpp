#pragma once
// What a plan means for those who rely on the resource: what it takes away or weakens for good, and
// what they have to do because of it. Pure data.

#include <string>
#include <string_view>

#include "base/json.hpp"

namespace ashlar {

/// What is lost or weakened. Whoever carries out a plan with one of these has to name the resource.
enum class DangerKind {
  kData,         // what is stored is deleted, or may be from then on
  kMachine,      // a machine is destroyed, and nothing takes its place
  kPersistence,  // a crash loses more than before
  kEncryption,   // what was encrypted travels in the clear
  kExposure,     // the world may connect
};

struct Danger {
  DangerKind kind = DangerKind::kData;
  std::string message;  // for people: what is lost, whose, and what that means

  bool operator==(const Danger&) const = default;
};

/// What somebody outside of Ashlar has to do, or what they rely on stops.
struct RequiredAction {
  std::string who;    // "clients of prod"
  std::string what;   // "change to the new password"
  std::string until;  // "60 s after the new passwords are in use"

  bool operator==(const RequiredAction&) const = default;
};

Json to_json(const Danger&);
Json to_json(const RequiredAction&);
/// What to_json made, back again. Throw Error(kInvalidInput), or Json::exception, for anything
/// else.
Danger danger_from_json(const Json&);
RequiredAction required_action_from_json(const Json&);

std::string_view to_string(DangerKind);

}  // namespace ashlar
