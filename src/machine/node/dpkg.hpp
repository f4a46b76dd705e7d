#pragma once
// What dpkg has installed, and what apt could install.

#include <optional>
#include <string>
#include <vector>

namespace ashlar::node {

/// dpkg's own database, read instead of starting dpkg-query: a look costs a read, not a process.
class InstalledPackages {
 public:
  /// Where there is no database, nothing is installed.
  InstalledPackages();

  /// Nothing when it is not installed completely.
  std::optional<std::string> version_of(const std::string& name) const;

 private:
  std::string status_;
};

/// Upstream and revision characters of Debian's policy (5.6.12), which begin with a digit: nothing
/// in them can be taken for an option or split an argument.
bool is_debian_version(const std::string& text);

/// By dpkg's own order. Throws Failure when dpkg cannot be asked.
bool is_newer(const std::string& version, const std::string& other);

/// All that the package sources of this machine offer, as apt's lists know them; newest first.
std::vector<std::string> offered_versions(const std::string& name);

}  // namespace ashlar::node
