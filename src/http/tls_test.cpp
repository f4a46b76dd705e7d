// The server and the client over TLS.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/certificate.hpp"
#include "base/file.hpp"
#include "http/client.hpp"
#include "http/server.hpp"

namespace ashlar::http {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    std::string name = (std::filesystem::temp_directory_path() / "tls-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    write_file_atomically(directory_ / "authority.pem", authority_);
  }
  ~TlsTest() override { std::filesystem::remove_all(directory_); }

  ServerCertificate identity(const std::string& address = "127.0.0.1") const {
    const Secret key = generate_key();
    const CertificateRequest request{.name = "server", .dns_names = {}, .addresses = {address}};
    return {issue_certificate(request, key, authority_, authority_key_, 10, now_), key};
  }
  ServerOptions options(const std::string& address = "127.0.0.1") const {
    ServerOptions made;
    made.tls = identity(address);
    return made;
  }
  ClientOptions trusting() const {
    return {.authorities_file = (directory_ / "authority.pem").string()};
  }

  const Time now_ = SystemClock().now();
  const Secret authority_key_ = generate_key();
  const std::string authority_ = make_authority(authority_key_, "test authority", now_);
  std::filesystem::path directory_;
};

Response scheme_of(const Request& request) {
  return Response::json(200, {{"scheme", request.scheme}, {"bytes", request.body.size()}});
}

TEST_F(TlsTest, AnswersWhoTrustsItsAuthority) {
  Server server(options(), scheme_of);
  EXPECT_THAT(server.url(), StartsWith("https://127.0.0.1:"));
  Client client(trusting());
  for (int i = 0; i < 3; ++i) {  // on one connection
    const auto answer = client.send({.url = server.url() + "/"});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(parse_json(answer.body)->at("scheme"), "https");
  }
  const auto large =
      client.send({.method = "POST", .url = server.url() + "/", .body = std::string(1 << 20, 'x')});
  EXPECT_EQ(parse_json(large.body)->at("bytes"), 1 << 20);
}

TEST_F(TlsTest, IsNotTrustedByOthersNorUnderAnotherAddress) {
  const auto code_of = [](Client& client, const std::string& url) {
    try {
      client.send({.url = url});
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kInternal;
  };
  Server server(options(), scheme_of);
  Client stranger;
  EXPECT_EQ(code_of(stranger, server.url()), ErrorCode::kUntrusted);
  Server elsewhere(options("10.9.8.7"), scheme_of);
  Client client(trusting());
  EXPECT_EQ(code_of(client, elsewhere.url()), ErrorCode::kUntrusted);
}

TEST_F(TlsTest, PlainHttpGetsNoAnswerAndDisturbsNobody) {
  Server server(options(), scheme_of);
  Client client(trusting());
  const std::string plain = "http" + server.url().substr(5);
  EXPECT_THROW(client.send({.url = plain, .timeout = 5s}), Error);
  EXPECT_EQ(client.send({.url = server.url()}).status, 200);
}

TEST_F(TlsTest, StreamsAndDropsAsPlainOnesDo) {
  Server server(options(), [](const Request& request) {
    Response response;
    response.drop_connection = request.path == "/drop";
    response.stream = [](Stream& stream) {
      for (int i = 0; i < 5; ++i) stream.send(std::string(50'000, 'y'));
    };
    return response;
  });
  Client client(trusting());
  size_t received = 0;
  const auto head = client.stream({.url = server.url() + "/stream"}, [&](std::string_view piece) {
    received += piece.size();
    return true;
  });
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(received, 250'000u);
  EXPECT_THROW(client.send({.method = "POST", .url = server.url() + "/drop", .body = "x"}), Error);
}

TEST_F(TlsTest, StopsWhileClientsAreConnected) {
  auto server = std::make_unique<Server>(options(), scheme_of);
  Client client(trusting());
  EXPECT_EQ(client.send({.url = server->url()}).status, 200);  // the connection stays
  const auto began = std::chrono::steady_clock::now();
  server.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
}

TEST_F(TlsTest, RefusesACertificateThatIsNotItsKeys) {
  ServerOptions mixed = options();
  mixed.tls->key = generate_key();
  EXPECT_THROW(Server(mixed, scheme_of), Error);
  mixed.tls->chain = "nonsense";
  try {
    Server server(mixed, scheme_of);
    FAIL() << "it was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
    EXPECT_THAT(error.message(), HasSubstr("certificate or key"));
  }
}

}  // namespace
}  // namespace ashlar::http
