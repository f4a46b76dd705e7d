// What is kept of a machine that died, and how its end is told.

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "base/file.hpp"
#include "pocketcloud/boot_failure.hpp"
#include "pocketcloud/console_log.hpp"
#include "pocketcloud/graveyard.hpp"

namespace ashlar::pocketcloud {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class InDirectory : public ::testing::Test {
 protected:
  InDirectory() {
    std::string name = (fs::temp_directory_path() / "console-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~InDirectory() override { fs::remove_all(directory_); }

  fs::path directory_;
};

using ConsoleLogTest = InDirectory;
using GraveyardTest = InDirectory;

TEST_F(ConsoleLogTest, KeepsTheEndOfWhateverIsWrittenAndNoMore) {
  const fs::path path = directory_ / "console";
  {
    ConsoleLog log(path);
    for (int i = 0; i < 100'000; ++i) log.append("line " + std::to_string(i) + "\n");
  }
  const std::string kept = last_console(path);
  EXPECT_EQ(kept.size(), kConsoleKept);
  EXPECT_TRUE(kept.ends_with("line 99999\n"));
  EXPECT_THAT(kept, HasSubstr("\nline 96000\n"));
  size_t on_disk = 0;
  for (const auto& file : fs::directory_iterator(directory_)) on_disk += fs::file_size(file);
  EXPECT_LE(on_disk, 2 * kConsoleKept);
}

TEST_F(ConsoleLogTest, TakesMoreThanItKeepsAtOnce) {
  const fs::path path = directory_ / "console";
  ConsoleLog log(path);
  log.append(std::string(10 * kConsoleKept, 'a') + "the end");
  EXPECT_TRUE(last_console(path).ends_with("aathe end"));
  EXPECT_EQ(last_console(path).size(), kConsoleKept);
}

TEST_F(ConsoleLogTest, GoesOnAfterItsWriterDied) {
  const fs::path path = directory_ / "console";
  ConsoleLog(path).append("before\n");
  ConsoleLog(path).append("after\n");
  EXPECT_EQ(last_console(path), "before\nafter\n");
  EXPECT_EQ(last_console(directory_ / "none"), "");
}

TEST_F(ConsoleLogTest, LosesOutputRatherThanTheMachine) {
  ConsoleLog log(directory_ / "no" / "such" / "directory");
  log.append("lost");
}

TEST(Console, IsPlainTextForPeople) {
  EXPECT_EQ(plain_console("\x1b[0;32m  OK  \x1b[0m Started\r\n\x1b]0;title\x07"
                          "a\tb\x1b(B\x01\n"),
            "  OK   Started\na\tbB\n");
  EXPECT_EQ(plain_console("cut off \x1b["), "cut off ");
  EXPECT_EQ(plain_console("cut off \x1b"), "cut off ");
}

TEST(BootFailure, QuotesTheLineThatNamesTheCause) {
  const std::string console =
      "systemd 252 running in system mode\r\n"
      "\x1b[0;1;31mFailed to create inotify object: Too many open files\x1b[0m\r\n"
      "Exiting PID 1...\r\n\r\n";
  EXPECT_EQ(telling_line(console), "Failed to create inotify object: Too many open files");
  EXPECT_EQ(telling_line("first\nlast\n\n"), "last");
  EXPECT_EQ(telling_line("last\nAttempted to remove disk file system under \"/x\", and we can't "
                         "allow that.\n"),
            "last");
  EXPECT_EQ(telling_line(""), "");
  EXPECT_LE(telling_line(std::string(5'000, 'x')).size(), 200u);
}

TEST(BootFailure, SaysWhatHappenedAndWhichLimitIsInTheWay) {
  const auto text = explain({.exit_code = 1,
                             .console = "Failed to allocate manager object: Too many open files",
                             .tight_limits = {"fs.inotify.max_user_instances is 128, 127 in use"}});
  EXPECT_EQ(text,
            "its system did not start, systemd-nspawn ended with 1; its console says: Failed to "
            "allocate manager object: Too many open files; this host has no room for it: "
            "fs.inotify.max_user_instances is 128, 127 in use");
  EXPECT_EQ(explain({.exit_code = 255, .was_up = true}),
            "its system ended unexpectedly, systemd-nspawn ended with 255");
  EXPECT_THAT(explain({.gave_up = true}), HasSubstr("gave up"));
  EXPECT_THAT(explain({.too_slow = true}), HasSubstr("did not start in time"));
}

TEST_F(GraveyardTest, RemembersWhoDiedOfWhat) {
  const Graveyard graveyard(directory_ / "graves");
  EXPECT_FALSE(graveyard.find(7));
  EXPECT_TRUE(graveyard.list().empty());
  const Time now = SystemClock().now();
  graveyard.bury({7, "web", "no room", to_rfc3339(now), "the last words\n"}, now);
  const auto grave = graveyard.find(7);
  ASSERT_TRUE(grave);
  EXPECT_EQ(grave->name, "web");
  EXPECT_EQ(grave->reason, "no room");
  EXPECT_EQ(grave->console, "the last words\n");
  EXPECT_EQ(graveyard.list().size(), 1u);
}

TEST_F(GraveyardTest, ForgetsWhatIsOldAndWhatIsTooMuch) {
  const Graveyard graveyard(directory_ / "graves");
  const Time now = SystemClock().now();
  const Time old = now - Graveyard::kLongest - std::chrono::hours(1);
  graveyard.bury({1, "old", "", to_rfc3339(old), "x"}, old);
  EXPECT_TRUE(graveyard.find(1));
  for (long id = 2; id < 2 + static_cast<long>(Graveyard::kMost) + 5; ++id)
    graveyard.bury({id, "new", "", to_rfc3339(now + Millis{id}), "x"}, now);
  EXPECT_FALSE(graveyard.find(1));
  EXPECT_EQ(graveyard.list().size(), Graveyard::kMost);
  EXPECT_FALSE(graveyard.find(2)) << "the ones buried first go first";
  EXPECT_EQ(graveyard.list().front().droplet, static_cast<long>(Graveyard::kMost) + 6);
  size_t files = 0;
  for ([[maybe_unused]] const auto& file : fs::directory_iterator(directory_ / "graves")) ++files;
  EXPECT_EQ(files, 2 * Graveyard::kMost);
}

TEST_F(GraveyardTest, PassesOverADamagedFile) {
  const Graveyard graveyard(directory_);
  std::ofstream(directory_ / "9.json") << "{\"droplet\":";
  EXPECT_FALSE(graveyard.find(9));
  EXPECT_TRUE(graveyard.list().empty());
}

}  // namespace
}  // namespace ashlar::pocketcloud
