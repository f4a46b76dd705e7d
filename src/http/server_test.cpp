#include "http/server.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "http/client.hpp"
#include "http/router.hpp"

namespace ashlar::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

/// A bare TCP client, for what a well-behaved one would never send.
class RawClient {
 public:
  explicit RawClient(unsigned short port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("no connection");
    }
    timeval limit{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view text) {
    while (!text.empty()) {
      const auto count = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      text.remove_prefix(static_cast<size_t>(count));
    }
  }
  /// Until the server closes, or `until` has come, or 5 s.
  std::string receive(std::string_view until = {}) {
    std::string received;
    char bytes[4096];
    while (until.empty() || received.find(until) == received.npos) {
      const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
      if (count == 0) return received + "<closed>";
      if (count < 0) return received + "<nothing>";
      received.append(bytes, static_cast<size_t>(count));
    }
    return received;
  }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

 private:
  int socket_;
};

Response echo(const Request& request) {
  return Response::json(200, {{"method", request.method},
                              {"path", request.path},
                              {"body_bytes", request.body.size()},
                              {"id", request.id}});
}

ClientRequest get(const Server& server, const std::string& path) {
  return {.url = server.url() + path};
}

TEST(Server, AnswersWithTheRequestIdTheHandlerSaw) {
  Server server({}, echo);
  Client client;
  const auto response = client.send(get(server, "/a%20b?x=1"));
  EXPECT_EQ(response.status, 200);
  const auto body = parse_json(response.body).value();
  EXPECT_EQ(body["path"], "/a b");
  EXPECT_EQ(response.headers.at("x-request-id"), body["id"]);
  EXPECT_EQ(response.headers.at("Server"), "ashlar");
}

TEST(Server, GivesHandlersDecodedQueriesHeadersBodiesAndThePeer) {
  Request seen;
  Server server({}, [&](const Request& request) {
    seen = request;
    return Response::empty(204);
  });
  Client client;
  ClientRequest request{.method = "POST", .url = server.url() + "/p?tag=a%2Bb+c&tag=2&empty"};
  request.headers = {{"X-One", "1"}, {"Content-Type", "application/json"}};
  request.body = R"({"a":1})";
  const auto response = client.send(request);
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.headers.count("Content-Length"), 0u);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.query.count("tag"), 2u);
  EXPECT_EQ(seen.query_value("tag"), "a+b c");
  EXPECT_EQ(seen.query_value("empty"), "");
  EXPECT_EQ(seen.query_value("none"), std::nullopt);
  EXPECT_EQ(seen.header("x-one"), "1");
  EXPECT_EQ(seen.json()["a"], 1);
  EXPECT_EQ(seen.peer, "127.0.0.1");
}

TEST(Server, KeepsConnectionsAndAnswersPipelinedRequestsInOrder) {
  Server server({}, echo);
  RawClient raw(server.port());
  raw.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto both = raw.receive("\"/2\"");
  EXPECT_LT(both.find("\"/1\""), both.find("\"/2\""));
  raw.send("GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(raw.receive(), HasSubstr("<closed>"));
}

TEST(Server, AnswersHeadWithTheLengthAndNoBody) {
  Server server({}, echo);
  RawClient raw(server.port());
  raw.send("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto answer = raw.receive();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: "));
  EXPECT_THAT(answer, Not(HasSubstr("Content-Length: 0")));
  EXPECT_THAT(answer, Not(HasSubstr("body_bytes")));
}

struct Malformed {
  const char* name;
  const char* bytes;
  const char* status;
};
void PrintTo(const Malformed& value, std::ostream* out) {
  *out << value.name;
}
class MalformedRequests : public ::testing::TestWithParam<Malformed> {};

TEST_P(MalformedRequests, NeverReachTheHandlerAndCloseTheConnection) {
  std::atomic<int> calls = 0;
  Server server({}, [&](const Request& request) {
    ++calls;
    return echo(request);
  });
  RawClient raw(server.port());
  raw.send(GetParam().bytes);
  const auto answer = raw.receive();
  EXPECT_THAT(answer,
              ::testing::MatchesRegex("HTTP/1.[01] " + std::string(GetParam().status) + "(.|\n)*"));
  EXPECT_THAT(answer, HasSubstr("X-Request-Id: req_"));
  EXPECT_THAT(answer, HasSubstr("application/problem+json"));
  EXPECT_THAT(answer, ::testing::EndsWith("<closed>"));
  EXPECT_EQ(calls, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Table, MalformedRequests,
    ::testing::Values(
        Malformed{"garbage", "\x16\x03\x01garbage\r\n\r\n", "400"},
        Malformed{"no host", "GET / HTTP/1.1\r\n\r\n", "400"},
        Malformed{"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
        Malformed{
            "length beside chunked",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n"
            "\r\n0\r\n\r\n",
            "400"},
        Malformed{
            "chunked beside length",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n"
            "\r\n0\r\n\r\n",
            "400"},
        Malformed{"two lengths",
                  "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                  "400"},
        Malformed{"the same length twice",
                  "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
                  "400"},
        Malformed{"a list of lengths",
                  "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\na", "400"},
        Malformed{"signed length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\na",
                  "400"},
        Malformed{"obscure coding",
                  "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                  "400"},
        Malformed{"coding list",
                  "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                  "400"},
        Malformed{"chunked twice",
                  "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                  "400"},
        Malformed{"chunked in 1.0",
                  "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                  "400"},
        Malformed{"space before colon",
                  "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                  "400"},
        Malformed{"broken chunk",
                  "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n",
                  "400"},
        Malformed{"broken escape", "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        Malformed{"escaped NUL", "GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        Malformed{"no leading slash", "GET x HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        Malformed{"odd expectation", "GET / HTTP/1.1\r\nHost: h\r\nExpect: miracles\r\n\r\n",
                  "417"}));

TEST(Server, RefusesBodiesBeyondTheLimitAnnouncedOrNot) {
  ServerOptions options;
  options.most_body_bytes = 1000;
  Server server(options, echo);
  Client client;
  ClientRequest request{.method = "POST", .url = server.url() + "/"};
  request.body = std::string(1000, 'x');
  EXPECT_EQ(client.send(request).status, 200);
  request.body = std::string(1'000'000, 'x');
  EXPECT_EQ(client.send(request).status, 413);

  RawClient raw(server.port());
  raw.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
           std::string(2000, 'x') + "\r\n0\r\n\r\n");
  EXPECT_THAT(raw.receive(), StartsWith("HTTP/1.1 413 "));
}

TEST(Server, RefusesHeadersBeyondTheLimit) {
  Server server({}, echo);
  RawClient raw(server.port());
  raw.send("GET / HTTP/1.1\r\nHost: h\r\nX-Long: " + std::string(100'000, 'x') + "\r\n\r\n");
  EXPECT_THAT(raw.receive(), StartsWith("HTTP/1.1 431 "));
}

TEST(Server, AnswersExpectContinue) {
  Server server({}, echo);
  RawClient raw(server.port());
  raw.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(raw.receive("\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue"));
  raw.send("ab");
  EXPECT_THAT(raw.receive("body_bytes"), StartsWith("HTTP/1.1 200 OK"));
}

TEST(Server, GivesUpOnSlowSendersWithoutHinderingOthers) {
  ServerOptions options;
  options.read_timeout_seconds = 1;
  options.threads = 1;
  Server server(options, echo);
  RawClient slow(server.port());
  slow.send("GET / HTTP/1.1\r\nHost: h\r\n");
  RawClient slow_body(server.port());
  slow_body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nab");
  Client client;
  EXPECT_EQ(client.send(get(server, "/")).status, 200);
  std::this_thread::sleep_for(600ms);
  slow.send("X-Still: here\r\n");  // a byte now and then does not extend the limit
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(slow.receive(), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(slow_body.receive(), StartsWith("HTTP/1.1 408 "));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 900ms);
}

TEST(Server, ManyIdleConnectionsDoNotStarveHandlers) {
  ServerOptions options;
  options.threads = 2;
  Server server(options, echo);
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 200; ++i) idle.push_back(std::make_unique<RawClient>(server.port()));
  Client client;
  EXPECT_EQ(client.send(get(server, "/")).status, 200);
  idle.back()->send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(idle.back()->receive("body_bytes"), StartsWith("HTTP/1.1 200"));
}

TEST(Server, ClosesConnectionsIdleForTooLong) {
  ServerOptions options;
  options.idle_timeout_seconds = 1;
  Server server(options, echo);
  RawClient raw(server.port());
  EXPECT_EQ(raw.receive(), "<closed>");
}

TEST(Server, RunsHandlersInParallel) {
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0;
  Server server({}, [&](const Request& request) {
    std::unique_lock lock(mutex);
    ++inside;
    changed.notify_all();
    // Each returns only once all four are inside.
    const bool together = changed.wait_for(lock, 5s, [&] { return inside == 4; });
    return together ? echo(request) : Response::empty(500);
  });
  Client client;
  std::atomic<int> good = 0;
  std::vector<std::jthread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] { good += client.send(get(server, "/")).status == 200; });
  }
  callers.clear();
  EXPECT_EQ(good, 4);
}

TEST(Server, SurvivesManyConcurrentRequests) {
  Server server({}, echo);
  Client client;
  std::atomic<int> good = 0;
  std::vector<std::jthread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      ClientRequest request{.method = "PUT", .url = server.url() + "/x"};
      request.body = std::string(50'000, 'y');
      for (int j = 0; j < 50; ++j) {
        const auto response = client.send(request);
        good += response.status == 200 && response.body.find("50000") != response.body.npos;
      }
    });
  }
  callers.clear();
  EXPECT_EQ(good, 400);
}

TEST(Server, HidesWhatHandlersThrow) {
  Server server({}, [](const Request&) -> Response { throw std::runtime_error("inner detail"); });
  Client client;
  const auto response = client.send(get(server, "/"));
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, Not(HasSubstr("inner detail")));
  EXPECT_EQ(parse_json(response.body).value()["request_id"], response.headers.at("X-Request-Id"));
}

TEST(Server, DropsHeaderValuesWithLineBreaks) {
  Server server({}, [](const Request&) {
    auto response = Response::empty(200);
    response.headers["X-Evil"] = "a\r\nSet-Cookie: b";
    return response;
  });
  Client client;
  const auto response = client.send(get(server, "/"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.count("Set-Cookie"), 0u);
}

TEST(Server, StreamsInChunksUntilTheFunctionReturns) {
  Server server({}, [](const Request&) {
    Response response;
    response.headers["Content-Type"] = "text/event-stream";
    response.stream = [](Stream& stream) {
      for (int i = 0; i < 3; ++i) stream.send(sse_event(std::to_string(i), "tick", "a\nb"));
    };
    return response;
  });
  Client client;
  std::vector<std::string> events;
  SseParser parser([&](auto id, auto event, auto data) {
    events.push_back(std::string(id) + "|" + std::string(event) + "|" + std::string(data));
  });
  const auto response = client.stream(get(server, "/"), [&](std::string_view bytes) {
    parser.feed(bytes);
    return true;
  });
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("Transfer-Encoding"), "chunked");
  EXPECT_THAT(response.headers.at("X-Request-Id"), StartsWith("req_"));
  EXPECT_THAT(events, ::testing::ElementsAre("0|tick|a\nb", "1|tick|a\nb", "2|tick|a\nb"));

  RawClient old(server.port());
  old.send("GET / HTTP/1.0\r\n\r\n");
  const auto answer = old.receive();
  EXPECT_THAT(answer, Not(HasSubstr("chunked")));
  EXPECT_THAT(answer, HasSubstr("\r\n\r\nid: 0\nevent: tick\n"));
}

TEST(Server, TellsAStreamThatItsClientHasGone) {
  std::atomic<bool> ended = false;
  Server server({}, [&](const Request&) {
    Response response;
    response.stream = [&](Stream& stream) {
      stream.send("hello\n");
      while (stream.open()) std::this_thread::sleep_for(5ms);
      ended = !stream.send("more");
    };
    return response;
  });
  RawClient raw(server.port());
  raw.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  raw.receive("hello");
  raw.close();
  for (int i = 0; i < 400 && !ended; ++i) std::this_thread::sleep_for(5ms);
  EXPECT_TRUE(ended);
}

TEST(Server, BoundsStreamsAndFreesTheirPlaces) {
  ServerOptions options;
  options.most_streams = 1;
  Server server(options, [](const Request&) {
    Response response;
    response.stream = [](Stream& stream) {
      stream.send("begin");
      while (stream.open()) std::this_thread::sleep_for(5ms);
    };
    return response;
  });
  Client client;
  {
    RawClient first(server.port());
    first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    first.receive("begin");
    EXPECT_EQ(client.send(get(server, "/")).status, 503);
  }
  int status = 503;
  for (int i = 0; i < 200 && status == 503; ++i) {
    std::this_thread::sleep_for(10ms);
    status = client.stream(get(server, "/"), [](std::string_view) { return false; }).status;
  }
  EXPECT_EQ(status, 200);
}

TEST(Server, CutsOffAStreamWhoseFunctionThrows) {
  Server server({}, [](const Request&) {
    Response response;
    response.stream = [](Stream& stream) {
      stream.send("half");
      throw std::runtime_error("gone wrong");
    };
    return response;
  });
  RawClient raw(server.port());
  raw.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto answer = raw.receive();
  EXPECT_THAT(answer, HasSubstr("half"));
  EXPECT_THAT(answer, Not(HasSubstr("\r\n0\r\n\r\n")));
}

TEST(Server, StopsWithinASecondEndingStreamsAndLettingHandlersAnswer) {
  std::atomic<bool> in_handler = false;
  auto server = std::make_unique<Server>(ServerOptions{}, [&](const Request& request) {
    if (request.path == "/slow") {
      in_handler = true;
      std::this_thread::sleep_for(300ms);
      return Response::text(200, "done");
    }
    Response response;
    response.stream = [](Stream& stream) {
      stream.send("begin");
      while (stream.open()) std::this_thread::sleep_for(20ms);
    };
    return response;
  });
  RawClient idle(server->port());
  RawClient streaming(server->port());
  streaming.send("GET /s HTTP/1.1\r\nHost: h\r\n\r\n");
  streaming.receive("begin");
  RawClient slow(server->port());
  slow.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  while (!in_handler) std::this_thread::sleep_for(1ms);
  const auto begin = std::chrono::steady_clock::now();
  server.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  const auto answer = slow.receive();
  EXPECT_THAT(answer, HasSubstr("done"));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

TEST(Server, SaysWhyItCannotListen) {
  Server first({}, echo);
  ServerOptions options;
  options.port = first.port();
  try {
    Server second(options, echo);
    FAIL() << "two servers share a port";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
    EXPECT_THAT(error.message(), HasSubstr(std::to_string(first.port())));
  }
}

}  // namespace
}  // namespace ashlar::http
