#include "api/listing_query.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "api/problem.hpp"
#include "base/text.hpp"

namespace ashlar::api {
namespace {

constexpr size_t kMostValues = 50;
constexpr size_t kLongestValue = 100;

[[noreturn]] void refuse(const std::string& parameter, std::string why, std::string remedy = {}) {
  throw Refusal(Refusal::Reason::kBadRequest,
                fmt::format("the query parameter {} {}", parameter, why), std::move(remedy));
}

std::string text_parameter(const http::Request& request, const std::string& name) {
  std::string text = request.query_value(name).value_or("");
  if (count_characters(text) > kLongestValue)
    refuse(name, fmt::format("has more than {} characters", kLongestValue));
  return text;
}

/// Given once with commas, or several times.
std::vector<std::string> list_parameter(const http::Request& request, const std::string& name) {
  std::vector<std::string> values;
  const auto [first, last] = request.query.equal_range(name);
  for (auto given = first; given != last; ++given) {
    std::string_view rest = given->second;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(','), rest.size());
      if (end > 0) values.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  if (values.size() > kMostValues)
    refuse(name, fmt::format("has more than {} values", kMostValues));
  for (const std::string& value : values)
    if (count_characters(value) > kLongestValue)
      refuse(name, fmt::format("has a value of more than {} characters", kLongestValue));
  return values;
}

/// A word that no row can have is a mistake of the caller's; an empty page would hide it.
template <class Parse>
std::vector<std::string> states(const http::Request& request, const Parse& parse) {
  std::vector<std::string> values = list_parameter(request, "state");
  for (const std::string& value : values) try {
      parse(value);
    } catch (const Error& error) {
      refuse("state", fmt::format("has the value '{}': {}", value, error.message()));
    }
  return values;
}

std::vector<std::string> words_of(const http::Request& request, const std::string& name,
                                  std::initializer_list<std::string_view> known) {
  std::vector<std::string> values = list_parameter(request, name);
  for (const std::string& value : values)
    if (std::ranges::find(known, value) == known.end())
      refuse(name,
             fmt::format("has the value '{}', which is none of {}", value, fmt::join(known, ", ")));
  return values;
}

store::SortKey sort_key(const std::string& name) {
  static constexpr std::array<std::string_view, 10> kNames{
      "name",    "state", "health",     "type",      "region",
      "version", "nodes", "monthlyUsd", "createdAt", "updatedAt"};
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end())
    refuse("sort", fmt::format("is '{}'", name),
           fmt::format("sort by one of {}", fmt::join(kNames, ", ")));
  return static_cast<store::SortKey>(found - kNames.begin());
}

bool is_descending(const http::Request& request) {
  const std::string order = request.query_value("order").value_or("desc");
  if (order != "asc" && order != "desc")
    refuse("order", fmt::format("is '{}', not asc or desc", order));
  return order == "desc";
}

}  // namespace

store::ResourceQuery resource_query(const http::Request& request) {
  store::ResourceQuery query;
  query.states = states(request, resource_state_from);
  query.healths = words_of(request, "health", {"healthy", "degraded", "down"});
  query.types = list_parameter(request, "type");
  query.regions = list_parameter(request, "region");
  query.versions = list_parameter(request, "version");
  query.name_contains = text_parameter(request, "name");
  query.sort = sort_key(request.query_value("sort").value_or("createdAt"));
  query.descending = is_descending(request);
  return query;
}

store::OperationQuery operation_query(const http::Request& request) {
  return {.resource_id = text_parameter(request, "resourceId"),
          .states = states(request, operation_state_from),
          .actions = list_parameter(request, "action")};
}

}  // namespace ashlar::api
