// Switching TLS on a node that serves: what is asked of it, in which order and over which door.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/certificate.hpp"
#include "kinds/redis/plan/plan_parts.hpp"
#include "kinds/redis/server/secrets.hpp"
#include "kinds/redis/testing/planning.hpp"
#include "kinds/redis/testing/test_doubles.hpp"

namespace ashlar::redis {
namespace {

using engine::Done;
using engine::Retry;
using engine::StepOutcome;
using engine::Wait;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Spec spec_with(bool tls) {
  Json spec = parsed(R"({
    "name": "dev", "type": "sentinel", "region": "nyc1", "desiredState": {"roles": {
      "master": {"count": 1, "size": "s-1vcpu-1gb"}, "replica": {"count": 1, "size": "s-1vcpu-1gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})");
  spec["enableTLS"] = tls;
  return spec_from_json(spec);
}

/// A Redis that answers either with TLS or without, and changes when it is told to.
class TransportTest : public testing::TestWithParam<bool> {
 protected:
  TransportTest() : speaks_tls_(!wanted()) {
    bench_.make_machines("10.0.0.");
    ensure_credentials(bench_.secrets, bench_.spec(), bench_.clock.now());
    for (const char* op : {"directory", "file"})
      machines_.answers["dev-replica-1"][op] = [](const Json&) { return succeeded(); };
    machines_.answers["dev-replica-1"]["resp"] = [this](const Json& operation) {
      return answer(operation);
    };
  }

  static bool wanted() { return GetParam(); }

  machine::OperationResult answer(const Json& operation) {
    if (operation.value("tls", false) != speaks_tls_)
      return failed("cannot connect: wrong transport");
    Json replies = Json::array();
    for (const auto& command : operation.at("commands")) {
      if (command[0] == "CONFIG" && command[1] == "SET" && obeys_) speaks_tls_ = wanted();
      if (command[0] != "PING") commands_.push_back(command.get<Command>());
      replies.push_back("OK");
    }
    return succeeded({{"replies", replies}});
  }

  StepOutcome run() { return bench_.run(step_of("redis.transport", "replica-1", {})); }

  /// The value that CONFIG SET gives to a directive; empty: none.
  static std::string value_of(const Command& set, const std::string& directive) {
    for (size_t i = 2; i + 1 < set.size(); i += 2)
      if (set[i] == directive) return set[i + 1];
    return {};
  }
  static size_t place_of(const Command& set, const std::string& directive) {
    return static_cast<size_t>(std::ranges::find(set, directive) - set.begin());
  }

  ScriptedMachines machines_;
  Bench bench_{spec_with(wanted()), machines_};
  bool speaks_tls_;
  bool obeys_ = true;
  std::vector<Command> commands_;
};

TEST_P(TransportTest, OneCommandClosesTheFormerPortAndOpensTheOther) {
  const auto outcome = run();
  ASSERT_TRUE(std::holds_alternative<Done>(outcome));
  EXPECT_EQ(std::get<Done>(outcome).outputs["changed"], true);
  ASSERT_EQ(commands_.size(), 6u);
  const Command& set = commands_[0];
  EXPECT_EQ(value_of(set, "port"), wanted() ? "0" : "6379");
  EXPECT_EQ(value_of(set, "tls-port"), wanted() ? "6379" : "0");
  EXPECT_EQ(value_of(set, "tls-replication"), wanted() ? "yes" : "no");
  // Both are the same number: the one that is open must be closed before the other one opens.
  EXPECT_EQ(place_of(set, "port") < place_of(set, "tls-port"), wanted());
  EXPECT_THAT(commands_[1], ElementsAre("CONFIG", "REWRITE"));
}

TEST_P(TransportTest, AllThatCameByTheFormerPortIsHungUpOn) {
  run();
  std::vector<std::string> types;
  for (const auto& command : commands_) {
    if (command[0] != "CLIENT") continue;
    EXPECT_THAT(command, ElementsAre("CLIENT", "KILL", "TYPE", testing::_, "SKIPME", "yes"));
    types.push_back(command[3]);
  }
  EXPECT_THAT(types, ElementsAre("normal", "pubsub", "replica", "master"));
}

TEST_P(TransportTest, CertificatesAreThereBeforeTheyAreNamed) {
  run();
  const auto files = machines_.seen("dev-replica-1", "file");
  if (!wanted()) {
    EXPECT_THAT(files, IsEmpty());
    return;
  }
  ASSERT_EQ(files.size(), 3u);
  const auto names = machines_.operation_names("dev-replica-1");
  EXPECT_LT(std::ranges::find(names, "file"), std::ranges::find(names, "resp"));
  EXPECT_EQ(value_of(commands_[0], "tls-cert-file"), files[1]["path"]);
  EXPECT_EQ(value_of(commands_[0], "tls-key-file"), files[2]["path"]);
  EXPECT_EQ(value_of(commands_[0], "tls-ca-cert-file"), files[0]["path"]);
  EXPECT_EQ(files[2]["mode"], "0400");
  EXPECT_THAT(read_certificate(files[1]["content"]).names, testing::Contains("10.0.0.2"));
}

TEST_P(TransportTest, AnAttemptThatDiedBeforeItWasKeptIsRepeatedOverTheNewDoor) {
  speaks_tls_ = wanted();
  const auto outcome = run();
  ASSERT_TRUE(std::holds_alternative<Done>(outcome));
  EXPECT_EQ(std::get<Done>(outcome).outputs["changed"], false);
  EXPECT_THAT(commands_.at(1), ElementsAre("CONFIG", "REWRITE"));
}

TEST_P(TransportTest, ANodeThatDoesNotAnswerTheNewWayIsWaitedFor) {
  obeys_ = false;
  const auto outcome = run();
  ASSERT_TRUE(std::holds_alternative<Wait>(outcome));
  EXPECT_EQ(std::get<Wait>(outcome).because,
            wanted() ? "replica-1 to answer with TLS" : "replica-1 to answer without TLS");
}

TEST_P(TransportTest, AMachineThatDoesNotAnswerIsTriedAgain) {
  machines_.broken.insert_or_assign("dev-replica-1", Error(ErrorCode::kUnavailable, "gone"));
  EXPECT_TRUE(std::holds_alternative<Retry>(run()));
}

TEST_P(TransportTest, ThereIsNoWayBack) {
  const auto& steps = bench_.kind().steps;
  const auto type = std::ranges::find(steps, "redis.transport", &engine::StepType::name);
  ASSERT_NE(type, steps.end());
  EXPECT_TRUE(type->irreversible) << "half of the nodes could not speak to the other half";
}

INSTANTIATE_TEST_SUITE_P(BothWays, TransportTest, testing::Bool(), [](const auto& wanted) {
  return std::string(wanted.param ? "On" : "Off");
});

}  // namespace
}  // namespace ashlar::redis
