#include "cli/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/json_view.hpp"

namespace ashlar::cli {
namespace {

constexpr std::string_view kServerGroup = "The server";

Finding server_finding(std::string what, Health health, std::string found,
                       std::string remedy = {}) {
  return {std::string(kServerGroup), std::move(what), health, std::move(found), std::move(remedy)};
}

Finding provider_finding(const Json& provider) {
  const std::string what = "provider " + text_of(provider, "name");
  if (!flag_of(provider, "usable"))
    return server_finding(what, Health::kBad, text_of(provider, "error", "not usable"),
                          "check the URL and the token file that the server was started with");
  std::string found =
      fmt::format("{}, account {}", text_of(provider, "url"), text_of(provider, "account", "-"));
  if (provider.contains("quotaRemaining") && provider["quotaRemaining"].is_number())
    found += fmt::format(", {} requests left", integer_of(provider, "quotaRemaining"));
  return server_finding(what, Health::kGood, std::move(found));
}

}  // namespace

long long memory_kilobytes(std::string_view meminfo, std::string_view name) {
  const size_t at = meminfo.find(name);
  if (at == meminfo.npos) return 0;
  const size_t digits = meminfo.find_first_of("0123456789", at + name.size());
  if (digits == meminfo.npos) return 0;
  long long value = 0;
  std::from_chars(meminfo.data() + digits, meminfo.data() + meminfo.size(), value);
  return value;
}

std::vector<Finding> probe_server(const Endpoint& endpoint) {
  std::vector<Finding> findings;
  ApiClient api(endpoint);
  try {
    const Json me = api.get("/me");
    findings.push_back(server_finding("answers", Health::kGood, endpoint.server));
    findings.push_back(server_finding("token", Health::kGood, "of " + text_of(me, "name")));
    const Json providers = api.get("/providers");
    for (const Json& provider : list_of(providers, "items"))
      findings.push_back(provider_finding(provider));
  } catch (const Error& error) {
    // A machine without a server is healthy; a server that refuses the token is not.
    const bool absent =
        error.code() == ErrorCode::kUnavailable ||
        (error.code() == ErrorCode::kUnauthenticated && error.message().starts_with("no token"));
    findings.push_back(server_finding("answers", absent ? Health::kAdvice : Health::kBad,
                                      error.message(), error.remedy()));
  }
  return findings;
}

std::string render_findings(const std::vector<Finding>& findings, const Style& style) {
  std::string text, group;
  for (const Finding& finding : findings) {
    if (finding.group != group) {
      text += fmt::format("{}{}\n", group.empty() ? "" : "\n", style.bold(finding.group));
      group = finding.group;
    }
    const std::string sign = finding.health == Health::kGood     ? style.green("✓")
                             : finding.health == Health::kAdvice ? style.yellow("!")
                                                                 : style.red("✗");
    std::string lead = fmt::format("  {} {} ", sign, fit(finding.what, 20));
    for (const std::string& line : wrap(finding.found, static_cast<size_t>(style.width) - 25)) {
      text += lead + line + "\n";
      lead.assign(25, ' ');
    }
    lead = std::string(25, ' ') + "→ ";
    for (const std::string& line : wrap(finding.remedy, static_cast<size_t>(style.width) - 27)) {
      text += lead + line + "\n";
      lead.assign(27, ' ');
    }
  }
  const auto bad = std::ranges::count(findings, Health::kBad, &Finding::health);
  const auto advice = std::ranges::count(findings, Health::kAdvice, &Finding::health);
  return text + fmt::format("\n{} checks: {} good, {} to look at, {} bad\n", findings.size(),
                            static_cast<long>(findings.size()) - bad - advice, advice, bad);
}

Json to_json(const Finding& finding) {
  const char* health = finding.health == Health::kGood     ? "good"
                       : finding.health == Health::kAdvice ? "advice"
                                                           : "bad";
  return {{"group", finding.group},
          {"what", finding.what},
          {"health", health},
          {"found", finding.found},
          {"remedy", finding.remedy.empty() ? Json(nullptr) : Json(finding.remedy)}};
}

int doctor(const Context& context) {
  std::vector<Finding> findings = probe_this_machine();
  std::ranges::move(probe_server(context.endpoint), std::back_inserter(findings));
  if (context.json()) {
    Json items = Json::array();
    for (const Finding& finding : findings) items.push_back(to_json(finding));
    context.print_json({{"items", items}});
  } else {
    context.out << render_findings(findings, context.style);
  }
  const bool sound = std::ranges::none_of(
      findings, [](const Finding& finding) { return finding.health == Health::kBad; });
  return sound ? 0 : 1;
}

}  // namespace ashlar::cli
