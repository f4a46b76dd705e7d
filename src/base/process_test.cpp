#include "base/process.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <fstream>

#include "base/file.hpp"

namespace ashlar {
namespace {

using ::testing::HasSubstr;

TEST(Process, CapturesOutputErrorsAndExitCode) {
  const auto result =
      run_process({.argv = {"sh", "-c", "cat; echo bad >&2; exit 3"}, .input = "in"});
  EXPECT_EQ(result.out, "in");
  EXPECT_EQ(result.err, "bad\n");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_FALSE(result.ok());
}

TEST(Process, PassesArgumentsUnparsed) {
  EXPECT_EQ(run_checked({"printf", "%s", "a b; $HOME 'c'"}), "a b; $HOME 'c'");
}

TEST(Process, MovesMoreThanAPipeHolds) {
  const std::string input(3'000'000, 'x');
  EXPECT_EQ(run_checked({"cat"}, input), input);
}

TEST(Process, SurvivesAChildThatIgnoresItsInput) {
  EXPECT_EQ(run_process({.argv = {"true"}, .input = std::string(3'000'000, 'x')}).exit_code, 0);
}

TEST(Process, KillsWhatTakesTooLong) {
  const auto result = run_process({.argv = {"sleep", "30"}, .timeout = Millis{100}});
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.exit_code, 128 + SIGKILL);
}

TEST(Process, EndsWithTheChildThoughAGrandchildHoldsItsOutput) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(run_process({.argv = {"sh", "-c", "sleep 5 & echo done"}}).out, "done\n");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
}

TEST(Process, SaysWhichProgramCannotBeStarted) {
  try {
    run_process({.argv = {"no-such-program-here"}});
    FAIL() << "started a program that does not exist";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("no-such-program-here"));
  }
}

TEST(Process, CheckedErrorsCarryWhatTheProgramSaid) {
  try {
    run_checked({"sh", "-c", "echo out of cheese >&2; exit 9"});
    FAIL() << "exit code 9 was taken for success";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("ended with 9"));
    EXPECT_THAT(error.message(), HasSubstr("out of cheese"));
  }
}

TEST(Process, DetachedProgramsLeadTheirOwnSession) {
  const auto log = std::filesystem::path(::testing::TempDir()) / "detached.log";
  std::filesystem::remove(log);
  const pid_t pid = spawn_detached({"sh", "-c", "ps -o sid= -p $$"}, log);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(std::stoi(read_file(log)), pid);
}

}  // namespace
}  // namespace ashlar
