#pragma once
// Specs as people write them: YAML (or JSON) files, with the line of each field at hand.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/yaml.hpp"
#include "cli/text.hpp"

namespace ashlar::cli {

struct SourceText {
  std::string name;  // as the user gave it
  std::vector<std::string> lines;
};

/// One resource of a spec file, and where it stands in it.
struct SpecEntry {
  std::string kind;
  Json spec;  // one entry of a deploy's `clusters`
  std::shared_ptr<const SourceText> source;
  std::shared_ptr<const YamlDocument> document;
  std::string prefix;  // of the spec's fields in the document: "" or "clusters[0]."
};

struct SpecFiles {
  std::vector<SpecEntry> entries;
  std::vector<std::string> warnings;  // a password in plain text
};

/// Reads the files in order; `-` is standard input. Each YAML document is either one resource
/// (`kind: redis`, `name: ...`) or a deploy request of the API (`kind`, `targetClusters`,
/// `clusters: [...]`). `systemPassword: {file: PATH}` is replaced by that file's first line,
/// relative to the spec file. Throws Error(kInvalidInput) whose text shows every fault with file
/// and line.
SpecFiles load_specs(const std::vector<std::string>& files);

/// As load_specs, of text that has been read already.
SpecFiles parse_specs(const std::string& name, std::string_view text,
                      const std::filesystem::path& base);

/// Faults found by the server, whose paths begin with `clusters[i].` for entry i: each with file,
/// line and the line's text.
///
///   demo.yaml:12: desiredState.roles.sentinel.count: must be at least 3
///      12 |   sentinel: {count: 1, size: s-1vcpu-1gb}
std::string render_faults(const std::vector<FieldError>& faults,
                          const std::vector<SpecEntry>& entries, const Style& style);

}  // namespace ashlar::cli
