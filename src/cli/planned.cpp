#include "cli/planned.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "cli/act.hpp"
#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {

bool Planned::nothing_to_change() const {
  return std::ranges::all_of(plans, changes_nothing);
}

Error located(const Error& error, const std::vector<SpecEntry>& entries, const Style& style) {
  if (error.fields().empty()) return error;
  std::string text = error.message() + "\n" + render_faults(error.fields(), entries, style);
  text.pop_back();
  return {error.code(), std::move(text), error.remedy()};
}

namespace {

/// One name is one resource, in however many documents and files it stands.
std::vector<FieldError> names_given_twice(const std::vector<SpecEntry>& entries) {
  std::vector<FieldError> faults;
  std::map<std::pair<std::string, std::string>, const SpecEntry*> first_of;
  for (size_t i = 0; i < entries.size(); ++i) {
    const std::string name = text_of(entries[i].spec, "name");
    const auto [first, is_new] = first_of.try_emplace({entries[i].kind, name}, &entries[i]);
    if (is_new || name.empty()) continue;
    faults.push_back(
        {fmt::format("[{}].name", i),
         fmt::format("'{}' is declared already at {}", name, place_of(*first->second, "name")), 0});
  }
  return faults;
}

}  // namespace

Planned plan_files(ApiClient& api, const Context& context, const std::vector<std::string>& files) {
  const std::vector<SpecDocument> documents = read_documents(files);
  Kinds kinds = fetch_kinds(api);
  SpecFiles specs = specs_in(documents, kinds);
  for (const std::string& warning : specs.warnings) context.err << "warning: " << warning << "\n";
  Planned planned{std::move(kinds), std::move(specs.entries), {}};
  std::vector<FieldError> faults = names_given_twice(planned.entries);
  for (size_t i = 0; i < planned.entries.size(); ++i) {
    const SpecEntry& entry = planned.entries[i];
    try {
      planned.plans.push_back(api.post("/plans", {{"kind", entry.kind}, {"spec", entry.spec}}));
    } catch (const Error& error) {
      if (error.fields().empty()) throw;
      for (const FieldError& field : error.fields()) {
        // The server names fields of the request, whose `spec` is this entry.
        std::string path = field.path.starts_with("spec.") ? field.path.substr(5) : field.path;
        faults.push_back({fmt::format("[{}].{}", i, path), field.message, 0});
      }
    }
  }
  if (!faults.empty()) {
    const std::string count =
        faults.size() == 1 ? "1 field is" : fmt::format("{} fields are", faults.size());
    throw located(Error(ErrorCode::kInvalidInput, count + " not valid", std::move(faults)),
                  planned.entries, context.style);
  }
  return planned;
}

void print_plans(const Context& context, const Planned& planned) {
  std::string_view between;
  for (const Json& plan : planned.plans) {
    context.out << between << render_plan(plan, context.style);
    between = "\n";
  }
  context.out << std::flush;
}

}  // namespace ashlar::cli
