#include <gmock/gmock.h>

#include "base/file.hpp"
#include "store/sql.hpp"
#include "store/store_test_support.hpp"

namespace ashlar::store {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SessionsTest : public ::testing::Test, public StoreFixture {
 protected:
  std::string token_id() { return store().authenticate(first_token())->token_id; }
};

TEST_F(SessionsTest, StandForTheirTokenAcrossARestart) {
  const Secret id = store().create_session(token_id(), at(0), at(100));
  reopen();
  const auto session = store().find_session(id, at(99));
  ASSERT_TRUE(session);
  EXPECT_EQ(session->principal.token_id, token_id());
  EXPECT_EQ(session->principal.organization_id, organization());
  EXPECT_EQ(session->principal.permissions, std::vector<std::string>{"*"});
  EXPECT_EQ(session->organization_name, "default");
  EXPECT_EQ(session->expires_at, at(100));
}

TEST_F(SessionsTest, AreOverAtTheirEndAndForgottenAtTheNextSignIn) {
  const Secret id = store().create_session(token_id(), at(0), at(100));
  EXPECT_FALSE(store().find_session(id, at(100)));
  const Secret next = store().create_session(token_id(), at(100), at(200));
  EXPECT_FALSE(store().find_session(id, at(50))) << "its row is gone";
  EXPECT_TRUE(store().find_session(next, at(150)));
}

TEST_F(SessionsTest, EndOneByOneAndAllWithTheirToken) {
  const Secret first = store().create_session(token_id(), at(0), at(100));
  const Secret second = store().create_session(token_id(), at(0), at(100));
  store().remove_session(first);
  store().remove_session(first);
  EXPECT_FALSE(store().find_session(first, at(1)));
  EXPECT_TRUE(store().find_session(second, at(1)));
  EXPECT_TRUE(store().revoke_token(organization(), token_id()));
  EXPECT_FALSE(store().find_session(second, at(1)));
}

TEST_F(SessionsTest, BelongToATokenThatExists) {
  expect_error(ErrorCode::kNotFound, "no token tok_x",
               [&] { store().create_session("tok_x", at(0), at(1)); });
}

TEST_F(SessionsTest, LeaveOnlyTheirHashOnDisk) {
  const Secret id = store().create_session(token_id(), at(0), at(100));
  EXPECT_EQ(id.reveal().size(), 64u);
  close();
  for (const auto& file : std::filesystem::directory_iterator(directory()))
    EXPECT_THAT(read_file(file.path()), Not(HasSubstr(id.reveal()))) << file.path();
}

}  // namespace
}  // namespace ashlar::store
