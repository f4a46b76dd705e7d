#include "model/spec_difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace ashlar {
namespace {

/// What an entry of a list is known by; empty when it has no name.
std::string name_of(const Json& entry) {
  if (!entry.is_object()) return "";
  for (const char* member : {"id", "name"})
    if (const auto found = entry.find(member); found != entry.end() && found->is_string())
      return found->get<std::string>();
  return "";
}

/// The entries by name, or nothing unless all have one of their own.
std::map<std::string, Json> by_name(const Json& list) {
  std::map<std::string, Json> entries;
  for (const Json& entry : list) {
    const std::string name = name_of(entry);
    if (name.empty() || !entries.emplace(name, entry).second) return {};
  }
  return entries;
}

class Comparison {
 public:
  void compare(const std::string& path, const Json& before, const Json& after) {
    if (before == after) return;
    if (before.is_object() && after.is_object()) return compare_members(path, before, after);
    if (before.is_array() && after.is_array()) return compare_lists(path, before, after);
    changes_.push_back({path, before, after});
  }

  std::vector<SpecChange> result() && { return std::move(changes_); }

 private:
  static Json member(const Json& object, const std::string& name) {
    const auto found = object.find(name);
    return found == object.end() ? Json() : *found;
  }

  void compare_members(const std::string& path, const Json& before, const Json& after) {
    std::set<std::string> names;
    for (const auto& [name, value] : before.items()) names.insert(name);
    for (const auto& [name, value] : after.items()) names.insert(name);
    for (const std::string& name : names)
      compare(path.empty() ? name : path + "." + name, member(before, name), member(after, name));
  }

  void compare_lists(const std::string& path, const Json& before, const Json& after) {
    const auto old_entries = by_name(before);
    const auto new_entries = by_name(after);
    // A list that is empty on one side has no names there, and needs none.
    const bool named =
        (before.empty() || !old_entries.empty()) && (after.empty() || !new_entries.empty());
    if (!named) return changes_.push_back({path, before, after});
    std::set<std::string> names;
    for (const auto& [name, entry] : old_entries) names.insert(name);
    for (const auto& [name, entry] : new_entries) names.insert(name);
    const auto find = [](const auto& entries, const std::string& name) {
      const auto found = entries.find(name);
      return found == entries.end() ? Json() : found->second;
    };
    for (const std::string& name : names)
      compare(fmt::format("{}[{}]", path, name), find(old_entries, name), find(new_entries, name));
  }

  std::vector<SpecChange> changes_;
};

}  // namespace

std::vector<SpecChange> spec_difference(const Json& before, const Json& after) {
  Comparison comparison;
  comparison.compare("", before, after);
  return std::move(comparison).result();
}

Json to_json(const SpecChange& change) {
  return {{"path", change.path}, {"before", change.before}, {"after", change.after}};
}

}  // namespace ashlar
