#include "machine/package_version.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace ashlar::machine {
namespace {

using ::testing::HasSubstr;

TEST(PackageVersion, WhatDebianAllowsIsTaken) {
  for (const char* version : {"5:7.0.15-1~deb12u10", "7.2.4", "1:2.0+dfsg-1.1", "0", "7.0~rc1-2",
                              "6:7.2-rl1~bookworm1", "1.0-rc-1"})
    EXPECT_EQ(package_version_fault(version), "") << version;
}

TEST(PackageVersion, WhatCouldBeAnythingElseIsRefused) {
  const auto refused = [](const std::string& version, const char* why) {
    EXPECT_THAT(package_version_fault(version), HasSubstr(why)) << version;
  };
  refused("", "1 to 100 characters");
  refused(std::string(101, '7'), "1 to 100 characters");
  refused("latest", "begin with a digit");
  refused("5:latest", "begin with a digit after the ':'");
  refused("-o=evil", "begin with a digit");
  refused("a:1", "before ':' must be a number");
  refused(":1", "before ':' must be a number");
  refused("1234567890:1", "before ':' must be a number");
  refused("7.0 15", "letters, digits");
  refused("7.0=1", "letters, digits");
  refused("5:7.0:1", "letters, digits");
  refused("7.0;reboot", "letters, digits");
  refused("7.0-1_2", "letters, digits");
  refused("7.0-", "after the last '-'");
  refused("7.0\n", "letters, digits");
}

/// dpkg itself is asked, so that the order is its own.
TEST(PackageVersion, IsOrderedAsDpkgDoes) {
  const std::vector<std::string> versions{"5:7.0.15-1~deb12u7",
                                          "5:7.0.15-1~deb12u10",
                                          "5:7.0.15-1",
                                          "5:7.0.15-1+deb12u1",
                                          "5:7.0.9-1",
                                          "6:6.0-1",
                                          "7.0.15",
                                          "7.0.15-0",
                                          "7.0.15-1",
                                          "7.0~rc1",
                                          "7.0",
                                          "7.0a",
                                          "7.0+1",
                                          "7.00",
                                          "0:7.0",
                                          "1.0-rc-1",
                                          "1.0-rc-01",
                                          "7.0.15-1~~",
                                          "7.0.15-1~~a",
                                          "7.0.15-1~"};
  for (const auto& one : versions)
    for (const auto& other : versions) {
      const auto order = compare_package_versions(one, other);
      const char* relation = order < 0 ? "lt" : order > 0 ? "gt" : "eq";
      const std::string command =
          "dpkg --compare-versions '" + one + "' " + relation + " '" + other + "'";
      EXPECT_EQ(std::system(command.c_str()), 0) << command;
    }
}

TEST(PackageVersion, TheUpstreamPartIsFound) {
  EXPECT_EQ(upstream_version("5:7.0.15-1~deb12u10"), "7.0.15");
  EXPECT_EQ(upstream_version("7.2.4"), "7.2.4");
}

}  // namespace
}  // namespace ashlar::machine
