#pragma once
// Specs as people write them: YAML (or JSON) files, with the line of each field at hand.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/yaml.hpp"
#include "cli/kinds.hpp"
#include "cli/text.hpp"

namespace ashlar::cli {

struct SourceText {
  std::string name;  // as the user gave it
  std::vector<std::string> lines;
};

/// One resource of a spec file, and where it stands in it.
struct SpecEntry {
  std::string kind;
  Json spec;  // one entry of the list that a deploy takes
  std::shared_ptr<const SourceText> source;
  std::shared_ptr<const YamlDocument> document;
  std::string prefix;  // of the spec's fields in the document: "" or "LIST[0]."
};

struct SpecFiles {
  std::vector<SpecEntry> entries;
  std::vector<std::string> warnings;  // a password in plain text
};

/// One YAML document of a file, of which nothing but the syntax is known yet.
struct SpecDocument {
  std::shared_ptr<const SourceText> source;
  std::shared_ptr<const YamlDocument> document;
  std::filesystem::path base;  // what names of files in it are relative to
};

/// Reads the files in order; `-` is standard input. Throws Error(kInvalidInput) whose text shows
/// what is wrong with file and line; asks no server.
std::vector<SpecDocument> read_documents(const std::vector<std::string>& files);
/// As read_documents, of one text that has been read already.
std::vector<SpecDocument> parse_documents(const std::string& name, std::string_view text,
                                          const std::filesystem::path& base);

/// Each document is either one resource (`kind: KIND`, `name: ...`) or the body of a deploy of that
/// kind (`kind`, the list of specs, and what these share). Where the kind has a secret, `{file:
/// PATH}` is replaced by that file's first line. Throws as read_documents().
SpecFiles specs_in(const std::vector<SpecDocument>& documents, const Kinds& kinds);

/// Faults of a deploy's body, whose paths begin with `LIST[i]`, as faults of entries: `[i]`.
std::vector<FieldError> by_entry(std::vector<FieldError> faults, const std::string& list);

/// Where a field of the entry's spec stands: `demo.yaml:12`.
std::string place_of(const SpecEntry& entry, const std::string& field);

/// Faults found by the server, whose paths begin with `[i].` for entry i: each with file, line and
/// the line's text.
///
///   demo.yaml:12: desiredState.roles.broker.count: must be at least 3
///      12 |   broker: {count: 1, size: s-1vcpu-1gb}
std::string render_faults(const std::vector<FieldError>& faults,
                          const std::vector<SpecEntry>& entries, const Style& style);

}  // namespace ashlar::cli
