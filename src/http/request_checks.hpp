#pragma once
// What is refused before a handler sees it. Included by connection.cpp only, as it needs Beast.

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "http/server.hpp"

namespace ashlar::http {

using BeastRequest = boost::beast::http::request<boost::beast::http::string_body>;

/// A status for requests that never reach the handler, and why.
struct Fault {
  int status;
  std::string detail;
};

/// What two servers in a row could read differently is refused (request smuggling, RFC 9112 6.3):
/// Transfer-Encoding beside Content-Length, any coding but exactly "chunked", repeated lengths.
inline std::optional<Fault> check_framing(const BeastRequest& message) {
  const auto codings = message.count(boost::beast::http::field::transfer_encoding);
  const auto lengths = message.count(boost::beast::http::field::content_length);
  if (codings > 0) {
    if (lengths > 0) return Fault{400, "Content-Length beside Transfer-Encoding"};
    if (message.version() < 11) return Fault{400, "Transfer-Encoding in HTTP/1.0"};
    const auto coding = message[boost::beast::http::field::transfer_encoding];
    if (codings > 1 || !boost::beast::iequals(coding, "chunked")) {
      return Fault{400, "a Transfer-Encoding other than chunked"};
    }
  }
  const auto length = std::string_view(message[boost::beast::http::field::content_length]);
  if (lengths > 1 || length.find_first_not_of("0123456789") != length.npos) {
    return Fault{400, "more than one Content-Length"};
  }
  return std::nullopt;
}

inline std::optional<Fault> check_head(const BeastRequest& message) {
  if (auto fault = check_framing(message)) return fault;
  if (message.version() != 11 && message.version() != 10) {
    return Fault{505, "only HTTP/1.1 and HTTP/1.0 are spoken here"};
  }
  const auto hosts = message.count(boost::beast::http::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() == 11)) {
    return Fault{400, "exactly one Host is needed"};
  }
  if (message.count(boost::beast::http::field::expect) > 0 &&
      !boost::beast::iequals(message[boost::beast::http::field::expect], "100-continue")) {
    return Fault{417, "an Expect other than 100-continue"};
  }
  return std::nullopt;
}

inline Fault fault_of(const boost::system::error_code& error, const ServerOptions& options) {
  if (error == boost::beast::http::error::body_limit) {
    return {413, fmt::format("the body is larger than {} bytes", options.most_body_bytes)};
  }
  if (error == boost::beast::http::error::header_limit ||
      error == boost::beast::http::error::buffer_overflow) {
    return {431, fmt::format("the headers are larger than {} bytes", options.most_header_bytes)};
  }
  return {400, fmt::format("not a well-formed HTTP request: {}", error.message())};
}

inline bool client_has_gone(const boost::system::error_code& error) {
  return error == boost::beast::http::error::end_of_stream ||
         error == boost::beast::http::error::partial_message || error == boost::asio::error::eof ||
         error == boost::asio::error::connection_reset ||
         error == boost::asio::error::broken_pipe ||
         error == boost::asio::error::operation_aborted ||
         error == boost::asio::error::bad_descriptor;
}

/// Parts of a target, decoded; nothing when it is malformed.
struct Target {
  std::string path;
  Query query;
};
inline std::optional<Target> parse_target(std::string_view target) {
  if (const auto scheme = target.find("://"); scheme != target.npos && !target.starts_with('/')) {
    const auto slash = target.find('/', scheme + 3);
    target = slash == target.npos ? "/" : target.substr(slash);
  }
  if (target == "*") return Target{"*", {}};
  if (!target.starts_with('/')) return std::nullopt;
  target = target.substr(0, target.find('#'));
  const auto mark = std::min(target.find('?'), target.size());
  auto path = percent_decode(target.substr(0, mark));
  auto query = parse_query(target.substr(std::min(mark + 1, target.size())));
  if (!path || !query) return std::nullopt;
  return Target{std::move(*path), std::move(*query)};
}

inline Headers collect_headers(const BeastRequest& message) {
  Headers headers;
  for (const auto& field : message) {
    const std::string name(field.name_string());
    const std::string value(field.value());
    auto [place, is_new] = headers.emplace(name, value);
    if (!is_new) place->second += (boost::beast::iequals(name, "cookie") ? "; " : ", ") + value;
  }
  return headers;
}

}  // namespace ashlar::http
