// What a killed process, a second process, a full disk and a damaged file do to the store.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <random>
#include <thread>

#include "store/records.hpp"
#include "store/store_test_support.hpp"

namespace ashlar::store {
namespace {

using ::testing::HasSubstr;

class DurabilityTest : public ::testing::Test, public StoreFixture {
 protected:
  /// Runs `body` in a child process, which ends with what it returns. Call while the store is
  /// closed: a child of a process with threads may not do much.
  static pid_t fork_to(const std::function<int()>& body) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    try {
      ::_exit(body());
    } catch (const std::exception& error) {
      std::fprintf(stderr, "child: %s\n", error.what());
    }
    ::_exit(99);
  }
  static int wait_for(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  std::string integrity() {
    const auto connection = open_sqlite(database(), true);
    return *one_row<std::string>(*connection, "PRAGMA integrity_check");
  }
};

// Acknowledged is what the child has written to the pipe after Store::write returned.
TEST_F(DurabilityTest, EveryAcknowledgedWriteSurvivesSigkill) {
  const Operation operation = insert_operation(insert_resource("prod"));
  std::mt19937 random(20251121);
  long long stored_before = 0;
  int killed_while_writing = 0;
  for (int round = 0; round < 12; ++round) {
    close();
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = fork_to([&] {
      ::close(pipe[0]);
      const auto own = Store::open(directory());
      std::vector<std::jthread> writers;
      for (int i = 0; i < 4; ++i)
        writers.emplace_back([&] {
          for (;;) {
            own->write([&](Transaction& t) {
              t.append_event({.operation_id = operation.id, .type = "first"});
              t.append_event({.operation_id = operation.id, .type = "second"});
            });
            if (::write(pipe[1], "x", 1) != 1) return;
          }
        });
      return 0;
    });
    ::close(pipe[1]);
    char first = 0;
    ASSERT_EQ(::read(pipe[0], &first, 1), 1) << "the child wrote nothing";
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 60));
    ::kill(child, SIGKILL);
    EXPECT_EQ(wait_for(child), -SIGKILL);
    long long acknowledged = 1;
    for (char buffer[256];;) {
      const ssize_t size = ::read(pipe[0], buffer, sizeof buffer);
      if (size <= 0) break;
      acknowledged += size;
    }
    ::close(pipe[0]);

    reopen();
    const auto connection = open_sqlite(database(), true);
    const long long stored = *one_row<long long>(*connection, "SELECT COUNT(*) FROM events");
    EXPECT_EQ(stored % 2, 0) << "half a transaction";
    EXPECT_GE(stored - stored_before, acknowledged * 2) << "an acknowledged write is lost";
    EXPECT_LE(stored - stored_before, (acknowledged + 4) * 2) << "more than could be under way";
    EXPECT_EQ(integrity(), "ok");
    if (acknowledged > 1) ++killed_while_writing;
    stored_before = stored;
  }
  EXPECT_GT(killed_while_writing, 0);
}

TEST_F(DurabilityTest, ASecondProcessIsRefusedByThePidOfTheFirst) {
  close();
  int ready[2], done[2];
  ASSERT_EQ(::pipe(ready) | ::pipe(done), 0);
  const pid_t holder = fork_to([&] {
    const auto own = Store::open(directory());
    char byte = 'x';
    if (::write(ready[1], &byte, 1) != 1) return 1;
    return ::read(done[0], &byte, 1) == 1 ? 0 : 1;
  });
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  expect_error(ErrorCode::kConflict, "in use by process " + std::to_string(holder),
               [&] { reopen(); });
  ASSERT_EQ(::write(done[1], "x", 1), 1);
  EXPECT_EQ(wait_for(holder), 0);
  for (const int end : {ready[0], ready[1], done[0], done[1]}) ::close(end);
  reopen();
  expect_error(ErrorCode::kConflict, "in use by process " + std::to_string(::getpid()),
               [&] { Store::open(directory()); });
}

// A limit on the size of files makes writes fail as a broken or full disk does, without being root.
TEST_F(DurabilityTest, WorksAgainAfterTheDiskRefusedToWrite) {
  close();
  const pid_t child = fork_to([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    reopen();
    Resource resource = make_resource("prod");
    store().write([&](Transaction& t) { t.insert_resource(resource); });
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 300'000;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    resource.status = {{"large", std::string(1'000'000, 'x')}};
    try {
      store().write([&](Transaction& t) { t.update_resource(resource); });
      return 2;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kUnavailable || error.remedy().empty()) return 3;
    }
    if (!store().find_resource(organization(), resource.id)->status.empty()) return 4;
    if (!store().healthy()) return 5;
    limit.rlim_cur = before;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    store().write([&](Transaction& t) { t.update_resource(resource); });
    return store().find_resource(organization(), resource.id)->status.empty() ? 6 : 0;
  });
  EXPECT_EQ(wait_for(child), 0);
  EXPECT_EQ(integrity(), "ok");
}

TEST_F(DurabilityTest, ADamagedFileIsNamedWithWhatToDo) {
  for (int i = 0; i < 200; ++i) insert_resource("r" + std::to_string(i));
  close();
  {
    std::fstream file(database(), std::ios::in | std::ios::out | std::ios::binary);
    const auto size = static_cast<long>(std::filesystem::file_size(database()));
    const std::string noise(2048, '\x5a');
    for (long at = 4096; at < size; at += 4096) {
      file.seekp(at);
      file.write(noise.data(), static_cast<std::streamsize>(noise.size()));
    }
  }
  expect_error(ErrorCode::kInternal, "restore the data directory from a backup", [&] {
    reopen();
    store().list_resources(organization(), "", {});
  });
  close();
  std::ofstream(database(), std::ios::trunc) << std::string(8192, 'x');
  expect_error(ErrorCode::kInternal, database().string(), [&] { reopen(); });
}

TEST_F(DurabilityTest, RefusesADirectoryThatOthersMayWrite) {
  close();
  std::filesystem::permissions(directory(), std::filesystem::perms(0777));
  expect_error(ErrorCode::kForbidden, "chmod 700", [&] { reopen(); });
  std::filesystem::permissions(directory(), std::filesystem::perms(0700));
  reopen();
}

TEST_F(DurabilityTest, SaysWhichDirectoryCannotBeUsed) {
  std::ofstream(directory() / "file") << "x";
  expect_error(ErrorCode::kNotFound, "file", [&] { Store::open(directory() / "file"); });
  expect_error(ErrorCode::kNotFound, "sub", [&] { Store::open(directory() / "file" / "sub"); });
}

TEST_F(DurabilityTest, StaysOpenAndHealthy) {
  EXPECT_TRUE(store().healthy());
  for (int i = 0; i < 3; ++i) reopen();
  EXPECT_TRUE(store().authenticate(first_token()));
}

}  // namespace
}  // namespace ashlar::store
