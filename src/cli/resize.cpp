// ashlar upgrade and ashlar downgrade.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/commands.hpp"

namespace ashlar::cli {
namespace {

void require_role(const KindView& kind, const std::string& role) {
  if (std::ranges::find(kind.roles, role) != kind.roles.end()) return;
  throw Error(ErrorCode::kInvalidInput, fmt::format("{} has no role '{}'", kind.name, role),
              fmt::format("there are: {}", fmt::join(kind.roles, ", ")));
}

}  // namespace

std::map<std::string, std::string> sizes_by_role(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> sizes;
  for (const std::string& text : texts) {
    const size_t at = text.find('=');
    if (at == 0 || at == text.npos || at + 1 == text.size())
      throw Error(ErrorCode::kInvalidInput, fmt::format("--size: '{}' is not ROLE=SIZE", text));
    if (!sizes.emplace(text.substr(0, at), text.substr(at + 1)).second)
      throw Error(ErrorCode::kInvalidInput,
                  fmt::format("--size: '{}' is given twice", text.substr(0, at)));
  }
  return sizes;
}

std::vector<std::string> spell_out_sizes(std::vector<std::string> words,
                                         const std::function<bool(const std::string&)>& is_option) {
  std::vector<std::string> spelled;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string option = words[i].substr(0, words[i].find('='));
    const bool has_value = option.size() < words[i].size();
    const bool value_follows = i + 1 < words.size() && !words[i + 1].starts_with('-');
    if (!option.starts_with("--") || option == "--" || is_option(option) ||
        !(has_value || value_follows)) {
      spelled.push_back(std::move(words[i]));
      continue;
    }
    spelled.emplace_back("--size");
    spelled.push_back(has_value ? words[i].substr(2) : option.substr(2) + "=" + words[++i]);
  }
  return spelled;
}

int resize(const Context& context, const ResizeOptions& options) {
  if (options.sizes.empty())
    throw Error(ErrorCode::kInvalidInput, "no new size is given",
                "give one or more of --size ROLE=SIZE");
  return carry_out(context, options.act, options.up ? "upgrade" : "downgrade",
                   [&](const KindView& kind) {
                     Json roles = Json::object();
                     for (const auto& [role, size] : options.sizes) {
                       require_role(kind, role);
                       roles[role] = {{"size", size}};
                     }
                     Json arguments{{"roles", roles}};
                     if (!options.strategy.empty()) arguments["strategy"] = options.strategy;
                     return arguments;
                   });
}

}  // namespace ashlar::cli
