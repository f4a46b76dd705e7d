#include "base/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ashlar {
namespace {

constexpr int kDeepestNesting = 64;

}  // namespace

Result<Json> parse_json(std::string_view text) {
  // The library's parser keeps its own stack, but destroying a value recurses: bound the depth.
  const auto too_deep = [](int depth, Json::parse_event_t, Json&) {
    if (depth > kDeepestNesting)
      throw Error(ErrorCode::kInvalidInput,
                  fmt::format("JSON nested deeper than {} levels", kDeepestNesting));
    return true;
  };
  try {
    return Json::parse(text, too_deep);
  } catch (const Error& error) {
    return std::unexpected(error);
  } catch (const Json::parse_error& error) {
    const std::string_view before = text.substr(0, std::min(error.byte, text.size()));
    const auto line = 1 + std::ranges::count(before, '\n');
    const size_t column = before.size() - (before.rfind('\n') + 1);
    return std::unexpected(
        Error(ErrorCode::kInvalidInput,
              fmt::format("not valid JSON at line {}, column {}", line, column)));
  } catch (const std::exception& error) {
    return std::unexpected(Error(ErrorCode::kInvalidInput, "not valid JSON"));
  }
}

std::string dump(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

std::string text_in(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace ashlar
