#include "machine/node/dpkg.hpp"

#include <algorithm>

#include "machine/node/fields.hpp"
#include "machine/node/process.hpp"
#include "machine/node/system_files.hpp"
#include "machine/node/text.hpp"

namespace ashlar::node {
namespace {

/// The value of a field in a paragraph; nothing when it is not there.
std::optional<std::string> field_of(const std::string& paragraph, const std::string& name) {
  const std::string header = "\n" + name + ": ";
  const size_t at = paragraph.find(header);
  if (at == std::string::npos) return std::nullopt;
  const size_t begin = at + header.size();
  return paragraph.substr(begin, std::min(paragraph.find('\n', begin), paragraph.size()) - begin);
}

}  // namespace

InstalledPackages::InstalledPackages() : status_(read_whole("/var/lib/dpkg/status").value_or("")) {}

std::optional<std::string> InstalledPackages::version_of(const std::string& name) const {
  const std::string header = "Package: " + name + "\n";
  for (size_t at = status_.find(header); at != std::string::npos;
       at = status_.find(header, at + 1)) {
    if (at != 0 && status_[at - 1] != '\n') continue;
    const size_t end = std::min(status_.find("\n\n", at), status_.size());
    const std::string paragraph = status_.substr(at, end - at);
    const auto status = field_of(paragraph, "Status");
    if (status == "install ok installed" || status == "hold ok installed")
      return field_of(paragraph, "Version").value_or("");
  }
  return std::nullopt;
}

bool is_debian_version(const std::string& text) {
  constexpr size_t kLongest = 100;
  if (text.empty() || text.size() > kLongest || text[0] < '0' || text[0] > '9') return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string("+.~:-").find(c) != std::string::npos;
  });
}

bool is_newer(const std::string& version, const std::string& other) {
  const ProcessResult result =
      run_process({.argv = {"dpkg", "--compare-versions", version, "gt", other}});
  if (result.exit_code > 1)
    throw Failure("dpkg cannot compare the versions " + version + " and " + other + ": " +
                  result.complaint());
  return result.succeeded();
}

std::vector<std::string> offered_versions(const std::string& name) {
  const ProcessResult result = run_process({.argv = {"apt-cache", "madison", name}});
  if (!result.succeeded()) throw Failure("apt-cache madison " + name + ": " + result.complaint());
  std::vector<std::string> versions;
  // "nftables | 1.0.6-2+deb12u2 | http://... bookworm/main amd64 Packages"
  for (const std::string& line : split(result.out, '\n')) {
    const std::vector<std::string> parts = split(line, '|');
    if (parts.size() < 3 || trimmed(parts[0]) != name) continue;
    const std::string version = trimmed(parts[1]);
    if (std::ranges::find(versions, version) == versions.end()) versions.push_back(version);
  }
  return versions;
}

}  // namespace ashlar::node
