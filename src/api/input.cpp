#include "api/input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "api/problem.hpp"

namespace ashlar::api {
namespace {

[[noreturn]] void bad_request(std::string detail, std::string remedy = {}) {
  throw Refusal(Refusal::Reason::kBadRequest, std::move(detail), std::move(remedy));
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, {}, [](unsigned char c) { return std::tolower(c); },
      [](unsigned char c) { return std::tolower(c); });
}

void require_json_type(const http::Request& request) {
  const std::string type = request.header("Content-Type").value_or("");
  std::string_view media = std::string_view(type).substr(0, type.find(';'));
  while (media.ends_with(' ') || media.ends_with('\t')) media.remove_suffix(1);
  if (same_word(media, "application/json") || same_word(media, "application/merge-patch+json"))
    return;
  throw Refusal(Refusal::Reason::kUnsupportedMediaType,
                type.empty() ? "the request has no Content-Type"
                             : fmt::format("the Content-Type is '{}'", type),
                "send Content-Type: application/json");
}

std::optional<long long> expected_generation(const std::string& if_match) {
  if (if_match == "*") return std::nullopt;
  if (if_match.size() < 3 || !if_match.ends_with('"') ||
      (!if_match.starts_with('"') && !if_match.starts_with("W/\"")))
    bad_request(fmt::format("the header If-Match is not one quoted ETag: {}", if_match),
                "send the ETag as it was answered, such as \"3\"");
  const std::string digits = if_match.substr(1, if_match.size() - 2);
  long long generation = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, generation);
  // A tag that no generation ever had matches none: 412, as RFC 9110 has it.
  if (error != std::errc{} || at != end)
    throw Error(ErrorCode::kPrecondition, fmt::format("no generation has the ETag {}", if_match),
                "read the resource again and send its ETag");
  return generation;
}

std::string checked_idempotency_key(const std::string& key) {
  const bool visible = std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; });
  if (key.empty() || key.size() > 128 || !visible)
    bad_request("the header Idempotency-Key is not 1 to 128 visible ASCII characters");
  return key;
}

}  // namespace

Json body_object(const http::Request& request) {
  require_json_type(request);
  Result<Json> body = parse_json(request.body);
  if (!body) bad_request("the body is " + body.error().message());
  if (!body->is_object())
    throw Error(ErrorCode::kInvalidInput, "the body is not a JSON object",
                std::vector<FieldError>{{"", "must be an object"}});
  return std::move(*body);
}

long long integer_within(std::string_view text, std::string_view what, long long least,
                         long long most) {
  long long value = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || at != text.data() + text.size() || value < least || value > most)
    bad_request(fmt::format("{} is '{}', not an integer from {} to {}", what, text, least, most));
  return value;
}

long long query_integer(const http::Request& request, const std::string& name, long long otherwise,
                        long long least, long long most) {
  const auto text = request.query_value(name);
  return text ? integer_within(*text, "the query parameter " + name, least, most) : otherwise;
}

bool query_flag(const http::Request& request, const std::string& name) {
  const std::string text = request.query_value(name).value_or("false");
  if (text != "true" && text != "false")
    bad_request(fmt::format("the query parameter {} is '{}', not true or false", name, text));
  return text == "true";
}

store::PageRequest page_request(const http::Request& request) {
  store::PageRequest page;
  page.limit = static_cast<int>(query_integer(request, "limit", 50, 1, 200));
  if (const auto cursor = request.query_value("cursor")) {
    if (cursor->empty() || cursor->size() > 256)
      bad_request("the query parameter cursor is not one that a page named as next");
    page.cursor = *cursor;
  }
  return page;
}

engine::Engine::AcceptOptions accept_options(const http::Request& request) {
  engine::Engine::AcceptOptions options;
  if (const auto if_match = request.header("If-Match"))
    options.expected_generation = expected_generation(*if_match);
  if (const auto key = request.header("Idempotency-Key"))
    options.idempotency_key = checked_idempotency_key(*key);
  return options;
}

void refuse_unknown_members(const Json& object, std::initializer_list<std::string_view> known,
                            std::vector<FieldError>& errors) {
  for (const auto& [name, value] : object.items())
    if (std::ranges::find(known, name) == known.end())
      errors.push_back(
          {name, fmt::format("is not known here; known are {}", fmt::join(known, ", "))});
}

void throw_if_any(std::vector<FieldError> errors) {
  if (errors.empty()) return;
  const std::string message = errors.size() == 1
                                  ? "1 field is not valid"
                                  : fmt::format("{} fields are not valid", errors.size());
  throw Error(ErrorCode::kInvalidInput, message, std::move(errors));
}

}  // namespace ashlar::api
