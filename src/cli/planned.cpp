#include "cli/planned.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/act.hpp"
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

Planned plan_files(ApiClient& api, const Context& context, const std::vector<std::string>& files) {
  SpecFiles specs = load_specs(files);
  for (const std::string& warning : specs.warnings) context.err << "warning: " << warning << "\n";
  Planned planned{std::move(specs.entries), {}};
  std::vector<FieldError> faults;
  for (size_t i = 0; i < planned.entries.size(); ++i) {
    const SpecEntry& entry = planned.entries[i];
    require_known_kind(entry.kind);
    try {
      planned.plans.push_back(api.post("/plans", {{"kind", entry.kind}, {"spec", entry.spec}}));
    } catch (const Error& error) {
      if (error.fields().empty()) throw;
      for (const FieldError& field : error.fields()) {
        // The server names fields of the request, whose `spec` is this entry.
        std::string path = field.path.starts_with("spec.") ? field.path.substr(5) : field.path;
        faults.push_back({fmt::format("clusters[{}].{}", i, path), field.message, 0});
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
