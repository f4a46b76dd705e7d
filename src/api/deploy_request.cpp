#include "api/deploy_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "api/input.hpp"

namespace ashlar::api {
namespace {

constexpr size_t kMostSpecs = 20;

std::string place(const engine::DeployBody& form, size_t index) {
  return fmt::format("{}[{}]", form.list, index);
}

void check_names_differ(const engine::DeployBody& form, const Json& specs,
                        std::vector<FieldError>& errors) {
  std::map<std::string, size_t> first_of;
  for (size_t i = 0; i < specs.size(); ++i) {
    if (!specs[i].is_object()) continue;
    const auto name = specs[i].find("name");
    if (name == specs[i].end() || !name->is_string()) continue;
    const auto [first, is_new] = first_of.emplace(name->get<std::string>(), i);
    if (!is_new)
      errors.push_back({place(form, i) + ".name",
                        fmt::format("is the same as that of {}", place(form, first->second)), 0,
                        FaultOf::kRule});
  }
}

void check_list(const engine::DeployBody& form, const Json& body, std::vector<FieldError>& errors) {
  const auto specs = body.find(form.list);
  if (specs == body.end()) {
    errors.push_back({form.list, "is required"});
  } else if (!specs->is_array()) {
    errors.push_back({form.list, fmt::format("must be a list of {}s", form.item)});
  } else if (specs->empty() || specs->size() > kMostSpecs) {
    errors.push_back(
        {form.list, fmt::format("must have 1 to {} entries, not {}", kMostSpecs, specs->size())});
  } else {
    for (size_t i = 0; i < specs->size(); ++i)
      if (!(*specs)[i].is_object()) errors.push_back({place(form, i), "must be an object"});
    check_names_differ(form, *specs, errors);
  }
}

bool is_given(const Json& object, const std::string& member) {
  const auto found = object.find(member);
  return found != object.end() && !found->is_null();
}

/// Gives the spec what the body says for all, and names it.
std::vector<std::string> inherit(const engine::DeployBody& form, const Json& body, Json& spec) {
  std::vector<std::string> inherited;
  for (const std::string& member : form.shared) {
    if (is_given(spec, member) || !is_given(body, member)) continue;
    spec[member] = body[member];
    inherited.push_back(member);
  }
  return inherited;
}

/// The index of the spec that a path such as `[1].name` begins with, which is cut off.
size_t take_index(std::string& path) {
  size_t index = 0;
  const size_t end = path.find(']');
  if (path.starts_with('[') && end != path.npos) {
    std::from_chars(path.data() + 1, path.data() + end, index);
    path.erase(0, end + (path.substr(end).starts_with("].") ? 2 : 1));
  }
  return index;
}

/// `targets` itself, `targets[0]` or `targets.a`, and not `targetsOfMine`.
bool is_at_or_in(std::string_view path, std::string_view member) {
  if (!path.starts_with(member)) return false;
  path.remove_prefix(member.size());
  return path.empty() || path.front() == '.' || path.front() == '[';
}

bool is_inherited(const DeployRequest& request, size_t index, const std::string& path) {
  return index < request.inherited.size() &&
         std::ranges::any_of(
             request.inherited[index],
             [&](const std::string& member) { return is_at_or_in(path, member); });
}

}  // namespace

DeployRequest parse_deploy_request(const engine::DeployBody& form, const Json& body) {
  std::vector<FieldError> errors;
  std::vector<std::string> known = form.shared;
  known.push_back(form.list);
  refuse_unknown_members(body, known, errors);
  check_list(form, body, errors);
  throw_if_any(std::move(errors));

  DeployRequest request{.list = form.list, .specs = {}, .inherited = {}};
  for (const Json& given : body[form.list]) {
    Json& spec = request.specs.emplace_back(given);
    request.inherited.push_back(inherit(form, body, spec));
  }
  return request;
}

std::vector<FieldError> to_request_paths(const std::vector<FieldError>& errors,
                                         const DeployRequest& request) {
  std::vector<FieldError> mapped;
  for (FieldError error : errors) {
    const size_t index = request.specs.size() == 1 ? 0 : take_index(error.path);
    if (!is_inherited(request, index, error.path)) {
      const bool joins = error.path.empty() || error.path.starts_with('[');
      error.path = fmt::format("{}[{}]{}{}", request.list, index, joins ? "" : ".", error.path);
    }
    // A fault of what all specs inherit is found once a spec.
    if (std::ranges::find(mapped, error) == mapped.end()) mapped.push_back(std::move(error));
  }
  return mapped;
}

}  // namespace ashlar::api
