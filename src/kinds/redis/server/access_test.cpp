#include "kinds/redis/server/access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Passwords passwords_of(const std::string& suffix) {
  return {.system = Secret("s" + suffix),
          .operator_user = Secret("o" + suffix),
          .replication = Secret("r" + suffix),
          .sentinel = Secret("w" + suffix),
          .sentinel_peer = Secret("p" + suffix)};
}

class AccessTest : public testing::Test {
 protected:
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const auto& user : declared_) all.push_back(user.to_line());
    return all;
  }
  std::vector<std::string> faults(const std::vector<std::string>& found) const {
    return access_faults(declared_, {}, found);
  }

  const std::vector<User> declared_ = users_of(true, passwords_of("1"), {});
};

TEST_F(AccessTest, WhatWasDeclaredIsNoFault) {
  EXPECT_THAT(faults(lines()), IsEmpty());
  EXPECT_THAT(restore_users(declared_, {}, lines()), IsEmpty());
}

TEST_F(AccessTest, TheSameRightsInRedissOwnWordsAreNoFault) {
  auto found = lines();
  // As ACL LIST of Redis 7.0.15 tells them.
  found[0] = "user default on #" + password_hash(Secret("s1")) +
             " ~* &* +@all -@admin -flushall -flushdb +client|list -migrate -swapdb -restore "
             "-restore-asking +role";
  found[2] = "user replication on #" + password_hash(Secret("r1")) +
             " resetchannels -@all +psync +replconf +ping";
  found[3] = "user sentinel on #" + password_hash(Secret("w1")) +
             " &* -@all +multi +client|kill +client|setname +slaveof +info +script|kill +exec "
             "+publish +subscribe +config|rewrite +role +ping";
  EXPECT_THAT(faults(found), IsEmpty());
}

TEST_F(AccessTest, EachChangeByHandIsTold) {
  auto missing = lines();
  missing.erase(missing.begin() + 2);
  EXPECT_THAT(faults(missing), ElementsAre("the user replication is missing"));

  auto off = lines();
  off[1].replace(off[1].find(" on "), 4, " off ");
  EXPECT_THAT(faults(off), ElementsAre("the user ashlar is switched off"));

  auto open = lines();
  open[0] += " nopass";
  EXPECT_THAT(faults(open), ElementsAre("the user default needs no password"));

  auto other = lines();
  other[0].replace(other[0].find('#') + 1, 64, std::string(64, 'a'));
  EXPECT_THAT(faults(other), ElementsAre("the user default has another password"));

  auto more = lines();
  more[0].insert(more[0].find('#'), "#" + std::string(64, 'a') + " ");
  EXPECT_THAT(faults(more), ElementsAre("the user default has one password more"));

  auto rights = lines();
  rights[2] += " +shutdown";
  EXPECT_THAT(faults(rights), ElementsAre("the user replication has other rights"));

  auto keys = lines();
  keys[2] += " ~*";
  EXPECT_THAT(faults(keys), ElementsAre("the user replication has other rights"));

  auto foreign = lines();
  foreign.push_back("user eve on nopass ~* &* +@all");
  EXPECT_THAT(faults(foreign), ElementsAre("there is a user eve that was not declared"));
  EXPECT_THAT(restore_users(declared_, {}, foreign),
              ElementsAre(ElementsAre("ACL", "DELUSER", "eve")));
}

TEST_F(AccessTest, WhatWasChangedIsSetInOneCommandEach) {
  auto found = lines();
  found.erase(found.begin() + 2);
  found[0] += " nopass";
  const auto commands = restore_users(declared_, {}, found);
  ASSERT_THAT(commands, SizeIs(2));
  EXPECT_EQ(commands[0][2], "default");
  EXPECT_THAT(commands[1], ElementsAre("ACL", "SETUSER", "replication", "reset", "on",
                                       "#" + password_hash(Secret("r1")), "-@all", "+psync",
                                       "+replconf", "+ping"));
}

TEST_F(AccessTest, WhilePasswordsAreChangedBothAreValid) {
  const auto next = users_of(true, passwords_of("2"), {});
  auto found = lines();
  found[0].insert(found[0].find('#'), "#" + password_hash(Secret("s2")) + " ");
  EXPECT_THAT(access_faults(declared_, next, found), IsEmpty());
  EXPECT_THAT(access_faults(declared_, next, lines()), IsEmpty()) << "not every node has it yet";
  found[0] += " nopass";
  const auto commands = restore_users(declared_, next, found);
  ASSERT_THAT(commands, SizeIs(1));
  EXPECT_THAT(commands[0], testing::IsSupersetOf({"#" + password_hash(Secret("s1")),
                                                  "#" + password_hash(Secret("s2"))}))
      << "nobody may be cut off who has changed already";
}

TEST_F(AccessTest, ClientsGetWhatApplicationsNeedAndMoreByName) {
  EXPECT_EQ(client_rules({}),
            "~* &* +@all -@admin +role +client|list -migrate -restore -restore-asking -flushall "
            "-flushdb -swapdb");
  EXPECT_EQ(client_rules({ClientRight::kFlush}),
            "~* &* +@all -@admin +role +client|list -migrate -restore -restore-asking");
  EXPECT_EQ(client_rules({ClientRight::kFlush, ClientRight::kAdministration}), "~* &* +@all");
  EXPECT_EQ(users_of(false, passwords_of("1"), {ClientRight::kAdministration})[0].rules,
            users_of(false, passwords_of("1"), {})[0].rules)
      << "a sentinel is not a client's to change";
}

}  // namespace
}  // namespace ashlar::redis
