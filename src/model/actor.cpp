#include "model/actor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ashlar {
namespace {

constexpr std::array<std::string_view, 5> kTypes = {"unknown", "token", "user", "healing",
                                                    "schedule"};

}  // namespace

std::string_view to_string(ActorType type) {
  return kTypes.at(static_cast<size_t>(type));
}

std::string in_words(const Actor& actor) {
  if (!actor.known()) return {};
  if (actor.name.empty()) return std::string(to_string(actor.type));
  return fmt::format("{} '{}'", to_string(actor.type), actor.name);
}

std::string for_log(const Actor& actor) {
  if (!actor.known()) return "-";
  return actor.id.empty() ? in_words(actor) : fmt::format("{} ({})", in_words(actor), actor.id);
}

Json to_json(const Actor& actor) {
  if (!actor.known()) return nullptr;
  return {{"type", to_string(actor.type)},
          {"id", text_or_null(actor.id)},
          {"name", text_or_null(actor.name)}};
}

Actor actor_from(const Json& json) {
  if (!json.is_object()) return {};
  const auto found = std::ranges::find(kTypes, text_in(json, "type"));
  if (found == kTypes.end()) return {};
  return {static_cast<ActorType>(found - kTypes.begin()), text_in(json, "id"),
          text_in(json, "name")};
}

}  // namespace ashlar
