#pragma once
// Versions of Debian packages, as dpkg orders them (deb-version(7)). Pure.

#include <compare>
#include <string>
#include <string_view>

namespace ashlar::machine {

/// Why `text` is no version of a Debian package; empty when it is one.
std::string package_version_fault(std::string_view text);

/// Of two versions without faults.
std::strong_ordering compare_package_versions(std::string_view one, std::string_view other);

/// "7.0.15" of "5:7.0.15-1~deb12u10".
std::string_view upstream_version(std::string_view version);

}  // namespace ashlar::machine
