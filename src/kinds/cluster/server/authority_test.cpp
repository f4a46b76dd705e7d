#include "kinds/cluster/server/authority.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kinds/fleet/testing/plan_runner.hpp"

namespace ashlar::cluster {
namespace {

using fleet::testing::MemorySecrets;
using ::testing::HasSubstr;
using ::testing::Not;

class AuthorityExchange : public ::testing::Test {
 protected:
  AuthorityExchange() { ensure_authority(secrets_, "events", now_); }

  std::string trusted() {
    return *trusted_authorities([&](const std::string& name) { return secrets_.find(name); });
  }
  std::string present() { return secrets_.find(secret_name::kAuthority)->reveal(); }
  TlsFiles files() {
    return ensure_tls_files(secrets_, {"events-broker-1", {"localhost"}, {"10.0.0.2"}},
                            "events-broker-1", 100, now_);
  }

  const Time now_{Millis{1'750'000'000'000}};
  MemorySecrets secrets_;
};

TEST_F(AuthorityExchange, TrustsBothUsesTheNextAndDropsTheFormer) {
  const std::string former = present();
  const TlsFiles before = files();
  EXPECT_EQ(before.authority, former);

  begin_authority(secrets_, "events", now_);
  begin_authority(secrets_, "events", now_);
  EXPECT_THAT(trusted(), HasSubstr(former));
  EXPECT_GT(trusted().size(), former.size());
  EXPECT_EQ(files().certificate, before.certificate);

  const std::string both = trusted();
  use_next_authority(secrets_);
  use_next_authority(secrets_);
  EXPECT_NE(present(), former);
  EXPECT_EQ(trusted(), both) << "no node's file changes by it";
  EXPECT_NE(files().certificate, before.certificate);

  drop_former_authorities(secrets_);
  EXPECT_EQ(trusted(), present());
  EXPECT_THAT(trusted(), Not(HasSubstr(former)));
}

TEST_F(AuthorityExchange, GoesOnWhereItWasCutOff) {
  const std::string former = present();
  begin_authority(secrets_, "events", now_);
  const std::string both = trusted();
  const std::string next = secrets_.find(secret_name::kNextAuthority)->reveal();
  // Cut off between the certificate and the removal of what is used up.
  secrets_.put(secret_name::kFormerAuthorities, Secret(former));
  secrets_.put(secret_name::kAuthorityKey, *secrets_.find(secret_name::kNextAuthorityKey));
  secrets_.put(secret_name::kAuthority, Secret(next));
  EXPECT_EQ(trusted(), both);
  use_next_authority(secrets_);
  EXPECT_EQ(present(), next);
  EXPECT_EQ(trusted(), both);
}

TEST_F(AuthorityExchange, IsGivenUpAsIfItHadNotBegun) {
  const std::string before = trusted();
  begin_authority(secrets_, "events", now_);
  give_up_next_authority(secrets_);
  EXPECT_EQ(trusted(), before);
}

}  // namespace
}  // namespace ashlar::cluster
