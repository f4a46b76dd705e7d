#include "kinds/fleet/forwarding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::fleet {
namespace {

using ::testing::HasSubstr;

TEST(ForwardingTest, ListensWhereTheServiceDidAndSpeaksToTheSuccessor) {
  machine::Batch batch;
  add_forwarding(batch, {"10.1.0.2", 26379, "10.1.0.9"});
  ASSERT_EQ(batch.operations.size(), 3u);
  EXPECT_THAT(batch.operations[0].at("content").get<std::string>(),
              HasSubstr("systemd-socket-proxyd 10.1.0.9:26379\n"));
  EXPECT_THAT(batch.operations[1].at("content").get<std::string>(),
              HasSubstr("ListenStream=10.1.0.2:26379\n"));
  EXPECT_EQ(batch.operations[2].at("name"), "ashlar-forward.socket");
}

TEST(ForwardingTest, BracketsAddressesOfIPv6) {
  machine::Batch batch;
  add_forwarding(batch, {"fd00::2", 6379, "fd00::9"});
  EXPECT_THAT(batch.operations[0].at("content").get<std::string>(), HasSubstr(" [fd00::9]:6379\n"));
  EXPECT_THAT(batch.operations[1].at("content").get<std::string>(), HasSubstr("=[fd00::2]:6379\n"));
}

}  // namespace
}  // namespace ashlar::fleet
