#include "model/actor.hpp"

#include <gtest/gtest.h>

namespace ashlar {
namespace {

TEST(Actor, IsToldToPeopleAndToTheLog) {
  const Actor token{ActorType::kToken, "tok_1", "ci"};
  EXPECT_EQ(in_words(token), "token 'ci'");
  EXPECT_EQ(for_log(token), "token 'ci' (tok_1)");
  EXPECT_EQ(in_words(healing()), "healing");
  EXPECT_EQ(for_log(healing()), "healing");
  EXPECT_EQ(in_words({}), "");
  EXPECT_EQ(for_log({}), "-");
}

TEST(Actor, ComesBackFromItsJson) {
  for (const Actor& actor :
       {Actor{}, healing(), Actor{ActorType::kToken, "tok_1", "ci"},
        Actor{ActorType::kUser, "tok_2", "ana"}, Actor{ActorType::kSchedule, "sch_1", "nightly"}})
    EXPECT_EQ(actor_from(to_json(actor)), actor) << for_log(actor);
  EXPECT_EQ(to_json(healing()), (Json{{"type", "healing"}, {"id", nullptr}, {"name", nullptr}}));
}

TEST(Actor, OfAnotherVersionIsUnknown) {
  for (const Json& odd : {Json(), Json("token"), Json{{"type", "robot"}}, Json{{"name", "x"}}})
    EXPECT_FALSE(actor_from(odd).known()) << odd;
}

}  // namespace
}  // namespace ashlar
