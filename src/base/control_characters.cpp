#include "base/control_characters.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace ashlar {
namespace {

void report(const std::string& path, std::string_view what, char32_t character,
            std::vector<FieldError>& faults) {
  faults.push_back({path, fmt::format("{} the control character U+{:04X}, which no text may", what,
                                      static_cast<unsigned>(character))});
}

/// A key as a part of a path, which must hold no control character itself.
std::string shown(const std::string& key) {
  if (!control_character_in(key)) return key;
  const std::string escaped = Json(key).dump(-1, ' ', true, Json::error_handler_t::replace);
  return escaped.substr(1, escaped.size() - 2);
}

void search(const Json& value, const std::string& path, std::vector<FieldError>& faults) {
  if (value.is_string()) {
    if (const auto found = control_character_in(value.get_ref<const std::string&>()))
      report(path, "holds", *found, faults);
  } else if (value.is_array()) {
    for (size_t i = 0; i < value.size(); ++i)
      search(value[i], fmt::format("{}[{}]", path, i), faults);
  } else if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      const std::string below = path.empty() ? shown(key) : path + "." + shown(key);
      if (const auto found = control_character_in(key))
        report(below, "has a name that holds", *found, faults);
      search(member, below, faults);
    }
  }
}

}  // namespace

std::vector<FieldError> control_character_faults(const Json& value) {
  std::vector<FieldError> faults;
  search(value, "", faults);
  return faults;
}

}  // namespace ashlar
