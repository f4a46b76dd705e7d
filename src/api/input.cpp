#include "api/input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "api/problem.hpp"
#include "base/control_characters.hpp"
#include "base/text.hpp"

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
  std::string_view tag = if_match;
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  if (tag.size() < 3 || tag.find('"') != 0 || tag.find('"', 1) != tag.size() - 1)
    bad_request(fmt::format("the header If-Match is not one quoted ETag: {}", if_match),
                "send the ETag as it was answered, such as \"3\"");
  const std::string_view digits = tag.substr(1, tag.size() - 2);
  long long generation = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, generation);
  // A weak tag, and one that no generation ever had, match none: 412, as RFC 9110 has it.
  if (if_match.starts_with("W/") || error != std::errc{} || at != end)
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

/// Names separated by commas.
std::vector<std::string> confirmed_names(std::string_view header) {
  std::vector<std::string> names;
  while (!header.empty()) {
    const size_t end = std::min(header.find(','), header.size());
    std::string_view name = header.substr(0, end);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (!name.empty()) names.emplace_back(name);
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return names;
}

}  // namespace

Json body_object(const http::Request& request) {
  require_json_type(request);
  Result<Json> body = parse_json(request.body);
  if (!body) bad_request("the body is " + body.error().message());
  if (!body->is_object())
    throw Error(ErrorCode::kInvalidInput, "the body is not a JSON object",
                std::vector<FieldError>{{"", "must be an object"}});
  throw_if_any(control_character_faults(*body));
  return std::move(*body);
}

void require_readable_query(const http::Request& request) {
  for (const auto& [name, value] : request.query) {
    const bool readable = is_utf8(name) && is_utf8(value) && !control_character_in(name) &&
                          !control_character_in(value);
    if (!readable)
      bad_request(fmt::format("the query parameter {} is not UTF-8 or holds a control character",
                              dump(Json(name))));
  }
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

engine::Engine::AcceptOptions accept_options(const Call& call) {
  const http::Request& request = call.request;
  engine::Engine::AcceptOptions options;
  options.actor = call.actor();
  if (const auto if_match = request.header("If-Match"))
    options.expected_generation = expected_generation(*if_match);
  if (const auto key = request.header("Idempotency-Key"))
    options.idempotency_key = checked_idempotency_key(*key);
  if (const auto names = request.header("Ashlar-Confirm"))
    options.confirmed = confirmed_names(*names);
  return options;
}

bool must_be_new(const http::Request& request) {
  const auto header = request.header("If-None-Match");
  if (!header) return false;
  if (*header != "*")
    bad_request(fmt::format("the header If-None-Match is '{}'", *header),
                "send *, which means that nothing of the name may exist, or leave it out");
  if (request.header("If-Match"))
    throw Refusal(Refusal::Reason::kBadRequest, "If-Match and If-None-Match are given together",
                  "send If-Match to change what exists, or If-None-Match to create",
                  {{"If-None-Match", "is not for a request with If-Match", 0, FaultOf::kRule}});
  return true;
}

Error with_fields(const Error& error, std::vector<FieldError> fields) {
  return {error.code(), error.message(), std::move(fields), error.remedy()};
}

void refuse_unknown_members(const Json& object, std::span<const std::string> known,
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
