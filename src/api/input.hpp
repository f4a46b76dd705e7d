#pragma once
// Reading a request's parts; each throws Refusal or Error that names the part.

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "api/problem.hpp"
#include "api/route.hpp"
#include "base/json.hpp"
#include "engine/engine.hpp"
#include "http/message.hpp"
#include "store/store.hpp"

namespace ashlar::api {

/// The body as a JSON object: 415 unless it is declared as JSON, 400 when it is none, 422 when it
/// is another value than an object, or holds a control character anywhere. Every body of every
/// route comes in here.
Json body_object(const http::Request& request);

/// 400 when a query parameter is not UTF-8 or holds a control character.
void require_readable_query(const http::Request& request);

/// 400 unless the query's `name` is absent or an integer within the bounds.
long long query_integer(const http::Request& request, const std::string& name, long long otherwise,
                        long long least, long long most);
/// 400 unless `text` is an integer within the bounds; `what` names it in the message.
long long integer_within(std::string_view text, std::string_view what, long long least,
                         long long most);
/// 400 unless absent, `true` or `false`.
bool query_flag(const http::Request& request, const std::string& name);

store::PageRequest page_request(const http::Request& request);
/// `list(page)` of the page that the query asks for; 400 when no page ever named its cursor.
template <class List>
auto read_page(const http::Request& request, const List& list) {
  const store::PageRequest page = page_request(request);
  try {
    return list(page);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kInvalidInput) throw;
    throw Refusal(Refusal::Reason::kBadRequest, "the query parameter cursor: " + error.message(),
                  error.remedy(), {{"cursor", error.message(), 0, FaultOf::kRule}});
  }
}

/// If-Match as the expected generation, Idempotency-Key, the names in Ashlar-Confirm, and who asks.
engine::Engine::AcceptOptions accept_options(const Call& call);
/// Whether the request is only about what does not exist yet: `If-None-Match: *`. 400 for any other
/// value, and beside If-Match.
bool must_be_new(const http::Request& request);

/// The error with these fields in the place of its own.
Error with_fields(const Error& error, std::vector<FieldError> fields);

/// Adds an error for each member of `object` that is not one of `known`.
void refuse_unknown_members(const Json& object, std::span<const std::string> known,
                            std::vector<FieldError>& errors);
inline void refuse_unknown_members(const Json& object, std::initializer_list<std::string> known,
                                   std::vector<FieldError>& errors) {
  refuse_unknown_members(object, std::span(known.begin(), known.size()), errors);
}

/// Throws Error(kInvalidInput) that lists `errors`, unless there are none.
void throw_if_any(std::vector<FieldError> errors);

}  // namespace ashlar::api
