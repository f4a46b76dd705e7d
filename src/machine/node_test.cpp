// ashlar-node as it runs on machines: the real program, in mount and network namespaces of its own
// where it changes the system. Packages, users, units and jobs are tested on booted machines.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/testing/paths.hpp"
#include "machine/batch.hpp"
#include "machine/test_support.hpp"

namespace ashlar::machine {
namespace {

using test::shell;
using test::TemporaryFolder;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Its own /run, so that tests do not wait for each other's lock.
const std::string kNamespace =
    "unshare --mount --net sh -c 'mount -t tmpfs none /run && mount -t tmpfs none /etc/sysctl.d && "
    "ip link set lo up && {}'";

test::Ran run_text(const std::string& text, const std::string& before = "true") {
  const std::string script = fmt::format("{} && {}", before, built_node_program());
  return shell(fmt::format(fmt::runtime(kNamespace), script), text);
}

BatchResult run(const Batch& batch, const std::string& before = "true") {
  const test::Ran ran = run_text(to_text(batch), before);
  EXPECT_EQ(ran.exit_code, 0) << ran.out;
  return batch_result_from_json(Json::parse(ran.out));
}

OperationResult run_one(const Json& operation, bool check_only = false,
                        const std::string& before = "true") {
  return run({.operations = {operation}, .check_only = check_only}, before).results.at(0);
}

/// Declarative operations must say the same when checking, do it, and then find nothing to do.
void expect_converges(const Json& operation) {
  const OperationResult predicted = run_one(operation, true);
  EXPECT_TRUE(predicted.ok && predicted.changed) << predicted.message;
  const OperationResult predicted_again = run_one(operation, true);
  EXPECT_TRUE(predicted_again.changed) << "a check changed something";
  const OperationResult done = run_one(operation);
  EXPECT_TRUE(done.ok && done.changed) << done.message;
  for (const bool check_only : {true, false}) {
    const OperationResult again = run_one(operation, check_only);
    EXPECT_TRUE(again.ok && !again.changed) << again.message;
  }
}

mode_t mode_of(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

size_t entries_in(const std::string& path) {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(path), {}));
}

TEST(NodeFile, Converges) {
  const TemporaryFolder folder;
  expect_converges(file(folder / "f", "one", "0640", "root", "daemon"));
  EXPECT_EQ(mode_of(folder / "f"), 0640u);
  expect_converges(file(folder / "f", "two", "0640", "root", "daemon"));
  EXPECT_EQ(ashlar::read_file(folder / "f"), "two");
  expect_converges(file(folder / "f", "two", "0600", "nobody", "nogroup"));
  EXPECT_EQ(mode_of(folder / "f"), 0600u);
  expect_converges(file(folder / "f", "", "4755"));
  EXPECT_EQ(mode_of(folder / "f"), 04755u) << "set-user-id survives the change of owner";
  expect_converges(file(folder / "f", std::string("\xff\x00\x80", 3)));
  EXPECT_EQ(ashlar::read_file(folder / "f"), std::string("\xff\x00\x80", 3));
  EXPECT_EQ(entries_in(folder.path()), 1u) << "nothing is left beside it";
}

TEST(NodeFile, ReplacesALinkAndNotWhatItPointsTo) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "target", "kept");
  std::filesystem::create_symlink(folder / "target", folder / "link");
  expect_converges(file(folder / "link", "new"));
  EXPECT_FALSE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(ashlar::read_file(folder / "target"), "kept");
}

TEST(NodeFile, ClearsWhatACrashLeftBehind) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("/etc/passwd", folder / ".f.ashlar-new");
  EXPECT_TRUE(run_one(file(folder / "f", "x")).ok);
  EXPECT_EQ(entries_in(folder.path()), 1u);
}

TEST(NodeFile, AFullDiskLeavesTheOldFile) {
  const TemporaryFolder folder;
  const std::string mount =
      fmt::format("mount -t tmpfs -o size=64k none {0} && echo old > {0}/f", folder.path());
  const BatchResult result =
      run({.operations = {file(folder / "f", std::string(200'000, 'x')),
                          query({"sh", "-c", fmt::format("cat {0}/f; ls -A {0}", folder.path())})},
           .keep_going = true},
          mount);
  EXPECT_FALSE(result.results.at(0).ok);
  EXPECT_THAT(result.results.at(0).message, HasSubstr("No space left on device"));
  EXPECT_EQ(result.results.at(1).data.at("stdout"), "old\nf\n");
}

TEST(NodeFile, SaysWhatIsMissing) {
  const TemporaryFolder folder;
  EXPECT_THAT(run_one(file(folder / "no/f", "x")).message,
              AllOf(HasSubstr("directory " + (folder / "no") + " does not exist")));
  EXPECT_THAT(run_one(file(folder / "f", "x", "0644", "nobody-such")).message,
              HasSubstr("no user `nobody-such`"));
  EXPECT_THAT(run_one(file(folder.path(), "x")).message, HasSubstr("is a directory"));
  EXPECT_TRUE(run_one(file(folder / "f", "x", "0644", "later"), true).changed)
      << "a package earlier in the batch may bring the user";
}

TEST(NodeFile, OnceMeansOnce) {
  const TemporaryFolder folder;
  expect_converges(file_once(folder / "f", "first", "0600", "root", "root"));
  const OperationResult again = run_one(file_once(folder / "f", "second", "0644", "root", "root"));
  EXPECT_TRUE(again.ok && !again.changed);
  EXPECT_EQ(ashlar::read_file(folder / "f"), "first");
}

TEST(NodeFile, IsRead) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "f", "text");
  EXPECT_EQ(run_one(file_content(folder / "f")).data,
            Json::parse(R"({"exists":true,"content":"text"})"));
  EXPECT_EQ(run_one(file_content(folder / "none")).data.at("exists"), false);
  EXPECT_FALSE(run_one(file_content(folder.path())).ok);
}

TEST(NodeDirectory, Converges) {
  const TemporaryFolder folder;
  expect_converges(directory(folder / "a/b/c", "0750", "daemon", "daemon"));
  EXPECT_EQ(mode_of(folder / "a/b/c"), 0750u);
  EXPECT_EQ(mode_of(folder / "a"), 0755u);
  expect_converges(directory(folder / "a/b/c", "0700"));
  write_file_atomically(folder / "f", "x");
  EXPECT_FALSE(run_one(directory(folder / "f")).ok);
}

TEST(NodeRemovePath, ConvergesAndFollowsNoLink) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "a/b");
  write_file_atomically(folder / "kept", "x");
  std::filesystem::create_symlink(folder / "kept", folder / "a/b/link");
  expect_converges(remove_path(folder / "a"));
  EXPECT_TRUE(std::filesystem::exists(folder / "kept"));
}

TEST(NodeRemovePath, RefusesWhatTheSystemNeeds) {
  for (const char* path : {"/", "/etc", "/usr", "/usr/bin", "/var/lib", "/tmp", "/etc/ssh", "/home",
                           "/usr/lib/systemd", "/root/.ssh", "/proc/1", "/etc/systemd/system"}) {
    const test::Ran ran =
        run_text(to_text({.operations = {remove_path(path)}, .check_only = true}));
    EXPECT_EQ(ran.exit_code, 2) << path;
    EXPECT_THAT(ran.out, HasSubstr("never removed")) << path;
  }
  const TemporaryFolder folder;
  std::filesystem::create_directory_symlink("/var", folder / "link");
  EXPECT_THAT(run_one(remove_path(folder / "link/lib"), true).message,
              HasSubstr("refuses to remove /var/lib"));
  std::filesystem::create_directory(folder / "mounted");
  const OperationResult mounted = run_one(remove_path(folder / "mounted"), false,
                                          "mount -t tmpfs none " + (folder / "mounted"));
  EXPECT_THAT(mounted.message, HasSubstr("something is mounted there"));
}

TEST(NodeCommand, RunsWithoutAShell) {
  const OperationResult result = run_one(command({"printf", "%s|", "$HOME", "a b", "*"}));
  EXPECT_TRUE(result.ok && result.changed);
  EXPECT_EQ(result.data.at("stdout"), "$HOME|a b|*|");
  EXPECT_EQ(run_one(command({"cat"}, "input\n")).data.at("stdout"), "input\n");
}

TEST(NodeCommand, ReportsFailures) {
  const OperationResult result = run_one(command({"sh", "-c", "echo out; echo why >&2; exit 3"}));
  EXPECT_FALSE(result.ok);
  EXPECT_EQ(result.data.at("exit_code"), 3);
  EXPECT_EQ(result.data.at("stdout"), "out\n");
  EXPECT_THAT(result.message, AllOf(HasSubstr("exit code 3"), HasSubstr("why")));
  EXPECT_THAT(run_one(command({"no-such-program-at-all"})).message,
              HasSubstr("No such file or directory"));
  EXPECT_EQ(run_one(command({"sh", "-c", "kill -9 $$"})).data.at("exit_code"), 137);
}

TEST(NodeCommand, HonoursUnlessAndReadOnly) {
  const TemporaryFolder folder;
  const Json touch = command({"touch", folder / "f"}, {}, {"test", "-e", folder / "f"});
  expect_converges(touch);
  Json creates = command({"touch", folder / "g"});
  creates["creates"] = folder / "g";
  expect_converges(creates);
  const OperationResult read = run_one(query({"echo", "hi"}), true);
  EXPECT_TRUE(read.ok && !read.changed);
  EXPECT_EQ(read.data.at("stdout"), "hi\n");
}

TEST(NodeCommand, EndsTheWholeProcessGroupAtItsTimeLimit) {
  const TemporaryFolder folder;
  const std::string script = fmt::format(
      "trap '' TERM; (trap '' TERM; sleep 30.75; touch {0}) & sleep 30.75", folder / "late");
  const auto begin = std::chrono::steady_clock::now();
  const OperationResult result = run_one(command({"sh", "-c", script}, {}, {}, Millis{300}));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.message, HasSubstr("timed out"));
  EXPECT_NE(shell("pgrep -f 'sleep 30[.]75'").exit_code, 0) << "something still runs";
}

TEST(NodeCommand, DoesNotWaitForWhatItLeftInTheBackground) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(run_one(command({"sh", "-c", "sleep 4 & echo started"})).ok);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
}

TEST(NodeCommand, BoundsWhatItKeeps) {
  const OperationResult result =
      run_one(command({"sh", "-c", "echo first; seq 1 500000; echo last"}));
  const std::string out = result.data.at("stdout");
  EXPECT_LT(out.size(), 70'000u);
  EXPECT_THAT(out, AllOf(testing::StartsWith("first\n"), testing::EndsWith("last\n"),
                         HasSubstr("bytes left out")));
}

TEST(NodeCommand, HasASmallEnvironment) {
  const OperationResult result = run_one(query({"env"}));
  EXPECT_THAT(result.data.at("stdout").get<std::string>(),
              testing::MatchesRegex("PATH=[^\n]*\nHOME=/root\nLC_ALL=C.UTF-8\n"));
}

TEST(NodeWaitForPort, WaitsAndGivesUp) {
  const int port = test::free_port();
  const std::string server = fmt::format(
      "(sleep 0.4; exec python3 -m http.server --bind 127.0.0.1 {0} >/dev/null 2>&1) & server=$!; "
      "trap \"kill $server\" EXIT; true",
      port);
  EXPECT_TRUE(run_one(wait_for_port("127.0.0.1", port, Millis{10'000}), false, server).ok);
  const OperationResult gave_up = run_one(wait_for_port("localhost", port, Millis{200}));
  EXPECT_THAT(gave_up.message,
              AllOf(HasSubstr("did not answer within 200 ms"), HasSubstr("Connection refused")));
}

TEST(NodeSysctl, ConvergesLiveAndAtBoot) {
  const Json forward = sysctl("net.ipv4.ip_forward", "1");
  const BatchResult result =
      run({.operations = {forward, forward, file_content("/proc/sys/net/ipv4/ip_forward"),
                          file_content("/etc/sysctl.d/60-ashlar-net.ipv4.ip_forward.conf"),
                          sysctl("net.ipv4.tcp_rmem", "4096 131072  6291456"),
                          sysctl("net.ipv4.tcp_rmem", "4096\t131072\t6291456")}});
  EXPECT_TRUE(result.or_throw("m").results.at(0).changed);
  EXPECT_FALSE(result.results.at(1).changed);
  EXPECT_EQ(result.results.at(2).data.at("content"), "1\n");
  EXPECT_THAT(result.results.at(3).data.at("content").get<std::string>(),
              HasSubstr("net.ipv4.ip_forward = 1\n"));
  EXPECT_THAT(run_one(sysctl("net.no.such", "1")).message, HasSubstr("no parameter net.no.such"));
  EXPECT_TRUE(run_one(forward, true).changed);
}

const char* const kRules =
    "chain input {\n type filter hook input priority 0; policy accept;\n"
    " tcp dport { 6379, 26379 } ip saddr 10.0.0.0/8 counter accept\n}";
// The operation keeps files in both: they must not be this machine's.
const char* const kFirewallFolders = "mount -t tmpfs none /var/lib && mount -t tmpfs none /etc";

TEST(NodeNftables, ConvergesSeesForeignChangesAndValidates) {
  const Json table = nftables("ashlar_test", kRules);
  const Json flush = command({"nft", "flush", "chain", "inet", "ashlar_test", "input"});
  const Json listed = query({"nft", "list", "ruleset"});
  const BatchResult result =
      run({.operations = {table, table, listed, flush, table, listed,
                          nftables("ashlar_test", "chain c { nonsense }"), listed, table,
                          file_content("/etc/ashlar/nftables/inet-ashlar_test.nft")},
           .keep_going = true},
          kFirewallFolders);
  const auto& results = result.results;
  ASSERT_TRUE(results.at(0).ok) << results.at(0).message;
  EXPECT_TRUE(results.at(0).changed);
  EXPECT_FALSE(results.at(1).changed);
  EXPECT_THAT(results.at(2).data.at("stdout").get<std::string>(), HasSubstr("26379"));
  EXPECT_TRUE(results.at(4).changed) << "somebody emptied the chain";
  EXPECT_EQ(results.at(5).data.at("stdout"), results.at(2).data.at("stdout"));
  EXPECT_FALSE(results.at(6).ok);
  EXPECT_THAT(results.at(6).message, HasSubstr("nft refuses"));
  EXPECT_EQ(results.at(7).data.at("stdout"), results.at(2).data.at("stdout"))
      << "what works is not touched";
  EXPECT_FALSE(results.at(8).changed);
  EXPECT_THAT(results.at(9).data.at("content").get<std::string>(), HasSubstr("delete table"));
}

TEST(NodeNftables, CannotTouchOtherTables) {
  for (const char* ruleset :
       {"} flush ruleset; table inet x {", "include \"/etc/passwd\"", "chain c {"}) {
    const test::Ran ran = run_text(to_text({.operations = {nftables("t", ruleset)}}));
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_THAT(ran.out, HasSubstr("`ruleset`"));
  }
}

TEST(NodeFacts, AreThoseOfTheKernel) {
  const Json data = run_one(facts()).data;
  EXPECT_EQ(data.at("kernel").get<std::string>() + "\n", shell("uname -r").out);
  EXPECT_EQ(data.at("boot_id").get<std::string>() + "\n",
            shell("cat /proc/sys/kernel/random/boot_id").out);
  EXPECT_EQ(std::to_string(data.at("cpus").get<int>()) + "\n", shell("nproc --all").out);
}

TEST(NodePackage, FindsInstalledOnesWithoutApt) {
  const OperationResult there =
      run_one(package({"bash", "libc6"}), false, "mount -t tmpfs none /usr/lib/apt");
  EXPECT_TRUE(there.ok && !there.changed) << there.message;
  const OperationResult missing = run_one(package({"bash", "no-such-package-zz"}), true);
  EXPECT_TRUE(missing.changed);
  EXPECT_EQ(missing.data.at("installed"), Json::array({"no-such-package-zz"}));
}

/// An apt-get and an apt-cache that offer some versions of `thing`, over a dpkg database that has
/// version 2-1 of it at first. What apt-get is asked is noted; what it is told to install, it has.
class FakeApt {
 public:
  explicit FakeApt(const std::string& offered) {
    write_file_atomically(folder_ / "status",
                          "Package: thing\nStatus: install ok installed\nVersion: 2-1\n\n");
    program("apt-get", fmt::format(R"(echo "$@" >>{0}/asked
case "$*" in
  *--download-only*) echo "Need to get 7 kB of archives." ;;
  *install*) sed "s/^Version: .*/Version: ${{*##*=}}/" {0}/status >{0}/next && cat {0}/next >{0}/status ;;
esac)",
                                   folder_.path()));
    program("apt-cache", fmt::format(R"(for version in {}; do
  echo " thing | $version | file:/mirror ./ Packages"
done)",
                                     offered));
    write_file_atomically(
        folder_ / "enter",
        fmt::format("set -e\nfor p in apt-get apt-cache; do mount --bind {0}/$p /usr/bin/$p; done\n"
                    "mount --bind {0}/status /var/lib/dpkg/status\n",
                    folder_.path()));
  }
  OperationResult run(const Json& operation, bool check_only = false) const {
    return run_one(operation, check_only, "sh " + (folder_ / "enter"));
  }
  std::string asked() const { return shell("cat " + (folder_ / "asked") + " 2>&1").out; }

 private:
  void program(const std::string& name, const std::string& script) const {
    write_file_atomically(folder_ / name, "#!/bin/sh\n" + script + "\n", 0755);
  }
  const TemporaryFolder folder_;
};

TEST(NodePackage, AnExactVersionIsInstalledOnceAndANewerOneReplacedOnlyWhenAsked) {
  const FakeApt apt("3-1 2-1 1-1");
  const auto ask = [&](const std::string& version, bool downgrade, bool check_only = false) {
    return apt.run(package_version({"thing"}, version, downgrade), check_only);
  };
  EXPECT_FALSE(ask("2-1", false).changed);
  EXPECT_TRUE(ask("3-1", false, true).changed);
  EXPECT_THAT(apt.asked(), HasSubstr("No such file")) << "a check asked apt-get";
  const OperationResult newer = ask("3-1", false);
  EXPECT_TRUE(newer.ok && newer.changed) << newer.message;
  EXPECT_THAT(apt.asked(), AllOf(HasSubstr("--no-remove"), HasSubstr("-- thing=3-1"),
                                 Not(HasSubstr("--allow-downgrades"))));
  EXPECT_FALSE(ask("3-1", false).changed);
  const OperationResult refused = ask("1-1", false);
  EXPECT_FALSE(refused.ok);
  EXPECT_EQ(refused.message,
            "thing 3-1 is installed, which is newer than 1-1; `downgrade` was not given");
  const OperationResult older = ask("1-1", true);
  EXPECT_TRUE(older.ok && older.changed) << older.message;
  EXPECT_THAT(apt.asked(), HasSubstr("--allow-downgrades -- thing=1-1"));
}

TEST(NodePackage, AVersionThatNobodyOffersIsRefusedWithWhatThereIs) {
  const FakeApt apt("3-1 2-1");
  for (const Json& operation :
       {package_version({"thing"}, "9-1", true), package_download({"thing"}, "9-1", true)}) {
    const OperationResult result = apt.run(operation);
    EXPECT_FALSE(result.ok);
    EXPECT_EQ(result.message,
              "the package sources of this machine do not offer thing 9-1; they offer 3-1, 2-1");
    EXPECT_EQ(result.data.at("reason"), "not-offered");
    EXPECT_EQ(result.data.at("offered"), Json::array({"3-1", "2-1"}));
  }
  // The lists may be old, so they are fetched anew before that is said; nothing is installed.
  EXPECT_THAT(apt.asked(), AllOf(HasSubstr("update"), Not(HasSubstr("install "))));
}

TEST(NodePackage, DownloadingInstallsNothing) {
  const FakeApt apt("3-1");
  const OperationResult result = apt.run(package_download({"thing"}, "3-1", false));
  EXPECT_TRUE(result.ok && result.changed) << result.message;
  EXPECT_THAT(apt.asked(), HasSubstr("--download-only -- thing=3-1"));
  EXPECT_FALSE(apt.run(package_version({"thing"}, "2-1", false)).changed) << "2-1 is still there";
}

TEST(NodePackage, TellsWhatIsInstalled) {
  const OperationResult result = run_one(installed_packages({"bash", "no-such-package-zz"}), true,
                                         "mount -t tmpfs none /usr/lib/apt");
  EXPECT_TRUE(result.ok && !result.changed) << result.message;
  EXPECT_EQ(result.data.at("versions").at("bash").get<std::string>(),
            shell("dpkg-query -W -f '${Version}' bash").out);
  EXPECT_TRUE(result.data.at("versions").at("no-such-package-zz").is_null());
}

TEST(NodeUser, FindsExistingOnes) {
  const OperationResult there = run_one(user("daemon", "/usr/sbin", "/usr/sbin/nologin"));
  EXPECT_TRUE(there.ok && !there.changed);
  EXPECT_TRUE(run_one(user("ashlar-none"), true).changed);
  EXPECT_TRUE(run_one(user("daemon", "/other"), true).changed);
}

TEST(NodeBatch, StopsAtTheFirstFailureUnlessToldOtherwise) {
  Batch batch{.operations = {command({"true"}), command({"false"}), command({"true"})}};
  EXPECT_EQ(run(batch).results.size(), 2u);
  batch.keep_going = true;
  const BatchResult all = run(batch);
  EXPECT_EQ(all.results.size(), 3u);
  EXPECT_TRUE(all.results.at(2).ok);
  EXPECT_EQ(all.results.at(1).operation, "command false");
}

TEST(NodeBatch, ReportsFaultyOperationsOneByOneWhenItKeepsGoing) {
  const BatchResult result =
      run({.operations = {command({"true"}), {{"op", "fly"}}, {{"op", "command"}}, 7},
           .keep_going = true});
  ASSERT_EQ(result.results.size(), 4u);
  EXPECT_TRUE(result.results.at(0).ok);
  EXPECT_THAT(result.results.at(1).message, HasSubstr("has no such operation"));
  EXPECT_THAT(result.results.at(2).message, HasSubstr("`argv` is missing"));
  EXPECT_THAT(result.results.at(3).message, HasSubstr("must be a JSON object"));
}

TEST(NodeBatch, AnswersHostileInputWithAClearError) {
  const auto operation = [](const std::string& fields) {
    return R"({"operations":[{)" + fields + "}]}";
  };
  const struct {
    std::string input;
    std::string expected;
  } cases[] = {
      {"", "the batch is empty"},
      {"{", "not JSON, or was cut off"},
      {"[]", "must be a JSON object"},
      {R"({"operations":[1e999999]})", "a number that no machine can represent"},
      {"null", "must be a JSON object"},
      {"{}", "`operations` must be a list"},
      {R"({"operations":{}})", "`operations` must be a list"},
      {R"({"operations":[]} x)", "not JSON"},
      {R"({"operations":[],"extra":1})", "`extra` is unknown"},
      {R"({"operations":[],"check_only":"yes"})", "`check_only` must be true or false"},
      {R"({"operations":[1]})", "must be a JSON object"},
      {R"({"operations":[{}]})", "`op` must name the operation"},
      {R"({"operations":[{"op":7}]})", "`op` must name the operation"},
      {R"({"operations":[{"op":""}]})", "no such operation"},
      {std::string(100'000, '['), "nested deeper than 32"},
      {"{\"operations\":[\"\xff\"]}", "not JSON"},
      {std::string("{\"operations\":[\0]}", 18), "not JSON"},
      {"\xef\xbb\xbf{", "not JSON"},
      {R"({"operations":[{"op":"file","path":"/a/b","content":"cut o)",
       "was cut off: fault at byte"},
      {operation(R"("op":"file","path":"/tmp/x")"), "`content` or `content_base64` must be given"},
      {operation(R"("op":"file","path":"/tmp/x","content":"","content_base64":"")"), "not both"},
      {operation(R"("op":"file","path":"/tmp/x","content_base64":"###=")"), "must be base64"},
      {operation(R"("op":"file","path":"relative","content":"")"), "must be an absolute path"},
      {operation(R"("op":"file","path":"/a/../b","content":"")"), "must be an absolute path"},
      {operation(R"("op":"file","path":"/a//b","content":"")"), "must be an absolute path"},
      {operation(R"("op":"file","path":"/a/","content":"")"), "must be an absolute path"},
      {operation(R"("op":"file","path":"/a\u0000b","content":"")"), "must be an absolute path"},
      {operation(R"("op":"file","path":"/","content":"")"), "must not be the root"},
      {operation(R"("op":"file","path":"/a","content":"","mode":"rwx")"), "octal digits"},
      {operation(R"("op":"file","path":"/a","content":"","mode":"77777")"), "octal digits"},
      {operation(R"("op":"file","path":"/a","content":"","mode":644)"), "`mode` must be a string"},
      {operation(R"("op":"file","path":"/a","content":[])"), "`content` must be a string"},
      {operation(R"("op":"file","path":"/a","content":"","Owner":"x")"), "`Owner` is unknown"},
      {operation(R"("op":"package","names":[])"), "at least one element"},
      {operation(R"("op":"package","names":"nginx")"), "must be a list of strings"},
      {operation(R"("op":"package","names":["-o=evil"])"), "Debian package names"},
      {operation(R"("op":"package","names":["a;reboot"])"), "Debian package names"},
      {operation(R"("op":"package","names":["a"],"version":"-o=evil")"), "version of a Debian"},
      {operation(R"("op":"package","names":["a"],"version":"1 b")"), "version of a Debian"},
      {operation(R"("op":"package","names":["a"],"downgrade":true)"), "only for an exact"},
      {operation(R"("op":"installed_packages","names":["a/b"])"), "Debian package names"},
      {operation(R"("op":"user","name":"root")"), "must not be root"},
      {operation(R"("op":"user","name":"a:b")"), "letters, digits"},
      {operation(R"("op":"user","name":"a","home":"/x:0:0")"), "`home` must be an absolute path"},
      {operation(R"("op":"systemd_unit","name":"--now","state":"started")"),
       "name of a systemd unit"},
      {operation(R"("op":"systemd_unit","name":"a.service","state":"up")"), "`state` must be"},
      {operation(R"("op":"systemd_unit","name":"a.service","enabled":1)"),
       "`enabled` must be true"},
      {operation(R"("op":"sysctl","key":"../../etc/passwd","value":"1")"), "kernel parameter"},
      {operation(R"("op":"sysctl","key":"a.b","value":"1\n2")"), "must be one line"},
      {operation(R"("op":"nftables","table":"a b","ruleset":"")"), "`table` must be"},
      {operation(R"("op":"command","argv":[])"), "at least one element"},
      {operation(R"("op":"command","argv":[1])"), "must be a list of strings"},
      {operation(R"("op":"command","argv":["a\u0000b"])"), "without NUL bytes"},
      {operation(R"("op":"command","argv":["a"],"timeout_ms":-1)"), "integer from 1"},
      {operation(R"("op":"command","argv":["a"],"timeout_ms":18446744073709551615)"),
       "integer from 1"},
      {operation(R"("op":"command","argv":["a"],"timeout_ms":1.5)"), "integer from 1"},
      {operation(R"("op":"wait_for_port","port":70000)"), "integer from 1 to 65535"},
      {operation(R"("op":"wait_for_port","port":1,"address":"example.org")"), "IPv4 or IPv6"},
      {operation(R"("op":"job_start","name":"a b","argv":["x"])"), "`name` must be"},
      {operation(R"("op":"job_poll")"), "`name` is missing"},
      {operation(R"("op":"resp","port":1)"), "`commands` must be a list"},
      {operation(R"("op":"resp","port":1,"commands":[[]])"), "`commands` must be a list"},
      {operation(R"("op":"resp","port":1,"commands":[["A"]],"tls":true)"), "`ca` is missing"},
      {operation(R"("op":"resp","port":1,"commands":[["A"]],"user":"u")"), "`password` is missing"},
      {operation(R"("op":"facts","verbose":true)"), "`verbose` is unknown"},
  };
  for (const auto& [input, expected] : cases) {
    const test::Ran ran = shell(built_node_program(), input);
    EXPECT_EQ(ran.exit_code, 2) << input.substr(0, 100);
    const Result<Json> answer = parse_json(ran.out);
    ASSERT_TRUE(answer) << ran.out;
    EXPECT_THAT(answer->at("error").get<std::string>(), HasSubstr(expected))
        << input.substr(0, 100);
  }
}

TEST(NodeBatch, NeverRepeatsAValueThatMayBeSecret) {
  for (const char* input :
       {R"({"operations":[{"op":"file","content":"canary-55)",
        R"({"operations":[{"op":"command","argv":["a"],"input":["canary-55"]}]})",
        R"({"operations":[{"op":"file","path":"/a","mode":"canary-55","content":7}]})"}) {
    const test::Ran ran = shell(built_node_program(), input);
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_THAT(ran.out, Not(HasSubstr("canary-55")));
  }
}

TEST(NodeBatch, EveryPrefixOfABatchIsRefused) {
  const TemporaryFolder folder;
  const std::string text = to_text({.operations = {file(folder / "f", "x")}});
  std::string script;
  for (size_t size = 0; size < text.size(); ++size) {
    write_file_atomically(folder / fmt::format("prefix-{}", size), text.substr(0, size));
    script += fmt::format("{} < {} > /dev/null; [ $? = 2 ] || exit 1; ", built_node_program(),
                          folder / fmt::format("prefix-{}", size));
  }
  EXPECT_EQ(shell(script + "true").exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder / "f"));
}

}  // namespace
}  // namespace ashlar::machine
