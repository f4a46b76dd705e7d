#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ashlar {

/// One YAML document as JSON, with the line on which each value stands.
struct YamlDocument {
  Json value;
  /// 1-based lines by dotted path (`roles.master.count`, `nodes[0].size`); the root is "".
  std::map<std::string, int> lines;

  /// The line of `path`, or of its nearest ancestor that exists in the text; 0 for none.
  int line_of(std::string_view path) const;
};

/// Parses a stream of one or more documents. Plain scalars follow YAML's core schema (null, bool,
/// integer, float, else string); quoted ones are strings. Aliases are refused, since nesting them
/// can make a small text expand without bound. Duplicate keys are refused. Never throws.
Result<std::vector<YamlDocument>> parse_yaml(std::string_view text);

}  // namespace ashlar
