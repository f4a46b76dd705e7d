#include "api/redaction.hpp"

#include "base/secret.hpp"

namespace ashlar::api {

Json redacted(Json value) {
  if (value.is_string()) return redact(value.get_ref<const std::string&>());
  // A number is masked too: a password of digits is one.
  if (value.is_number()) {
    const std::string text = dump(value);
    if (std::string masked = redact(text); masked != text) return masked;
  }
  if (value.is_structured())
    for (Json& member : value) member = redacted(std::move(member));
  return value;
}

std::string redacted_body(std::string body, std::string_view content_type) {
  std::string masked = redact(body);
  if (masked == body) return body;
  if (content_type.find("json") == content_type.npos) return masked;
  Result<Json> json = parse_json(body);
  return json ? dump(redacted(std::move(*json))) : masked;
}

}  // namespace ashlar::api
