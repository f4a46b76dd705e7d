// The operation "resp" against a real redis-server, in clear and through TLS.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/paths.hpp"
#include "machine/batch.hpp"
#include "machine/test_support.hpp"

namespace ashlar::machine {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A redis-server with a clear port and a TLS port, ended with this.
class RedisServer {
 public:
  RedisServer() {
    const std::string make_certificates = fmt::format(
        "cd {} && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "
        "ca.key "
        "-out ca.pem -subj /CN=test-ca -days 2 && openssl req -newkey ec -pkeyopt "
        "ec_paramgen_curve:P-256 -nodes -keyout key.pem -out csr.pem -subj /CN=redis && "
        "printf 'subjectAltName=IP:127.0.0.1,DNS:redis.test' > san && openssl x509 -req -in "
        "csr.pem "
        "-CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out cert.pem",
        folder_.path());
    if (test::shell("(" + make_certificates + ") 2>/dev/null").exit_code != 0)
      throw std::runtime_error("openssl cannot make certificates");
    // A port that was free may be taken before the server binds it: other suites run beside this.
    for (int attempt = 0; attempt < 5; ++attempt)
      if (start()) return;
    const std::string log = folder_ / "log";
    throw std::runtime_error("redis-server (of package redis-tools) did not start: " +
                             (std::filesystem::exists(log) ? read_file(log) : "it wrote no log"));
  }
  ~RedisServer() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  static OperationResult run(const Json& operation) {
    const test::Ran ran = test::shell(built_node_program(), to_text({.operations = {operation}}));
    return batch_result_from_json(Json::parse(ran.out)).results.at(0);
  }

  RespEndpoint clear() const { return {.port = port_, .user = "admin", .password = "pass-Wd-81"}; }
  RespEndpoint tls() const {
    return {.port = tls_port_,
            .user = "admin",
            .password = "pass-Wd-81",
            .tls = true,
            .ca = folder_ / "ca.pem"};
  }
  const test::TemporaryFolder& folder() const { return folder_; }

 private:
  /// Whether it answers; when it does not, it has ended.
  bool start() {
    port_ = test::free_port();
    tls_port_ = test::free_port();
    write_file_atomically(
        folder_ / "redis.conf",
        fmt::format("bind 127.0.0.1\nport {}\ntls-port {}\ntls-ca-cert-file {}\ntls-cert-file {}\n"
                    "tls-key-file {}\ntls-auth-clients optional\nsave \"\"\ndir {}\nlogfile {}\n"
                    "user default off\nuser admin on >pass-Wd-81 ~* &* +@all\n",
                    port_, tls_port_, folder_ / "ca.pem", folder_ / "cert.pem", folder_ / "key.pem",
                    folder_.path(), folder_ / "log"));
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      // Debian's redis-tools holds the server's program, which goes by the name it is called with.
      ::execl("/usr/bin/redis-check-rdb", "redis-server", (folder_ / "redis.conf").c_str(),
              nullptr);
      ::_exit(127);
    }
    for (int look = 0; look < 60; ++look) {
      const bool answers = run(wait_for_port("127.0.0.1", tls_port_, Millis{1'000})).ok;
      // Whoever answers then is somebody else, who took the port first.
      if (::waitpid(pid_, nullptr, WNOHANG) == pid_) return false;
      if (answers) return true;
    }
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    return false;
  }

  test::TemporaryFolder folder_;
  int port_ = 0;
  int tls_port_ = 0;
  pid_t pid_ = -1;
};

class NodeResp : public testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = new RedisServer; }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }
  static inline RedisServer* server_ = nullptr;
};

TEST_F(NodeResp, AnswersWithTypedRepliesBothWays) {
  const std::string odd = "spaces \"quotes\" \r\n *3\r\n";
  for (const RespEndpoint& endpoint : {server_->clear(), server_->tls()}) {
    const OperationResult result = RedisServer::run(resp(endpoint, {{"FLUSHALL"},
                                                                    {"SET", "k", odd},
                                                                    {"GET", "k"},
                                                                    {"GET", "none"},
                                                                    {"INCR", "n"},
                                                                    {"RPUSH", "l", "a", ""},
                                                                    {"LRANGE", "l", "0", "-1"}}));
    ASSERT_TRUE(result.ok) << result.message;
    EXPECT_TRUE(result.changed);
    EXPECT_EQ(result.data.at("replies"),
              Json::array({"OK", "OK", odd, nullptr, 1, 2, Json::array({"a", ""})}));
  }
}

TEST_F(NodeResp, MovesLargeValues) {
  const std::string large(3 << 20, 'v');
  for (const RespEndpoint& endpoint : {server_->clear(), server_->tls()}) {
    const OperationResult result =
        RedisServer::run(resp(endpoint, {{"SET", "large", large}, {"GET", "large"}}));
    ASSERT_TRUE(result.ok) << result.message;
    EXPECT_EQ(result.data.at("replies").at(1), large);
  }
}

TEST_F(NodeResp, NamesTheCommandThatFailedAndNotItsArguments) {
  const std::vector<std::vector<std::string>> commands = {
      {"CONFIG", "SET", "no-such", "canary-12"}};
  const OperationResult result = RedisServer::run(resp(server_->clear(), commands));
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.message,
              AllOf(HasSubstr("answered CONFIG: ERR"), Not(HasSubstr("canary-12"))));
  const OperationResult kept = RedisServer::run(resp(server_->clear(), commands, true, false));
  EXPECT_TRUE(kept.ok && !kept.changed);
  EXPECT_TRUE(kept.data.at("replies").at(0).contains("error"));
}

TEST_F(NodeResp, SaysWhyItWasRefused) {
  RespEndpoint wrong = server_->tls();
  wrong.password = "wrong-Pw-99";
  const OperationResult result = RedisServer::run(resp(wrong, {{"PING"}}));
  EXPECT_THAT(result.message, AllOf(HasSubstr("refuses the user or password"),
                                    HasSubstr("WRONGPASS"), Not(HasSubstr("wrong-Pw-99"))));
  EXPECT_THAT(RedisServer::run(resp({.port = test::free_port()}, {{"PING"}})).message,
              HasSubstr("Connection refused"));
}

TEST_F(NodeResp, VerifiesTheServersCertificate) {
  RespEndpoint named = server_->tls();
  named.server_name = "redis.test";
  EXPECT_TRUE(RedisServer::run(resp(named, {{"PING"}})).ok);
  named.server_name = "other.test";
  EXPECT_THAT(RedisServer::run(resp(named, {{"PING"}})).message, HasSubstr("ostname mismatch"));
  RespEndpoint stranger = server_->tls();
  stranger.ca = "/etc/ssl/certs/ca-certificates.crt";
  const OperationResult result = RedisServer::run(resp(stranger, {{"PING"}}));
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.message, HasSubstr("certificate"));
}

// What docs/node-protocol.md says of redis-cli, kept true.
TEST_F(NodeResp, RedisCliTakesItsPasswordFromStandardInput) {
  const RespEndpoint endpoint = server_->tls();
  const OperationResult result =
      RedisServer::run(query({"redis-cli", "-h", "127.0.0.1", "-p", std::to_string(endpoint.port),
                              "--tls", "--cacert", endpoint.ca},
                             "AUTH admin pass-Wd-81\nSET cli \"a b\"\nGET cli\n"));
  ASSERT_TRUE(result.ok) << result.message;
  EXPECT_EQ(result.data.at("stdout"), "OK\nOK\na b\n");
}

}  // namespace
}  // namespace ashlar::machine
