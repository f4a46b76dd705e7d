#include "kinds/cluster/server/deviation.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ashlar::cluster {
namespace {

std::string in_words(const std::string& operation, const std::string& path,
                     const std::string& change) {
  const char* kind = operation == "directory" ? "directory" : "file";
  if (change == "content") return fmt::format("the file {} was changed", path);
  if (change.starts_with("new ")) return fmt::format("the {} {} is missing", kind, path);
  if (change == "owner and mode")
    return fmt::format("the {} {} has another owner or mode", kind, path);
  return fmt::format("the {} {}: {}", kind, path, change);
}

std::string unit_in_words(const std::string& unit, const std::string& change) {
  if (change.starts_with("unmask")) return fmt::format("{} is masked", unit);
  if (change == "enable") return fmt::format("{} does not start at boot", unit);
  if (change == "disable") return fmt::format("{} starts at boot", unit);
  if (change.ends_with("stop")) return fmt::format("{} runs", unit);
  return fmt::format("{}: {}", unit, change);
}

std::string kernel_parameter_in_words(const Json& operation, const std::string& change) {
  const std::string key = operation.at("key");
  if (change.starts_with("was "))
    return fmt::format("{} is {}, not {}", key, change.substr(4),
                       operation.at("value").get<std::string>());
  return fmt::format("{} is not kept for the next boot", key);
}

Deviation deviation_of(const Json& operation, const machine::OperationResult& result) {
  const std::string name = operation.at("op");
  if (name == "systemd_unit") return {"unit", unit_in_words(operation.at("name"), result.message)};
  if (name == "sysctl")
    return {"kernel-parameter", kernel_parameter_in_words(operation, result.message)};
  return {"managed-file", in_words(name, operation.at("path"), result.message)};
}

/// A container may have no say in kernel parameters.
bool says_nothing(const Json& operation, const machine::OperationResult& result) {
  return result.ok ? !result.changed : operation.at("op") == "sysctl";
}

}  // namespace

std::vector<Deviation> deviations_in(const machine::Batch& declared,
                                     const std::vector<machine::OperationResult>& results) {
  std::vector<Deviation> deviations;
  for (size_t i = 0; i < std::min(declared.operations.size(), results.size()); ++i)
    if (!says_nothing(declared.operations[i], results[i]))
      deviations.push_back(deviation_of(declared.operations[i], results[i]));
  return deviations;
}

}  // namespace ashlar::cluster
