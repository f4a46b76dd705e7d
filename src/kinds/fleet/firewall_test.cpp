#include "kinds/fleet/firewall.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace ashlar::fleet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Resource a_resource() {
  Resource resource;
  resource.id = "res_abcdefgh";
  resource.name = "prod";
  return resource;
}

cloud::FirewallRequest wanted() {
  return firewall_request(a_resource(), "prod-fw",
                          {{"tcp", 22, {"0.0.0.0/0"}}, {"tcp", 6379, {"10.0.0.0/8"}}});
}

cloud::Firewall as_made() {
  const auto request = wanted();
  return {.id = "1",
          .name = request.name,
          .tags = request.tags,
          .inbound = request.inbound,
          .outbound = request.outbound};
}

TEST(FirewallTest, WhatWasAskedForHasNoFaults) {
  EXPECT_THAT(firewall_faults(wanted(), as_made()), IsEmpty());
}

TEST(FirewallTest, NeitherOrderNorGroupingNorWordsForAllPortsCount) {
  auto found = as_made();
  std::ranges::reverse(found.inbound);
  auto apart = found.inbound.front();
  apart.addresses.clear();
  found.inbound.front().tags.clear();
  found.inbound.push_back(apart);
  for (auto& rule : found.outbound) rule.ports = rule.protocol == "icmp" ? "" : "all";
  EXPECT_THAT(firewall_faults(wanted(), found), IsEmpty());
}

TEST(FirewallTest, EveryRuleAndTagThatDiffersIsTold) {
  EXPECT_THAT(firewall_faults(wanted(), std::nullopt), ElementsAre("it is missing"));
  auto narrowed = as_made();
  narrowed.inbound[1].addresses.clear();
  EXPECT_THAT(firewall_faults(wanted(), narrowed),
              ElementsAre("it lacks the rule tcp to port 6379 from 10.0.0.0/8"));
  auto opened = as_made();
  opened.inbound[1].addresses.emplace_back("0.0.0.0/0");
  EXPECT_THAT(firewall_faults(wanted(), opened),
              ElementsAre("it has the rule tcp to port 6379 from 0.0.0.0/0 besides"));
  auto nobody = as_made();
  nobody.tags.clear();
  EXPECT_THAT(firewall_faults(wanted(), nobody),
              ElementsAre("machines tagged " + tag_of(a_resource()) + " are not behind it"));
}

}  // namespace
}  // namespace ashlar::fleet
