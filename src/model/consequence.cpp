#include "model/consequence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"

namespace ashlar {
namespace {

constexpr std::array<std::string_view, 5> kDangerKinds = {"data", "machine", "persistence",
                                                          "encryption", "exposure"};

DangerKind danger_kind_from(const std::string& text) {
  const auto found = std::ranges::find(kDangerKinds, text);
  if (found == kDangerKinds.end())
    throw Error(ErrorCode::kInvalidInput, fmt::format("unknown kind of danger \"{}\"", text));
  return static_cast<DangerKind>(found - kDangerKinds.begin());
}

}  // namespace

std::string_view to_string(DangerKind kind) {
  return kDangerKinds.at(static_cast<size_t>(kind));
}

Json to_json(const Danger& danger) {
  return {{"kind", to_string(danger.kind)}, {"message", danger.message}};
}

Json to_json(const RequiredAction& action) {
  return {{"who", action.who}, {"what", action.what}, {"until", action.until}};
}

Danger danger_from_json(const Json& json) {
  return {.kind = danger_kind_from(json.at("kind").get<std::string>()),
          .message = json.at("message").get<std::string>()};
}

RequiredAction required_action_from_json(const Json& json) {
  return {.who = json.at("who").get<std::string>(),
          .what = json.at("what").get<std::string>(),
          .until = json.at("until").get<std::string>()};
}

}  // namespace ashlar
