#include "cli/cli.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <sstream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/testing/paths.hpp"
#include "base/version.hpp"
#include "cli/help.hpp"
#include "cli/text.hpp"

namespace ashlar::cli {
namespace {

using testing::HasSubstr;

struct Ran {
  int code = 0;
  std::string out, err;
};

Ran run_with(std::vector<std::string> words, const ServeFn& serve = {}) {
  words.insert(words.begin(), "ashlar");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Ran ran;
  ran.code = run(static_cast<int>(arguments.size()), arguments.data(), serve);
  ran.out = testing::internal::GetCapturedStdout();
  ran.err = testing::internal::GetCapturedStderr();
  return ran;
}

class Help : public testing::TestWithParam<std::string> {};
TEST_P(Help, FitsEightyColumns) {
  const Ran ran = run_with(GetParam().empty() ? std::vector<std::string>{"--help"}
                                              : std::vector<std::string>{GetParam(), "--help"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "");
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns(line), 80u) << line;
  if (!GetParam().empty() && GetParam() != "version") {
    EXPECT_THAT(ran.out, HasSubstr("Examples:"));
  }
}
INSTANTIATE_TEST_SUITE_P(Commands, Help,
                         testing::Values("", "kinds", "plan", "apply", "get", "describe", "delete",
                                         "credentials", "operations", "orphans", "tokens",
                                         "create-token", "revoke", "watch", "retry", "cancel",
                                         "serve", "doctor", "version", "upgrade", "downgrade",
                                         "stop", "start", "switchover", "rotate", "heal", "drift"));

TEST(Cli, ExitCodesInTheHelpAreThoseOfTheErrorTable) {
  for (int i = 0; i <= static_cast<int>(ErrorCode::kInternal); ++i) {
    const int code = info(static_cast<ErrorCode>(i)).exit_code;
    EXPECT_THAT(std::string(kExitCodes),
                testing::ContainsRegex("(^| )" + std::to_string(code) + " [a-z]"));
  }
}

TEST(Cli, WithoutACommandItTeaches) {
  const Ran ran = run_with({});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.out, HasSubstr("ashlar apply -f"));
}

TEST(Cli, AnUnknownCommandIsNamed) {
  const Ran ran = run_with({"deploy"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("there is no command 'deploy'"));
}

TEST(Cli, BadUsageIsBadInput) {
  EXPECT_EQ(run_with({"apply"}).code, 2);
  EXPECT_EQ(run_with({"apply", "--frobnicate"}).code, 2);
  EXPECT_EQ(run_with({"get", "redis", "a", "b"}).code, 2);
  EXPECT_EQ(run_with({"get", "-o", "xml"}).code, 2);
  EXPECT_EQ(run_with({"get", "--server", "not a url"}).code, 2);
  EXPECT_EQ(run_with({"serve", "--workers", "0"}).code, 2);
}

TEST(Cli, ServeHandsItsOptionsOver) {
  ServeOptions got;
  const Ran ran =
      run_with({"serve", "--listen", "127.0.0.1:0", "--data", "/tmp/x", "--workers", "3",
                "--digitalocean-token-file", "/tmp/token", "--digitalocean-ca",
                "/tmp/authority.pem", "--packages-ca", "/tmp/packages.pem", "--log-level", "debug"},
               [&](const ServeOptions& options) {
                 got = options;
                 return 42;
               });
  EXPECT_EQ(ran.code, 42);
  EXPECT_EQ(got.listen, "127.0.0.1:0");
  EXPECT_EQ(got.data, "/tmp/x");
  EXPECT_EQ(got.workers, 3u);
  EXPECT_EQ(got.digitalocean_token_file, "/tmp/token");
  EXPECT_EQ(got.digitalocean_authorities_file, "/tmp/authority.pem");
  EXPECT_EQ(got.packages_authorities_file, "/tmp/packages.pem");
  EXPECT_EQ(got.digitalocean_url, "https://api.digitalocean.com");
  EXPECT_EQ(got.log_level, "debug");
}

TEST(Cli, AFlagWinsOverTheEnvironment) {
  setenv("ASHLAR_DIGITALOCEAN_TOKEN_FILE", "/from/environment", 1);
  setenv("ASHLAR_LISTEN", "127.0.0.1:1", 1);
  ServeOptions got;
  const ServeFn serve = [&](const ServeOptions& options) {
    got = options;
    return 0;
  };
  EXPECT_EQ(run_with({"serve", "--listen", "127.0.0.1:2"}, serve).code, 0);
  unsetenv("ASHLAR_DIGITALOCEAN_TOKEN_FILE");
  unsetenv("ASHLAR_LISTEN");
  EXPECT_EQ(got.digitalocean_token_file, "/from/environment");
  EXPECT_EQ(got.listen, "127.0.0.1:2");
}

TEST(Cli, ServeNeedsAProviderToken) {
  const Ran ran = run_with({"serve"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--digitalocean-token-file"));
}

TEST(Cli, ErrorsOfTheServerGetTheirExitCode) {
  const Ran ran =
      run_with({"serve", "--digitalocean-token-file", "x"}, [](const ServeOptions&) -> int {
        throw Error(ErrorCode::kUntrusted, "the host key changed", "compare the fingerprints");
      });
  EXPECT_EQ(ran.code, 9);
  EXPECT_EQ(ran.err, "error: the host key changed\n  → compare the fingerprints\n");
}

TEST(Cli, NoServerIsNoAnswer) {
  const Ran ran = run_with({"get", "--server", "http://127.0.0.1:1", "--token-file",
                            source_folder() + "/CMakeLists.txt"});
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.code, 0);
}

TEST(Cli, TheVersionIsTheProjects) {
  EXPECT_THAT(read_file(source_folder() + "/CMakeLists.txt"),
              HasSubstr("VERSION " + std::string(kVersion) + " "));
  EXPECT_EQ(run_with({"--version"}).out, "ashlar " + std::string(kVersion) + "\n");
}

}  // namespace
}  // namespace ashlar::cli
