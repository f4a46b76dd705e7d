#pragma once
// Reading answers without trusting them: a missing or mistyped field is its default, never a crash.

#include <string>

#include "base/json.hpp"

namespace ashlar::cli {

inline std::string text_of(const Json& value, const char* key, const std::string& otherwise = {}) {
  const auto found = value.find(key);
  return found != value.end() && found->is_string() ? found->get<std::string>() : otherwise;
}
inline double number_of(const Json& value, const char* key) {
  const auto found = value.find(key);
  return found != value.end() && found->is_number() ? found->get<double>() : 0;
}
inline long long integer_of(const Json& value, const char* key) {
  const auto found = value.find(key);
  return found != value.end() && found->is_number_integer() ? found->get<long long>() : 0;
}
inline bool flag_of(const Json& value, const char* key) {
  const auto found = value.find(key);
  return found != value.end() && found->is_boolean() && found->get<bool>();
}
/// The array of that name; an empty one when there is none. Part of `value`, which must be kept.
inline const Json& list_of(const Json& value, const char* key) {
  static const Json none = Json::array();
  const auto found = value.find(key);
  return found != value.end() && found->is_array() ? *found : none;
}
inline const Json& object_of(const Json& value, const char* key) {
  static const Json none = Json::object();
  const auto found = value.find(key);
  return found != value.end() && found->is_object() ? *found : none;
}
const Json& list_of(Json&&, const char*) = delete;  // would outlive the temporary it is part of
const Json& object_of(Json&&, const char*) = delete;

}  // namespace ashlar::cli
