#include "api/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace ashlar::api {
namespace {

struct Row {
  std::string_view code;
  int status;
};

Row row_of(Refusal::Reason reason) {
  switch (reason) {
    case Refusal::Reason::kBadRequest:
      return {"bad-request", 400};
    case Refusal::Reason::kNoMethod:
      return {"method-not-allowed", 405};
    case Refusal::Reason::kTooLarge:
      return {"too-large", 413};
    case Refusal::Reason::kUnsupportedMediaType:
      return {"unsupported-media-type", 415};
  }
  return {"bad-request", 400};
}

/// "not-found" as "Not found".
std::string title_of(std::string_view code) {
  std::string title(code);
  std::ranges::replace(title, '-', ' ');
  if (!title.empty())
    title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  return title;
}

bool names_a_secret(std::string_view key) {
  std::string lower(key);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  static constexpr std::array<std::string_view, 4> kWords{"password", "secret", "token",
                                                          "privatekey"};
  return std::ranges::any_of(kWords, [&](auto word) { return lower.find(word) != lower.npos; });
}

void collect_secrets(const Json& value, bool is_secret, std::vector<std::string>& found) {
  // A single character would garble every word; longer ones are worth more than readable text.
  if (is_secret && value.is_string() && value.get_ref<const std::string&>().size() > 1)
    found.push_back(value.get<std::string>());
  if (value.is_object())
    for (const auto& [key, member] : value.items())
      collect_secrets(member, is_secret || names_a_secret(key), found);
  if (value.is_array())
    for (const Json& member : value) collect_secrets(member, is_secret, found);
}

std::vector<std::string> secrets_in(const http::Request& request) {
  std::vector<std::string> found;
  if (const auto body = parse_json(request.body)) collect_secrets(*body, false, found);
  // Longest first, so that a secret that contains another one is masked whole.
  std::ranges::sort(found, std::ranges::greater{}, &std::string::size);
  return found;
}

std::string mask(std::string text, const std::vector<std::string>& secrets) {
  static constexpr std::string_view kMask = "[secret]";
  for (const std::string& secret : secrets)
    for (size_t at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + kMask.size()))
      text.replace(at, secret.size(), kMask);
  return text;
}

}  // namespace

Refusal::Refusal(Reason reason, std::string detail, std::string remedy,
                 std::vector<FieldError> fields)
    : reason_(reason),
      detail_(std::move(detail)),
      remedy_(std::move(remedy)),
      fields_(std::move(fields)) {}

Problem to_problem(const Error& error) {
  const ErrorCodeInfo& row = info(error.code());
  return {row.http_status, std::string(row.name), error.message(), error.remedy(), error.fields()};
}

Problem to_problem(const Refusal& refusal) {
  const Row row = row_of(refusal.reason());
  return {row.status, std::string(row.code), refusal.detail(), refusal.remedy(), refusal.fields()};
}

Problem internal_problem() {
  return {.status = 500,
          .code = "internal",
          .detail = "an unexpected error inside Ashlar",
          .remedy = "look for this requestId in the server's log"};
}

http::Response answer(const Problem& problem, const http::Request& request) {
  const std::vector<std::string> secrets = secrets_in(request);
  Json errors = Json::array();
  for (const FieldError& error : problem.errors)
    errors.push_back({{"path", mask(error.path, secrets)},
                      {"message", mask(error.message, secrets)},
                      {"code", error.of == FaultOf::kSchema ? "schema" : "rule"}});
  const Json body{{"type", "urn:ashlar:problem:" + problem.code},
                  {"title", title_of(problem.code)},
                  {"status", problem.status},
                  {"code", problem.code},
                  {"detail", mask(problem.detail, secrets)},
                  {"instance", request.path},
                  {"requestId", request.id},
                  {"remedy", problem.remedy.empty() ? Json() : Json(mask(problem.remedy, secrets))},
                  {"errors", std::move(errors)}};
  http::Response response = http::Response::json(problem.status, body);
  response.headers["Content-Type"] = "application/problem+json";
  return response;
}

}  // namespace ashlar::api
