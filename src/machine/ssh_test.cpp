// SSH against a real sshd: reuse, trust, every way in which a connection can fail.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "base/testing/error_of.hpp"
#include "machine/machines.hpp"
#include "machine/test_support.hpp"

namespace ashlar::machine {
namespace {

using test::Sshd;
using testing::AllOf;
using testing::HasSubstr;

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

Millis time_of(const std::function<void()>& body) {
  const auto begin = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - begin);
}

Batch sleeping(const std::string& seconds) {
  return {.operations = {command({"sleep", seconds}, {}, {}, Millis{60'000})}};
}

TEST(Ssh, CopiesTheProgramOnceAndKeepsTheConnection) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  for (int i = 0; i < 3; ++i) {
    const BatchResult result = machines->run(sshd.target(), {.operations = {facts()}});
    ASSERT_TRUE(result.ok());
    EXPECT_GT(result.results.at(0).data.at("memory_bytes").get<int64_t>(), 0);
  }
  EXPECT_EQ(machines->connections_made(), 1u);
  EXPECT_EQ(count_of(sshd.log(), "Accepted publickey"), 1u);
  // Three batches, of which the first found no program, and one copy.
  EXPECT_EQ(count_of(sshd.log(), "Starting session: command"), 5u);
}

TEST(Ssh, ASecondControlPlaneFindsTheProgramInPlace) {
  const Sshd sshd;
  make_machines(sshd.options())->run(sshd.target(), {.operations = {facts()}});
  make_machines(sshd.options())->run(sshd.target(), {.operations = {facts()}});
  EXPECT_EQ(count_of(sshd.log(), "Accepted publickey"), 2u);
  EXPECT_EQ(count_of(sshd.log(), "Starting session: command"), 4u);
}

TEST(Ssh, RemovesOldVersionsOfTheProgram) {
  const Sshd sshd(
      "mkdir -p /usr/local/lib/ashlar && touch -d '2 hours ago' /usr/local/lib/ashlar/node-old");
  const auto machines = make_machines(sshd.options());
  const BatchResult result = machines->run(
      sshd.target(), {.operations = {facts(), query({"ls", "-A", "/usr/local/lib/ashlar"})}});
  EXPECT_THAT(result.or_throw("m").results.at(1).data.at("stdout").get<std::string>(),
              testing::MatchesRegex("node-[0-9a-f]+\n"));
}

TEST(Ssh, SaysWhyTheProgramCannotBeCopied) {
  const Sshd sshd("mount -o size=64k,remount none /usr/local/lib");
  const auto machines = make_machines(sshd.options());
  const Error error = error_of([&] { machines->run(sshd.target(), {.operations = {facts()}}); });
  EXPECT_EQ(error.code(), ErrorCode::kMachine);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("m-127.0.0.1"), HasSubstr("No space left"),
                                  HasSubstr("/usr/local/lib/ashlar")));
}

TEST(Ssh, RefusesAnotherHostKeyAndNamesBothFingerprints) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  Target target = sshd.target();
  target.host_key = generate_key_pair("another").public_key;
  const Error error = error_of([&] { machines->run(target, {.operations = {facts()}}); });
  EXPECT_EQ(error.code(), ErrorCode::kUntrusted);
  EXPECT_THAT(error.message(), AllOf(HasSubstr(fingerprint(target.host_key)),
                                     HasSubstr(fingerprint(sshd.host().public_key))));
  EXPECT_THAT(error.remedy(), HasSubstr("ssh-keygen -lf"));
  EXPECT_EQ(count_of(sshd.log(), "Accepted publickey"), 0u);
}

TEST(Ssh, RefusesToConnectWithoutAPin) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  Target target = sshd.target();
  target.host_key.clear();
  EXPECT_EQ(error_of([&] { machines->run(target, {}); }).code(), ErrorCode::kUntrusted);
  target.host_key = "ssh-rsa AAAAB3NzaC1yc2E=";
  EXPECT_EQ(error_of([&] { machines->run(target, {}); }).code(), ErrorCode::kUntrusted);
  EXPECT_EQ(count_of(sshd.log(), "Connection from"), 0u);
}

TEST(Ssh, ReadsAHostKeyForPinning) {
  const Sshd sshd;
  const std::string key = scan_host_key("127.0.0.1", sshd.port());
  EXPECT_EQ(fingerprint(key), fingerprint(sshd.host().public_key));
}

TEST(Ssh, SaysThatItsKeyIsNotAccepted) {
  const Sshd sshd;
  MachinesOptions options = sshd.options();
  options.private_key = generate_key_pair("stranger").private_key;
  const auto machines = make_machines(options);
  const Error error = error_of([&] { machines->run(sshd.target(), {}); });
  EXPECT_EQ(error.code(), ErrorCode::kForbidden);
  EXPECT_THAT(error.what(), HasSubstr("authorized_keys"));
}

TEST(Ssh, RefusesAPrivateKeyThatIsNone) {
  const Sshd sshd;
  MachinesOptions options = sshd.options();
  options.private_key = Secret("-----BEGIN NOTHING-----");
  const Error error = error_of([&] { make_machines(options); });
  EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(error.what(), testing::Not(HasSubstr("BEGIN NOTHING")));
  options.node_program = "/nonexistent/ashlar-node";
  EXPECT_EQ(error_of([&] { make_machines(options); }).code(), ErrorCode::kNotFound);
}

TEST(Ssh, ConnectsAgainWhenAKeptConnectionDied) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  machines->run(sshd.target(), {.operations = {facts()}});
  sshd.end_sessions(SIGKILL);
  EXPECT_TRUE(machines->run(sshd.target(), {.operations = {facts()}}).ok());
  EXPECT_EQ(machines->connections_made(), 2u);
}

TEST(Ssh, ConnectsAgainWhenAKeptConnectionIsSilent) {
  const Sshd sshd;
  MachinesOptions options = sshd.options();
  options.connect_timeout = Millis{700};
  const auto machines = make_machines(options);
  machines->run(sshd.target(), {.operations = {facts()}});
  sshd.end_sessions(SIGSTOP);
  const Millis took =
      time_of([&] { EXPECT_TRUE(machines->run(sshd.target(), {.operations = {facts()}}).ok()); });
  EXPECT_GE(took, Millis{600});
  EXPECT_LT(took, Millis{5'000});
  EXPECT_EQ(machines->connections_made(), 2u);
}

TEST(Ssh, SaysThatABatchMayHaveRunWhenItsConnectionBreaks) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  machines->run(sshd.target(), {.operations = {facts()}});
  std::jthread killer([&] {
    std::this_thread::sleep_for(Millis{500});
    sshd.end_sessions(SIGKILL);
  });
  const Error error = error_of([&] { machines->run(sshd.target(), sleeping("3")); });
  EXPECT_EQ(error.code(), ErrorCode::kTimeout);
  EXPECT_THAT(error.message(), HasSubstr("the batch may have run"));
  killer.join();
  EXPECT_EQ(machines->connections_made(), 1u) << "a batch that may have run must not be run again";
}

TEST(Ssh, StopsWaitingAtTheTimeLimit) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  machines->run(sshd.target(), {.operations = {facts()}});
  const Millis took = time_of([&] {
    const Error error = error_of([&] { machines->run(sshd.target(), sleeping("2"), Millis{300}); });
    EXPECT_EQ(error.code(), ErrorCode::kTimeout);
  });
  EXPECT_LT(took, Millis{1'500});
}

TEST(Ssh, ABatchWhoseCallerLeftStopsBeforeItsNextOperation) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  const std::string mark = sshd.folder() / "late";
  machines->run(sshd.target(), {.operations = {facts()}});
  Batch batch = sleeping("1");
  batch.operations.push_back(file(mark, "late"));
  EXPECT_EQ(error_of([&] { machines->run(sshd.target(), batch, Millis{300}); }).code(),
            ErrorCode::kTimeout);
  // Another batch waits for its turn, so by its end the first one has ended too.
  EXPECT_TRUE(machines->run(sshd.target(), {.operations = {facts()}}).ok());
  EXPECT_FALSE(std::filesystem::exists(mark));
}

TEST(Ssh, MovesLargeInputsAndOutputsWithoutDeadlock) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  std::string large(7 << 20, 'x');
  for (size_t i = 0; i < large.size(); i += 61) large[i] = '\n';
  Json echo = query({"cat", "/proc/self/fd/0"}, large);
  echo["most_output_bytes"] = 4 << 20;
  Json zeros = query({"head", "-c", "4194304", "/dev/zero"});  // six times as long in JSON
  zeros["most_output_bytes"] = 4 << 20;
  const BatchResult result = machines->run(
      sshd.target(), {.operations = {file(sshd.folder() / "large", large), echo, zeros}});
  result.or_throw("m");
  EXPECT_EQ(read_file(sshd.folder() / "large"), large);
  EXPECT_EQ(result.results.at(1).data.at("stdout").get<std::string>().substr(0, 2 << 20),
            large.substr(0, 2 << 20));
  EXPECT_EQ(result.results.at(2).data.at("stdout").get<std::string>(), std::string(4 << 20, '\0'));
}

TEST(Ssh, RefusesABatchOverTheLimitWithoutHanging) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  const Error error = error_of([&] {
    machines->run(sshd.target(),
                  {.operations = {file(sshd.folder() / "x", std::string(17 << 20, 'x'))}});
  });
  EXPECT_EQ(error.code(), ErrorCode::kMachine);
  EXPECT_THAT(error.message(), HasSubstr("larger than 16777216 bytes"));
}

TEST(Ssh, SaysWhichOperationAndFieldAreWrong) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  const std::string untouched = sshd.folder() / "untouched";
  const Error error = error_of([&] {
    machines->run(sshd.target(),
                  {.operations = {file(untouched, "x"), {{"op", "file"}, {"pth", "/x"}}}});
  });
  EXPECT_EQ(error.code(), ErrorCode::kMachine);
  EXPECT_THAT(error.message(),
              AllOf(HasSubstr("operation 1 (file)"), HasSubstr("`path` is missing"),
                    HasSubstr("`pth` is unknown")));
  EXPECT_FALSE(std::filesystem::exists(untouched)) << "checked as a whole before it begins";
}

TEST(Ssh, ServesManyThreadsAndMachines) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  std::atomic<int> good{0};
  const auto errors = for_each_parallel(32, 16, [&](size_t i) {
    const Target target = sshd.target(fmt::format("127.0.0.{}", 1 + i % 8));
    const std::string path = sshd.folder() / fmt::format("file-{}", i);
    const BatchResult result =
        machines->run(target, {.operations = {file(path, fmt::format("content {}", i))}});
    if (result.ok() && result.changed()) ++good;
  });
  for (const std::exception_ptr& error : errors) EXPECT_EQ(error, nullptr);
  EXPECT_EQ(good, 32);
  EXPECT_EQ(machines->connections_made(), 8u);
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(read_file(sshd.folder() / fmt::format("file-{}", i)), fmt::format("content {}", i));
}

TEST(Ssh, ClosesTheOldestConnectionsBeyondTheLimit) {
  const Sshd sshd;
  MachinesOptions options = sshd.options();
  options.most_connections = 2;
  const auto machines = make_machines(options);
  const auto run = [&](const char* address) {
    machines->run(sshd.target(address), {.operations = {facts()}});
  };
  run("127.0.0.1");
  run("127.0.0.2");
  run("127.0.0.3");  // closes .1
  run("127.0.0.2");
  EXPECT_EQ(machines->connections_made(), 3u);
  run("127.0.0.1");
  EXPECT_EQ(machines->connections_made(), 4u);
}

TEST(Ssh, ForgetsAConnectionWhenTold) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  machines->run(sshd.target(), {.operations = {facts()}});
  machines->disconnect("127.0.0.1");
  machines->run(sshd.target(), {.operations = {facts()}});
  EXPECT_EQ(machines->connections_made(), 2u);
}

TEST(Ssh, ABusyMachineIsNotWaitedForBeyondTheTimeLimit) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  machines->run(sshd.target(), {.operations = {facts()}});
  std::jthread other([&] { machines->run(sshd.target(), sleeping("1.5")); });
  std::this_thread::sleep_for(Millis{200});
  const Error error =
      error_of([&] { machines->run(sshd.target(), {.operations = {facts()}}, Millis{200}); });
  EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
  EXPECT_THAT(error.message(), HasSubstr("was not begun"));
}

TEST(Ssh, SecretsStayOutOfProcessListsAndTheServersLog) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  // The bracket keeps the searcher from finding itself.
  const std::string search =
      "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | grep -ac 'c[a]nary-7Hq2'; true";
  const BatchResult result = machines->run(
      sshd.target(), {.operations = {file(sshd.folder() / "secret", "canary-7Hq2", "0600"),
                                     command({"sh", "-c", search}, "canary-7Hq2")}});
  result.or_throw("m");
  EXPECT_EQ(result.results.at(1).data.at("stdout"), "0\n");
  EXPECT_THAT(sshd.log(), testing::Not(HasSubstr("canary-7Hq2")));
}

/// Accepts connections and says `greeting`, then nothing.
class StrangeServer {
 public:
  explicit StrangeServer(std::string greeting)
      : port_(test::bind_free_port(socket_)), thread_([this, greeting](std::stop_token stop) {
          ::listen(socket_, 16);
          std::vector<int> clients;
          while (!stop.stop_requested()) {
            const int client = ::accept(socket_, nullptr, nullptr);
            if (client < 0) break;
            clients.push_back(client);
            [[maybe_unused]] const auto sent =
                ::send(client, greeting.data(), greeting.size(), MSG_NOSIGNAL);
          }
          for (const int client : clients) ::close(client);
        }) {}
  ~StrangeServer() {
    thread_.request_stop();
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  int port() const { return port_; }

 private:
  int socket_ = -1;
  int port_;
  std::jthread thread_;
};

TEST(Ssh, GivesUpOnServersThatSpeakSomethingElse) {
  const Sshd sshd;
  MachinesOptions options = sshd.options();
  options.connect_timeout = Millis{500};
  const auto machines = make_machines(options);
  const std::string greetings[] = {"",
                                   "HTTP/1.1 400 Bad Request\r\n\r\n",
                                   std::string(100'000, '\xff'),
                                   "SSH-1.5-old\r\n",
                                   "SSH-2.0-strange\r\n" + std::string(2'000, '\x01'),
                                   "SSH-2.0-silent\r\n"};
  for (const std::string& greeting : greetings) {
    const StrangeServer server(greeting);
    Target target = sshd.target();
    target.port = server.port();
    const Millis took = time_of([&] {
      const Error error = error_of([&] { machines->run(target, {.operations = {facts()}}); });
      EXPECT_EQ(error.code(), ErrorCode::kUnavailable) << error.what();
      EXPECT_THAT(error.message(), HasSubstr("m-127.0.0.1"));
    });
    EXPECT_LT(took, Millis{3'000}) << greeting.substr(0, 20);
  }
}

TEST(Ssh, SaysThatNobodyListens) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  Target target = sshd.target();
  target.port = test::free_port();
  const Error error = error_of([&] { machines->run(target, {.operations = {facts()}}); });
  EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
  EXPECT_THAT(error.message(), HasSubstr("Connection refused"));
}

TEST(Parallel, BoundsThreadsAndReturnsErrorsByIndex) {
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  const auto errors = for_each_parallel(20, 4, [&](size_t i) {
    const int now = ++running;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
    std::this_thread::sleep_for(Millis{5});
    --running;
    if (i % 7 == 3) throw Error(ErrorCode::kMachine, fmt::format("error {}", i));
  });
  EXPECT_LE(most, 4);
  EXPECT_GE(most, 2);
  for (size_t i = 0; i < 20; ++i) EXPECT_EQ(errors[i] != nullptr, i % 7 == 3) << i;
  EXPECT_TRUE(for_each_parallel(0, 4, [](size_t) { FAIL(); }).empty());
}

// Files.

std::string sha512_of(const std::string& path) {
  return test::shell("sha512sum " + path).out.substr(0, 128);
}

/// A file of some size here, to be copied to "the machine".
FileCopy file_of(const Sshd& sshd, size_t bytes, const std::string& path) {
  std::string content(bytes, 'x');
  for (size_t i = 0; i < bytes; i += 61) content[i] = static_cast<char>('a' + i % 26);
  const std::string file = sshd.folder() / "source";
  write_file_atomically(file, content);
  return {file, static_cast<long long>(bytes), sha512_of(file), path};
}

void copy_whole(Machines& machines, const Sshd& sshd, const FileCopy& file, Millis slice) {
  for (long long before = -1;;) {
    const Copied copied = machines.copy(sshd.target(), file, slice);
    if (copied.whole) return;
    ASSERT_GT(copied.bytes, before) << "every slice gets further";
    before = copied.bytes;
  }
}

TEST(Copying, SendsAFileOnceAndNothingWhereItIsInPlace) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  const FileCopy file = file_of(sshd, 20 << 20, sshd.folder() / "deep/er/copy");
  EXPECT_TRUE(machines->copy(sshd.target(), file).whole);
  EXPECT_EQ(read_file(file.path), read_file(file.file));
  EXPECT_EQ(test::shell("stat -c %a " + file.path).out, "600\n");
  EXPECT_FALSE(std::filesystem::exists(file.path + ".part"));
  std::filesystem::remove(file.file);  // so that nothing of it could be sent
  EXPECT_TRUE(machines->copy(sshd.target(), file).whole);
}

TEST(Copying, GoesOnInSlicesAndReplacesWhatIsNotTheFile) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  const FileCopy file = file_of(sshd, (2 << 20) + 17, sshd.folder() / "copy");
  write_file_atomically(file.path, std::string((2 << 20) + 17, 'y'));
  const Copied first = machines->copy(sshd.target(), file, Millis{0});
  EXPECT_FALSE(first.whole);
  EXPECT_EQ(first.bytes, 256 << 10);
  EXPECT_EQ(read_file(file.path).at(0), 'y') << "in place only when it is whole";
  copy_whole(*make_machines(sshd.options()), sshd, file, Millis{0});
  EXPECT_EQ(read_file(file.path), read_file(file.file));
}

TEST(Copying, DropsWhatHasAnotherDigestAndBeginsAnew) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  const FileCopy file = file_of(sshd, 1 << 20, sshd.folder() / "copy");
  write_file_atomically(file.path + ".part", std::string(1 << 19, 'z'));
  const Error error = error_of([&] { copy_whole(*machines, sshd, file, Millis{5'000}); });
  EXPECT_EQ(error.code(), ErrorCode::kMachine);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr("m-127.0.0.1"), HasSubstr("another SHA-512"), HasSubstr(file.path)));
  copy_whole(*machines, sshd, file, Millis{5'000});
  EXPECT_EQ(read_file(file.path), read_file(file.file));
}

TEST(Copying, GoesOnAfterTheConnectionBroke) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  const FileCopy file = file_of(sshd, 100 << 20, sshd.folder() / "copy");
  machines->copy(sshd.target(), file, Millis{0});
  std::jthread killer([&] {
    while (std::filesystem::file_size(file.path + ".part") < (2 << 20))
      std::this_thread::sleep_for(Millis{1});
    sshd.end_sessions(SIGKILL);
  });
  const Error error = error_of([&] { machines->copy(sshd.target(), file, Millis{60'000}); });
  killer.join();
  EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
  EXPECT_THAT(error.what(), HasSubstr(file.path));
  const Copied after = machines->copy(sshd.target(), file, Millis{0});
  EXPECT_GT(after.bytes, 2 << 20);
  copy_whole(*machines, sshd, file, Millis{60'000});
  EXPECT_EQ(sha512_of(file.path), file.sha512);
}

TEST(Copying, GivesAFullDiskBackWhatItTook) {
  const Sshd sshd(
      "mkdir /usr/local/lib/small && mount -t tmpfs -o size=1m none /usr/local/lib/small");
  const auto machines = make_machines(sshd.options());
  const FileCopy file = file_of(sshd, 4 << 20, "/usr/local/lib/small/copy");
  const Error error = error_of([&] { copy_whole(*machines, sshd, file, Millis{5'000}); });
  EXPECT_EQ(error.code(), ErrorCode::kMachine);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("No space left"), HasSubstr("/small/copy")));
  const BatchResult left =
      machines->run(sshd.target(), {.operations = {query({"ls", "-A", "/usr/local/lib/small"})}});
  EXPECT_EQ(left.or_throw("m").results.at(0).data.at("stdout"), "");
}

TEST(Copying, ByTwoAtOnceEndsWellForBoth) {
  const Sshd sshd;
  const FileCopy file = file_of(sshd, 8 << 20, sshd.folder() / "copy");
  const auto work = [&] {
    const auto machines = make_machines(sshd.options());
    for (int i = 0; i < 500; ++i) {
      try {
        if (machines->copy(sshd.target(), file, Millis{20}).whole) return;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kUnavailable) << error.what();
        std::this_thread::sleep_for(Millis{20});
      }
    }
    ADD_FAILURE() << "it never ends";
  };
  std::jthread other(work);
  work();
  other.join();
  EXPECT_EQ(sha512_of(file.path), file.sha512);
}

TEST(Copying, LeavesBatchesTheirConnection) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  machines->run(sshd.target(), {.operations = {facts()}});
  copy_whole(*machines, sshd, file_of(sshd, 1 << 20, sshd.folder() / "copy"), Millis{5'000});
  machines->run(sshd.target(), {.operations = {facts()}});
  EXPECT_EQ(machines->connections_made(), 2u);
}

TEST(Copying, SaysWhatOfTheRequestIsWrong) {
  const Sshd sshd;
  const auto machines = make_machines(sshd.options());
  FileCopy file = file_of(sshd, 100, "relative/../path");
  file.sha512 = "short";
  const Error error = error_of([&] { machines->copy(sshd.target(), file); });
  EXPECT_EQ(error.code(), ErrorCode::kMachine);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("path"), HasSubstr("128 digits")));
  EXPECT_EQ(error_of([&] {
              machines->copy(sshd.target(),
                             {"/nonexistent", 5, std::string(128, 'a'), sshd.folder() / "x"});
            }).code(),
            ErrorCode::kNotFound);
}

}  // namespace
}  // namespace ashlar::machine
