// What handlers read from a request, each checked where it enters.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <regex>

#include "pocketcloud/api.hpp"
#include "pocketcloud/page.hpp"

namespace ashlar::pocketcloud {

Json body_of(const http::Request& request) {
  auto json = parse_json(request.body);
  if (!json || !json->is_object()) {
    throw bad_request("The request body must be a JSON object.");
  }
  return std::move(*json);
}

std::string text_field(const Json& body, const std::string& name) {
  const auto found = body.find(name);
  if (found == body.end() || found->is_null()) return "";
  if (!found->is_string()) throw unprocessable(name + " must be a string");
  return found->get<std::string>();
}

long id_of(const http::Request& request, const std::string& parameter) {
  const std::string& text = request.path_parameters.at(parameter);
  long id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size()) throw not_found();
  return id;
}

std::string base_url(const http::Request& request) {
  return request.scheme + "://" + request.header("Host").value_or("localhost");
}

std::string choice_of(const http::Request& request, const std::string& parameter,
                      const std::vector<std::string>& choices) {
  const auto given = request.query_value(parameter);
  if (!given) return choices.front();
  if (std::ranges::find(choices, *given) == choices.end()) {
    throw bad_request(fmt::format("{} must be one of: {}", parameter, fmt::join(choices, ", ")));
  }
  return *given;
}

void refuse_together(const http::Request& request, const std::string& one,
                     const std::string& other) {
  if (request.query.contains(one) && request.query.contains(other))
    throw bad_request(fmt::format("{} can not be combined with {}", one, other));
}

http::Response page_of(const http::Request& request, std::string_view key, const Json& items) {
  const auto page = PageRequest::from(request.query);
  if (!page) {
    std::vector<std::string> faults;
    for (const auto& fault : page.error()) faults.push_back(fault.path + " " + fault.message);
    throw bad_request(fmt::format("{}", fmt::join(faults, "; ")));
  }
  return http::Response::json(
      200, paginate(key, items, *page, base_url(request) + request.path, request.query));
}

void check_tag_name(const std::string& name) {
  static const std::regex valid_name("^[a-zA-Z0-9_:-]{1,255}$");
  if (!std::regex_match(name, valid_name)) {
    throw unprocessable(
        "Tag name is invalid: it may have letters, numbers, colons, dashes and underscores, 255 at "
        "most.");
  }
}

}  // namespace ashlar::pocketcloud
