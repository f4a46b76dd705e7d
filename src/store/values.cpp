#include "store/values.hpp"

#include "base/secret.hpp"

namespace ashlar::store {
namespace {

void redact_inside(Json& json) {
  if (json.is_structured()) {
    for (auto& item : json) redact_inside(item);
  } else if (json.is_string()) {
    json = redact(json.get_ref<const std::string&>());
  } else if (json.is_number()) {
    // A number is masked only as a whole: a password of digits, not a size that contains one.
    if (redact(json.dump()) == "[secret]") json = "[secret]";
  }
}

}  // namespace

std::string to_redacted_text(const Json& json) {
  if (json.empty()) return json.dump();
  std::string text = dump(json);
  if (redact(text) == text) return text;
  Json masked = json;
  redact_inside(masked);
  return dump(masked);
}

Json json_from_column(const std::string& text) {
  auto parsed = parse_json(text);
  if (!parsed)
    throw Error(ErrorCode::kInternal, "a column of the database does not hold JSON",
                "the database was changed by another program; restore it from a backup");
  return std::move(*parsed);
}

}  // namespace ashlar::store
