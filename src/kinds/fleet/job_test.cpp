// A batch as a job of a step: what is asked of the machine at each attempt, whatever got lost.

#include "kinds/fleet/job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/secret.hpp"
#include "cloud/testing/memory_cloud.hpp"
#include "kinds/fleet/testing/memory_jobs.hpp"
#include "kinds/fleet/testing/plan_runner.hpp"
#include "model/output.hpp"

namespace ashlar::fleet {
namespace {

using engine::Wait;
using machine::BatchResult;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// One machine on which packages are installed, by hand: `work` holds what the test has not let
/// happen yet. Operations of each round trip are noted.
class OneMachine final : public machine::Machines {
 public:
  OneMachine() {
    jobs.schedule = [this](std::function<void()> job) { work.push_back(std::move(job)); };
  }

  testing::MemoryJobs jobs;
  std::vector<std::function<void()>> work;
  std::vector<std::string> trips;
  bool installed = false;
  std::string failure;                                 // of the package, unless empty
  std::function<void(Json& answer)> change_poll;       // what a poll is answered
  std::function<void(const std::string& trip)> after;  // a trip has had its effect; may throw

  void let_work() {
    for (auto& job : std::exchange(work, {})) job();
  }

  BatchResult run(const machine::Target&, const machine::Batch& batch, Millis) override {
    std::string trip = batch.check_only ? "check" : "do";
    BatchResult result;
    for (const Json& operation : batch.operations) {
      trip += " " + operation.at("op").get<std::string>();
      result.results.push_back(perform(operation, batch.check_only));
      if (!result.results.back().ok && !batch.keep_going) break;
    }
    trips.push_back(trip);
    if (after) after(trip);
    return result;
  }
  void disconnect(const std::string&) override { throw std::logic_error("unexpected disconnect"); }
  size_t connections_made() const override { return 0; }

 private:
  machine::OperationResult perform(const Json& operation, bool check_only) {
    if (testing::MemoryJobs::handles(operation)) {
      auto result = jobs.handle(operation, check_only, [this](const Json& inner, bool check) {
        return perform(inner, check);
      });
      if (change_poll && operation.at("op") == "job_poll") change_poll(result.data);
      return result;
    }
    machine::OperationResult result{.operation = "package", .ok = failure.empty() || check_only};
    result.message = failure.empty() ? "installed" : failure;
    const bool is_command = operation.at("op") == "command";
    result.changed = is_command || (operation.at("op") == "package" && !installed);
    if (result.ok && !check_only) installed = true;
    return result;
  }
};

class JobTest : public ::testing::Test {
 protected:
  JobOutcome attempt() {
    engine::StepContext context{operation_, step_, resource_, clock_, secrets_, records_, {}, {},
                                {},         {},    {},        {},     {},       {},       {}};
    context.write_output = [this](const std::string& source, const std::string& text,
                                  long long source_end) {
      said_ += text;
      positions_[source] = source_end;
    };
    context.output_position = [this](const std::string& source) -> std::optional<long long> {
      const auto found = positions_.find(source);
      return found == positions_.end() ? std::nullopt : std::optional(found->second);
    };
    return run_as_job(tools_, context, machine_, job_);
  }
  Wait expect_wait() {
    const auto outcome = attempt();
    if (const auto* wait = std::get_if<Wait>(&outcome)) return *wait;
    throw std::runtime_error("it did not wait");
  }
  BatchResult expect_result() {
    const auto outcome = attempt();
    if (const auto* result = std::get_if<BatchResult>(&outcome)) return *result;
    throw std::runtime_error("it waits still");
  }
  std::vector<std::string> trips() { return std::exchange(there_.trips, {}); }

  ManualClock clock_{Time{Millis{1'750'000'000'000}}};
  cloud::testing::MemoryCloud cloud_{clock_};
  OneMachine there_;
  Tools tools_{cloud_, there_, "ssh-ed25519 AAAA test"};
  testing::MemorySecrets secrets_;
  testing::MemoryRecords records_;
  Operation operation_;
  StepRecord step_{.id = "step_1"};
  Resource resource_;
  Machine machine_{.name = "demo-1"};
  Job job_{"install",
           {.operations = {machine::package({"hello"}), machine::file("/etc/motd", "hello\n")}},
           "its packages are being installed"};
  std::map<std::string, long long> positions_;
  std::string said_;
};

TEST_F(JobTest, WhereNothingIsToBeInstalledTheBatchIsSentAsItIs) {
  there_.installed = true;
  EXPECT_TRUE(expect_result().ok());
  EXPECT_THAT(trips(), ElementsAre("check package", "do package file"))
      << "one round trip more than the batch itself";
}

TEST_F(JobTest, ABatchWithoutPackagesIsNotEvenLookedAtFirst) {
  job_.batch.operations = {machine::file("/etc/motd", "hello\n")};
  expect_result();
  EXPECT_THAT(trips(), ElementsAre("do file"));
}

TEST_F(JobTest, ACommandThatIsGivenLongIsLookedAtLikeAPackage) {
  there_.installed = true;
  const auto fetch = [](Millis timeout) { return machine::command({"fetch"}, {}, {}, timeout); };
  job_.batch.operations = {fetch(Millis{30'000})};
  expect_result();
  EXPECT_THAT(trips(), ElementsAre("do command"));
  job_.batch.operations = {machine::package({"hello"}), fetch(Millis{600'000})};
  expect_wait();
  EXPECT_THAT(trips(), ElementsAre("check package command", "do job_start"));
}

TEST_F(JobTest, IsStartedOnceFollowedAndCollectedOnce) {
  EXPECT_EQ(expect_wait().because, "its packages are being installed");
  EXPECT_THAT(trips(), ElementsAre("check package", "do job_start"));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(expect_wait().progress) << "nothing new was said";
  EXPECT_THAT(trips(), ElementsAre("check job_poll", "check job_poll", "check job_poll"));
  EXPECT_FALSE(there_.installed);
  there_.let_work();
  EXPECT_EQ(expect_result().results.size(), 2u);
  EXPECT_THAT(trips(), ElementsAre("check job_poll", "do job_remove"));
  EXPECT_TRUE(there_.installed && there_.jobs.empty());
  EXPECT_EQ(said_, "package: installed\nfile: installed\n");
  // The result was lost with the process that had it: nothing is installed twice.
  expect_result();
  EXPECT_THAT(trips(), ElementsAre("check job_poll", "check package", "do package file"));
}

TEST_F(JobTest, AStartThatWasNeverAnsweredIsFound) {
  there_.after = [](const std::string& trip) {
    if (trip == "do job_start") throw Error(ErrorCode::kTimeout, "no answer");
  };
  EXPECT_THROW(attempt(), Error);
  there_.after = {};
  expect_wait();
  EXPECT_EQ(there_.work.size(), 1u);
}

TEST_F(JobTest, OneThatDiedWithItsMachineIsStartedAgain) {
  expect_wait();
  there_.jobs.lose_all();
  there_.work.clear();
  trips();
  expect_wait();
  EXPECT_THAT(trips(), ElementsAre("check job_poll", "check package", "do job_start"));
  there_.let_work();
  EXPECT_TRUE(expect_result().ok());
}

TEST_F(JobTest, AFailureIsAResult) {
  there_.failure = "no route to the mirror";
  expect_wait();
  there_.let_work();
  const BatchResult result = expect_result();
  ASSERT_EQ(result.results.size(), 1u);
  EXPECT_EQ(result.results[0].message, "no route to the mirror");
  EXPECT_TRUE(there_.jobs.empty()) << "the next attempt starts another one";
}

TEST_F(JobTest, OneThatEndedWithoutAResultIsRemovedAndSaysWhatItSaidLast) {
  expect_wait();
  there_.change_poll = [](Json& answer) {
    answer["state"] = "failed";
    answer["exit_code"] = 137;
    answer["log"] = "Unpacking hello ...\n";
  };
  try {
    attempt();
    FAIL() << "it had a result";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kMachine);
    EXPECT_THAT(error.what(), HasSubstr("demo-1: the job install ended without a result, with exit "
                                        "code 137: Unpacking hello ..."));
  }
  EXPECT_TRUE(there_.jobs.empty());
}

TEST_F(JobTest, WhatIsSaidIsProgressAndReadFromWhereItWasReadLast) {
  expect_wait();
  const auto say = [&](const std::string& output, long long next, long long size) {
    there_.change_poll = [=](Json& answer) {
      answer.update({{"output", output}, {"next_offset", next}, {"log_bytes", size}});
    };
  };
  say("one\n", 4, 4);
  EXPECT_TRUE(expect_wait().progress);
  EXPECT_EQ(positions_.begin()->second, 4);
  say("", 4, 9);
  EXPECT_FALSE(expect_wait().progress) << "a line that is not whole yet";
  say("two\n", 8, 10'000'000);
  EXPECT_TRUE(expect_wait().progress);
  EXPECT_EQ(said_, "one\ntwo\n\n[... 9737848 bytes left out ...]\n") << "it goes on near the end";
  EXPECT_EQ(positions_.begin()->second, 10'000'000 - kMostOutputBytes);
}

TEST_F(JobTest, ASecretIsNeverSaidInHalves) {
  register_secret("begin of a key\nend of a key\n");
  expect_wait();
  const auto say = [&](const std::string& output) {
    there_.change_poll = [=](Json& answer) {
      answer["output"] = output;
      answer["next_offset"] = answer["log_bytes"] = output.size();
    };
  };
  say("fine\nbegin of a key\n");
  expect_wait();
  EXPECT_EQ(said_, "fine\n");
  EXPECT_EQ(positions_.begin()->second, 5) << "the rest is read again with what follows";
}

TEST_F(JobTest, LooksAreRarerTheLongerItTakes) {
  step_.started_at = clock_.now();
  EXPECT_EQ(expect_wait().pause, Millis{300});
  clock_.advance(Millis{8'000});
  EXPECT_EQ(expect_wait().pause, Millis{800});
  clock_.advance(Millis{600'000});
  EXPECT_EQ(expect_wait().pause, Millis{2'000});
}

TEST_F(JobTest, ItsNameIsOneThatSystemdTakes) {
  step_.id = "step_1/with what~not";
  expect_wait();
  EXPECT_EQ(positions_.begin()->first, "step_1-with-what-not-install");
}

}  // namespace
}  // namespace ashlar::fleet
