#include "http/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "http/router.hpp"
#include "http/server.hpp"

namespace ashlar::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

ErrorCode code_of(Client& client, const ClientRequest& request) {
  try {
    client.send(request);
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "there was an answer";
  return ErrorCode::kInternal;
}

TEST(Client, SaysUnavailableWhenNothingWasSent) {
  unsigned short port = 0;
  {
    Server server({}, [](const Request&) { return Response::empty(200); });
    port = server.port();
  }
  Client client;
  EXPECT_EQ(code_of(client, {.url = "http://127.0.0.1:" + std::to_string(port)}),
            ErrorCode::kUnavailable);
  EXPECT_EQ(code_of(client, {.url = "http://name.invalid/"}), ErrorCode::kUnavailable);
}

TEST(Client, SaysTimeoutWhenItWasSentAndNoAnswerCame) {
  Server server({}, [](const Request& request) {
    if (request.path == "/drop") {
      Response response;
      response.drop_connection = true;
      return response;
    }
    std::this_thread::sleep_for(500ms);
    return Response::empty(200);
  });
  Client client;
  EXPECT_EQ(code_of(client, {.url = server.url() + "/slow", .timeout = 100ms}),
            ErrorCode::kTimeout);
  EXPECT_EQ(code_of(client, {.method = "POST", .url = server.url() + "/drop", .body = "x"}),
            ErrorCode::kTimeout);
}

TEST(Client, EndsWhatHasFallenSilent) {
  Server server({}, [](const Request&) {
    Response response;
    response.stream = [](Stream& stream) {
      stream.send("a beginning");
      while (stream.open()) std::this_thread::sleep_for(20ms);
    };
    return response;
  });
  Client client;
  const ClientRequest request{.url = server.url(), .timeout = 60s, .stall_timeout = 1s};
  const auto begin = std::chrono::steady_clock::now();
  try {
    client.stream(request, [](std::string_view) { return true; });
    ADD_FAILURE() << "it ended by itself";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kTimeout);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
}

TEST(Client, TellsTheHeadBeforeTheFirstByteButNotThatOfAnError) {
  Server server({}, [](const Request& request) {
    return Response::text(request.path == "/no" ? 404 : 206, "body");
  });
  Client client;
  std::vector<std::string> told;
  ClientRequest request{.url = server.url() + "/yes"};
  request.on_head = [&](const ClientResponse& head) {
    told.push_back(std::to_string(head.status) + " " + head.headers.at("Content-Length"));
    return true;
  };
  const auto take = [&](std::string_view bytes) {
    told.emplace_back(bytes);
    return true;
  };
  client.stream(request, take);
  request.url = server.url() + "/no";
  EXPECT_EQ(client.stream(request, take).body, "body");
  EXPECT_THAT(told, ElementsAre("206 4", "body"));
}

TEST(Client, ShowsUrlsWithoutWhatMayBeSecret) {
  EXPECT_EQ(shown_url("https://me:word@host:1/a@b?token=c#d"), "https://host:1/a@b");
  EXPECT_EQ(shown_url("https://host/a"), "https://host/a");
  EXPECT_EQ(shown_url("https://me:w@rd@host/a"), "an address that cannot be read");
}

TEST(Client, NeverSendsAPostTwiceOnItsOwn) {
  std::atomic<int> posts = 0;
  Server server({}, [&](const Request& request) {
    Response response = Response::empty(200);
    if (request.method == "POST") {
      ++posts;
      response.drop_connection = true;
    }
    return response;
  });
  Client client;
  // A kept connection exists, on which libcurl would send again what got no answer.
  EXPECT_EQ(client.send({.url = server.url()}).status, 200);
  EXPECT_EQ(code_of(client, {.method = "POST", .url = server.url(), .body = "x"}),
            ErrorCode::kTimeout);
  EXPECT_EQ(posts, 1);
}

TEST(Client, KeepsItsConnections) {
  std::atomic<int> calls = 0;
  Server server({.most_connections = 1}, [&](const Request&) {
    ++calls;
    return Response::empty(200);
  });
  Client client;
  // With room for one connection only, the second request succeeds only over the first's.
  EXPECT_EQ(client.send({.url = server.url()}).status, 200);
  EXPECT_EQ(client.send({.url = server.url()}).status, 200);
  EXPECT_EQ(calls, 2);
}

TEST(Client, SendsEveryMethodWithItsBodyAndKeepsErrorsAsAnswers) {
  Server server({}, [](const Request& request) {
    return Response::text(418, request.method + ":" + request.body);
  });
  Client client;
  for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
    const auto response = client.send({.method = method, .url = server.url(), .body = "b"});
    EXPECT_EQ(response.status, 418);
    EXPECT_EQ(response.body, method + ":b");
  }
  const auto head = client.send({.method = "HEAD", .url = server.url()});
  EXPECT_EQ(head.status, 418);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(client.send({.method = "POST", .url = server.url()}).body, "POST:");
}

TEST(Client, DoesNotFollowRedirects) {
  Server server({}, [](const Request&) {
    auto response = Response::empty(302);
    response.headers["Location"] = "http://127.0.0.1:1/";
    return response;
  });
  Client client;
  const auto response = client.send({.url = server.url()});
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(response.headers.at("location"), "http://127.0.0.1:1/");
}

TEST(Client, RefusesOtherSchemesAndHeadersWithLineBreaks) {
  Client client;
  EXPECT_EQ(code_of(client, {.url = "file:///etc/passwd"}), ErrorCode::kInvalidInput);
  EXPECT_EQ(code_of(client, {.url = "http://127.0.0.1:1/", .headers = {{"X", "a\r\nY: b"}}}),
            ErrorCode::kInvalidInput);
}

TEST(Client, KeepsQueriesAndPasswordsOutOfErrors) {
  Client client;
  try {
    client.send({.url = "http://me:hunter22@127.0.0.1:1/path?key=canary"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/path"));
    EXPECT_THAT(error.what(), Not(HasSubstr("canary")));
    EXPECT_THAT(error.what(), Not(HasSubstr("hunter22")));
  }
}

TEST(Client, StopsAStreamWhenToldAndCollectsErrorBodies) {
  Server server({}, [](const Request& request) {
    if (request.path == "/no") return Response::text(403, "refused");
    Response response;
    response.stream = [](Stream& stream) {
      while (stream.send("tick\n")) std::this_thread::sleep_for(1ms);
    };
    return response;
  });
  Client client;
  size_t taken = 0;
  const auto response =
      client.stream({.url = server.url() + "/yes", .timeout = 0ms},
                    [&](std::string_view bytes) { return (taken += bytes.size()) < 20; });
  EXPECT_EQ(response.status, 200);
  EXPECT_GE(taken, 20u);
  const auto refused = client.stream({.url = server.url() + "/no"}, [](std::string_view) {
    ADD_FAILURE() << "an error's body was streamed";
    return true;
  });
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body, "refused");
  EXPECT_THROW(client.stream({.url = server.url() + "/yes"},
                             [](std::string_view) -> bool { throw std::logic_error("mine"); }),
               std::logic_error);
}

TEST(Client, AsksWhileNothingComesAndEndsTheStreamOnFalse) {
  Server server({}, [](const Request&) {
    Response response;
    response.stream = [](Stream& stream) {
      stream.send("first");
      while (stream.open()) std::this_thread::sleep_for(5ms);
    };
    return response;
  });
  Client client;
  std::string taken;
  int asked = 0;
  const auto response =
      client.stream({.url = server.url(),
                     .timeout = 0ms,
                     .while_waiting = [&] { return taken.empty() || ++asked < 2; }},
                    [&](std::string_view bytes) {
                      taken += bytes;
                      return true;
                    });
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(taken, "first");
  EXPECT_EQ(asked, 2);
  EXPECT_THROW(client.send({.url = server.url(),
                            .while_waiting = []() -> bool { throw std::logic_error("mine"); }}),
               std::logic_error);
}

std::vector<std::string> events_of(std::string_view text, size_t piece) {
  std::vector<std::string> events;
  SseParser parser([&](auto id, auto event, auto data) {
    events.push_back(std::string(id) + "|" + std::string(event) + "|" + std::string(data));
  });
  for (size_t i = 0; i < text.size(); i += piece) parser.feed(text.substr(i, piece));
  return events;
}

TEST(SseParser, ReadsTheStandardsExamplesCutAnywhere) {
  constexpr std::string_view kText =
      "\xEF\xBB\xBF: a comment\n\nid: 1\nevent: add\ndata: 7\r\n\r\ndata:no space\rdata:  two\r\r"
      "data\n\nid\ndata\ndata\n\nevent: lost\n\ndata: x\nfoo: bar\nretry: 9\n\ndata: unfinished";
  for (size_t piece = 1; piece <= kText.size(); ++piece) {
    EXPECT_THAT(events_of(kText, piece), ElementsAre("1|add|7", "1|message|no space\n two",
                                                     "1|message|", "|message|\n", "|message|x"))
        << "in pieces of " << piece;
  }
}

TEST(SseParser, TakesBackWhatSseEventWrites) {
  EXPECT_THAT(events_of(sse_event("42", "step", "a\nb\r\nc\rd"), 3),
              ElementsAre("42|step|a\nb\nc\nd"));
}

Response named(const std::string& name, const Request& request) {
  std::string text = name;
  for (const auto& [key, value] : request.path_parameters) text += " " + key + "=" + value;
  return Response::text(200, text);
}
std::function<Response(const Request&)> handler(const std::string& name) {
  return [name](const Request& request) { return named(name, request); };
}
Response ask(const Router& router, const std::string& method, const std::string& path) {
  Request request;
  request.id = "req_1";
  request.method = method;
  request.path = path;
  return dispatch(router, request);
}

TEST(Router, PrefersLiteralsAndFillsParameters) {
  Router router;
  router.add("GET", "/servers/{id}", handler("one"));
  router.add("GET", "/servers/mine", handler("mine"));
  router.add("GET", "/servers", handler("all"));
  router.add("GET", "/files/{path...}", handler("file"));
  router.add("GET", "/servers/{id}/nodes/{node}", handler("node"));
  EXPECT_EQ(ask(router, "GET", "/servers").body, "all");
  EXPECT_EQ(ask(router, "GET", "/servers/mine").body, "mine");
  EXPECT_EQ(ask(router, "GET", "/servers/7").body, "one id=7");
  EXPECT_EQ(ask(router, "GET", "/servers/7/nodes/m-1").body, "node id=7 node=m-1");
  EXPECT_EQ(ask(router, "GET", "/files/a/b").body, "file path=a/b");
  EXPECT_EQ(ask(router, "GET", "/files/").body, "file path=");
  EXPECT_EQ(ask(router, "HEAD", "/servers/7").body, "one id=7");
  EXPECT_EQ(router.match("GET", "/servers/7").pattern, "/servers/{id}");
}

TEST(Router, AnswersWhatIsNotThere) {
  Router router;
  router.add("GET", "/a/{id}", handler("get"));
  router.add("DELETE", "/a/{id}", handler("delete"));
  const auto missing = ask(router, "GET", "/b");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.headers.at("Content-Type"), "application/problem+json");
  EXPECT_EQ(parse_json(missing.body).value()["status"], 404);
  EXPECT_EQ(ask(router, "GET", "/a/").status, 404);
  EXPECT_EQ(ask(router, "GET", "/a/1/").status, 404);
  const auto wrong = ask(router, "PUT", "/a/1");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.at("Allow"), "DELETE, GET");
  EXPECT_EQ(ask(router, "OPTIONS", "/a/1").status, 204);
}

TEST(Router, RefusesWhatCouldNeverBeReached) {
  Router router;
  router.add("GET", "/a/{id}", handler("x"));
  EXPECT_THROW(router.add("GET", "/a/{other}", handler("y")), Error);
  EXPECT_THROW(router.add("GET", "/a/{rest...}/b", handler("y")), Error);
  EXPECT_THROW(router.add("GET", "a", handler("y")), Error);
  EXPECT_NO_THROW(router.add("PUT", "/a/{other}", handler("y")));
}

TEST(Client, KnowsUrlsFromOtherTexts) {
  for (const char* url : {"http://127.0.0.1:8420", "https://ashlar.example.com/", "http://[::1]:1"})
    EXPECT_TRUE(is_http_url(url)) << url;
  for (const std::string url :
       {"", "nonsense", "ashlar:8420", "ftp://host", "http://", "http://[::1", "http://h:99999",
        "http://a b", "http://host\n", "//host"})
    EXPECT_FALSE(is_http_url(url)) << url;
}

TEST(Message, Decodes) {
  EXPECT_EQ(percent_decode("a%20b%2f%C3%BC~+"), "a b/ü~+");
  EXPECT_EQ(percent_decode("%2"), std::nullopt);
  EXPECT_EQ(parse_query("a=%zz"), std::nullopt);
  EXPECT_THROW(Request{}.json(), Error);
}

}  // namespace
}  // namespace ashlar::http
