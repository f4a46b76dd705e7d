#include "http/cookies.hpp"

#include <gmock/gmock.h>

namespace ashlar::http {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Cookies, AreFoundByTheirWholeName) {
  const std::string header = "a=1; session=abc; xsession=no; session2=no; Session=no";
  EXPECT_THAT(cookie_values(header, "session"), ElementsAre("abc"));
  EXPECT_THAT(cookie_values(header, "a"), ElementsAre("1"));
  EXPECT_THAT(cookie_values(header, "b"), IsEmpty());
}

TEST(Cookies, KeepWhatTheirValueHolds) {
  EXPECT_THAT(cookie_values("s=a=b==", "s"), ElementsAre("a=b=="));
  EXPECT_THAT(cookie_values("s=\"quoted\"", "s"), ElementsAre("quoted"));
  EXPECT_THAT(cookie_values("s=\"", "s"), ElementsAre("\""));
  EXPECT_THAT(cookie_values("s=", "s"), ElementsAre(""));
}

TEST(Cookies, OfOneNameAreAllSeen) {
  EXPECT_THAT(cookie_values("s=1;s=2 ;\ts=3", "s"), ElementsAre("1", "2", "3"));
}

TEST(Cookies, ThatAreMalformedArePassedOver) {
  EXPECT_THAT(cookie_values("", "s"), IsEmpty());
  EXPECT_THAT(cookie_values(";;; ;=;s;=s;", "s"), IsEmpty());
  EXPECT_THAT(cookie_values("s; s=1", "s"), ElementsAre("1"));
}

TEST(Cookies, AreSetForThisSiteOnlyAndOutOfScriptsReach) {
  EXPECT_EQ(set_cookie("s", "v", Millis{90'500}, false),
            "s=v; Path=/; Max-Age=90; HttpOnly; SameSite=Strict");
  EXPECT_EQ(set_cookie("s", "", Millis{0}, true),
            "s=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure");
}

}  // namespace
}  // namespace ashlar::http
