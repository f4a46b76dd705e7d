#pragma once
// Spec files and the server's plans for them; what plan and apply share.

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/spec_file.hpp"

namespace ashlar::cli {

struct Planned {
  Kinds kinds;  // as the server has them
  std::vector<SpecEntry> entries;
  std::vector<Json> plans;  // one an entry

  bool nothing_to_change() const;
};

/// Reads the files and asks for a plan of each entry. Throws Error(kInvalidInput) whose text shows
/// the faults of all entries, each with file, line and source.
Planned plan_files(ApiClient& api, const Context& context, const std::vector<std::string>& files);

void print_plans(const Context& context, const Planned& planned);

/// An error of the server with its faulty fields shown where they stand in the files.
Error located(const Error& error, const std::vector<SpecEntry>& entries, const Style& style);

}  // namespace ashlar::cli
