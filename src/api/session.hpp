#pragma once
// How a browser's session is carried: a cookie that scripts cannot read, and a CSRF token that a
// page of another origin cannot know.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "http/message.hpp"

namespace ashlar::api {

inline constexpr std::string_view kSessionCookie = "ashlar_session";
inline constexpr std::string_view kCsrfHeader = "X-CSRF-Token";
/// From sign-in on, however much it is used: a lost laptop is signed out by the next day.
inline constexpr Millis kSessionLifetime = std::chrono::hours(12);

/// The session's id in the request's cookies. Nothing when there is none or it cannot be one of
/// ours. Throws Error(kUnauthenticated) when there are several: which one is the user's is not for
/// us to guess.
std::optional<Secret> session_id_in(const http::Request& request);

/// Derived from the session's id by a keyed hash, so it need not be stored, ends with the session,
/// and says nothing about the id.
std::string csrf_token_of(const Secret& session_id);

/// Throws Error(kForbidden) for a request that may change something and does not carry the
/// session's CSRF token.
void require_csrf_token(const http::Request& request, const Secret& session_id);

}  // namespace ashlar::api
