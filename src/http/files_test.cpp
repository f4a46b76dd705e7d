#include "http/files.hpp"

#include <gtest/gtest.h>

namespace ashlar::http {
namespace {

constexpr File kFiles[] = {
    {"/index.html", "h1", "<!doctype html>", "gz-page", "br-page"},
    {"/assets/app-1a.js", "h2", "let a = 1", "gz-app", "br-app"},
    {"/assets/dot.png", "h3", "PNG", "", ""},
    {"/assets/old.css", "h4", "a{}", "gz-css", ""},
};

const Files& files() {
  static const Files instance(kFiles, {.headers = {{"X-Strict", "yes"}}});
  return instance;
}

Response get(const std::string& path, Headers headers = {}, const std::string& method = "GET") {
  Request request;
  request.method = method;
  request.path = path;
  request.headers = std::move(headers);
  return files().answer(request);
}

std::string header(const Response& response, const std::string& name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? "(none)" : found->second;
}

const Headers kBrowser{{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"},
                       {"Accept-Encoding", "gzip, deflate, br"}};

TEST(Files, AreSentWithWhatABrowserNeedsToKnow) {
  const Response response = get("/assets/app-1a.js");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "let a = 1");
  EXPECT_EQ(header(response, "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header(response, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(response, "ETag"), "\"h2\"");
  EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(response, "Content-Encoding"), "(none)");
  EXPECT_EQ(header(response, "X-Strict"), "yes");
}

TEST(Files, AreSentInTheFormThatIsWanted) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "let a = 1"},
      {"gzip", "gz-app"},
      {"GZIP", "gz-app"},
      {"br", "br-app"},
      {"gzip, deflate, br", "br-app"},
      {"br;q=0.1, gzip", "gz-app"},
      {"br; q=0 , gzip;q=0.001", "gz-app"},
      {"*", "br-app"},
      {"*;q=0.5, br;q=0", "gz-app"},
      {"identity, gzip;q=0.5", "let a = 1"},
      {"identity;q=0.5, gzip", "gz-app"},
      {"deflate", "let a = 1"},
      {"*;q=0", "let a = 1"},
      {"br;q=x", "let a = 1"},
      {";q=1,,;", "let a = 1"},
  };
  for (const auto& [accepted, body] : cases)
    EXPECT_EQ(get("/assets/app-1a.js", {{"Accept-Encoding", accepted}}).body, body) << accepted;
  const Response small = get("/assets/app-1a.js", {{"Accept-Encoding", "br"}});
  EXPECT_EQ(header(small, "Content-Encoding"), "br");
  EXPECT_EQ(header(small, "ETag"), "\"h2-br\"");
}

TEST(Files, ThatHaveNoSmallerFormAreSentPlain) {
  EXPECT_EQ(get("/assets/dot.png", kBrowser).body, "PNG");
  EXPECT_EQ(header(get("/assets/dot.png", kBrowser), "Content-Type"), "image/png");
  EXPECT_EQ(get("/assets/old.css", kBrowser).body, "gz-css");
}

TEST(Files, ThatTheClientHasAreNotSentAgain) {
  for (const std::string tag : {"\"h2-br\"", "W/\"h2-br\"", "\"x\", \"h2-br\"", "*"}) {
    const Response response =
        get("/assets/app-1a.js", {{"Accept-Encoding", "br"}, {"If-None-Match", tag}});
    EXPECT_EQ(response.status, 304) << tag;
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(header(response, "ETag"), "\"h2-br\"");
    EXPECT_EQ(header(response, "Cache-Control"), "public, max-age=31536000, immutable");
  }
  for (const std::string tag : {"\"h2\"", "\"h2-gzip\"", "h2-br", "\"\"", ","})
    EXPECT_EQ(get("/assets/app-1a.js", {{"Accept-Encoding", "br"}, {"If-None-Match", tag}}).status,
              200)
        << tag;
}

TEST(Files, LeaveTheRoutesOfTheConsoleToItsPage) {
  for (const std::string path : {"/", "/index.html", "/servers", "/servers/create", "/a/b.c/"}) {
    const Response response = get(path, kBrowser);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.body, "br-page") << path;
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache") << path;
    EXPECT_EQ(header(response, "Content-Type"), "text/html; charset=utf-8") << path;
  }
}

TEST(Files, AreNotFoundWhereThereIsNothing) {
  EXPECT_EQ(get("/assets/gone.js", kBrowser).status, 404) << "a page would be taken for a script";
  for (const std::string accepted : {"", "*/*", "application/json", "text/html;q=0", "xtext/html"})
    EXPECT_EQ(get("/servers", {{"Accept", accepted}}).status, 404) << accepted;
  for (const std::string path : {"/assets/../index.html", "//index.html", "/INDEX.html", "/assets/",
                                 "", "/assets/app-1a.js/", "/../../etc/passwd", "/index.html\\"})
    EXPECT_EQ(get(path).status, 404) << path;
  const Response refused = get("/assets/gone.js");
  EXPECT_EQ(header(refused, "X-Strict"), "yes");
  EXPECT_EQ(header(refused, "Cache-Control"), "no-store");
}

TEST(Files, AreOnlyRead) {
  EXPECT_EQ(get("/index.html", {}, "HEAD").status, 200);
  for (const std::string method : {"POST", "PUT", "DELETE", "OPTIONS", "BREW"}) {
    const Response response = get("/index.html", {}, method);
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(header(response, "Allow"), "GET, HEAD");
  }
}

TEST(Files, OfNoConsoleAreNotThere) {
  const Files none({}, {});
  Request request;
  request.method = "GET";
  request.path = "/";
  request.headers = kBrowser;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.answer(request).status, 404);
}

}  // namespace
}  // namespace ashlar::http
