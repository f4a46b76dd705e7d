// The session of a browser, and its routes: POST, GET and DELETE /session.

#include "api/session.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <memory>

#include "api/input.hpp"
#include "api/problem.hpp"
#include "api/route.hpp"
#include "api/sign_in_limit.hpp"
#include "base/log.hpp"
#include "http/cookies.hpp"
#include "http/proxy.hpp"

namespace ashlar::api {
namespace {

constexpr size_t kIdCharacters = 64;

bool looks_like_an_id(const std::string& text) {
  return text.size() == kIdCharacters && text.find_first_not_of("0123456789abcdef") == text.npos;
}

Json session_view(const store::Session& session, const Secret& id) {
  return {{"organization",
           {{"id", session.principal.organization_id}, {"name", session.organization_name}}},
          {"tokenId", session.principal.token_id},
          {"name", session.principal.name},
          {"permissions", session.principal.permissions},
          {"csrfToken", csrf_token_of(id)},
          {"expiresAt", to_rfc3339(session.expires_at)}};
}

std::string cookie(const http::Request& request, const std::string& value, Millis lifetime) {
  return http::set_cookie(kSessionCookie, value, lifetime, http::came_over_tls(request));
}

Secret token_in(const http::Request& request) {
  const Json body = body_object(request);
  std::vector<FieldError> errors;
  refuse_unknown_members(body, {"token"}, errors);
  const auto token = body.find("token");
  if (token == body.end())
    errors.push_back({"token", "is required"});
  else if (!token->is_string())
    errors.push_back({"token", "must be a string"});
  throw_if_any(std::move(errors));
  return Secret(token->get<std::string>());
}

http::Response too_many(const http::Request& request, Millis wait) {
  const long long seconds = (wait.count() + 999) / 1000;
  http::Response response =
      answer(to_problem(Error(ErrorCode::kTooManyRequests,
                              "too many sign-ins from this address have failed",
                              fmt::format("wait {} s, then try again", seconds))),
             request);
  response.headers["Retry-After"] = std::to_string(seconds);
  return response;
}

http::Response sign_in(const Services& services, SignInLimit& limit, const Call& call) {
  const http::Request& request = call.request;
  const Secret token = token_in(request);
  const std::string address = http::client_address(request);
  const Time now = services.clock.now();
  if (const auto wait = limit.wait_for(address, now)) return too_many(request, *wait);

  const auto principal = services.store.authenticate(token);
  if (!principal) {
    limit.count_failure(address, now);
    log::warning("a sign-in from {} failed: the token is not valid", dump(Json(address)));
    throw Error(ErrorCode::kUnauthenticated, "the token is not valid",
                "check that it was copied whole and not revoked");
  }
  // A browser has one session: the one that it had is left to nobody.
  if (const auto earlier = session_id_in(request)) services.store.remove_session(*earlier);
  const Secret id = services.store.create_session(principal->token_id, now, now + kSessionLifetime);
  const auto session = services.store.find_session(id, now);
  if (!session) throw Error(ErrorCode::kUnauthenticated, "the token was revoked just now");
  log::info("a session was begun with {} from {}", for_log(actor_of(*principal, false)),
            dump(Json(address)));
  http::Response response = http::Response::json(200, session_view(*session, id));
  response.headers["Set-Cookie"] = cookie(request, id.reveal(), kSessionLifetime);
  return response;
}

const BrowserSession& session_of(const Call& call) {
  if (call.session != nullptr) return *call.session;
  throw Error(ErrorCode::kUnauthenticated, "the request has a token of its own and no session",
              "leave Authorization out and send the cookie of POST /api/session");
}

http::Response show(const Call& call) {
  const BrowserSession& session = session_of(call);
  return http::Response::json(200, session_view(session.stored, session.id));
}

http::Response sign_out(const Services& services, const Call& call) {
  services.store.remove_session(session_of(call).id);
  http::Response response = http::Response::empty(204);
  response.headers["Set-Cookie"] = cookie(call.request, "", Millis{0});
  return response;
}

}  // namespace

std::optional<Secret> session_id_in(const http::Request& request) {
  auto values = http::cookie_values(request.header("Cookie").value_or(""), kSessionCookie);
  if (values.size() > 1)
    throw Error(ErrorCode::kUnauthenticated,
                fmt::format("the request has {} cookies named {}", values.size(), kSessionCookie),
                "remove the cookies of this site in the browser, then sign in again");
  if (values.empty() || !looks_like_an_id(values.front())) return std::nullopt;
  return Secret(std::move(values.front()));
}

std::string csrf_token_of(const Secret& session_id) {
  static constexpr std::string_view kPurpose = "ashlar: the CSRF token of this session";
  const std::string& key = session_id.reveal();
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(),
                     reinterpret_cast<const unsigned char*>(kPurpose.data()), kPurpose.size(),
                     reinterpret_cast<const unsigned char*>(key.data()),
                     std::min<size_t>(key.size(), crypto_generichash_KEYBYTES_MAX));
  std::string hex(hash.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

void require_csrf_token(const http::Request& request, const Secret& session_id) {
  if (request.method == "GET" || request.method == "HEAD") return;
  static const std::string remedy =
      fmt::format("send {} with the csrfToken that GET /api/session answers", kCsrfHeader);
  const auto given = request.header(kCsrfHeader);
  if (!given)
    throw Error(ErrorCode::kForbidden,
                fmt::format("{} with a session's cookie needs the header {}, which is missing",
                            request.method, kCsrfHeader),
                remedy);
  const std::string expected = csrf_token_of(session_id);
  const bool same = given->size() == expected.size() &&
                    sodium_memcmp(given->data(), expected.data(), expected.size()) == 0;
  if (!same)
    throw Error(ErrorCode::kForbidden,
                fmt::format("the header {} is not this session's", kCsrfHeader), remedy);
}

void add_session_routes(Routes& routes, const Services& services) {
  const auto limit = std::make_shared<SignInLimit>();
  routes.push_back({"POST", "/session", Access::anyone(), [&services, limit](const Call& call) {
                      return sign_in(services, *limit, call);
                    }});
  routes.push_back({"GET", "/session", Access::any_token(), show});
  routes.push_back({"DELETE", "/session", Access::any_token(),
                    [&services](const Call& call) { return sign_out(services, call); }});
}

}  // namespace ashlar::api
