#pragma once
// For tests: a server that answers exactly what it was told to expect, in order a route, and fails
// the test on anything else.

#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/id.hpp"
#include "cli/context.hpp"
#include "cli/kinds.hpp"
#include "http/server.hpp"

namespace ashlar::cli {

/// Two kinds with words of their own, as `GET /kinds` describes them.
inline Json made_up_kinds() {
  const auto roles = [](std::initializer_list<const char*> names) {
    Json list = Json::array();
    for (const char* name : names) list.push_back({{"name", name}, {"title", name}});
    return list;
  };
  const Json rotate{{"name", "rotate"},
                    {"title", "Rotate"},
                    {"arguments",
                     {{"type", "object"},
                      {"properties",
                       {{"what", {{"type", "string"}}},
                        {"systemPassword", {{"type", "string"}, {"writeOnly", true}}}}}}}};
  const Json first{{"name", "redis"},
                   {"title", "Redis Sentinel cluster"},
                   {"collection", "/infrastructure/redis"},
                   {"list", "clusters"},
                   {"item", "cluster"},
                   {"shared", {"targetClusters"}},
                   {"roles", roles({"master", "replica", "sentinel"})},
                   {"actions", Json::array({rotate})},
                   {"secretFields", {"systemPassword"}},
                   {"display",
                    {{"nodeColumns", Json::array({{{"title", "lag"},
                                                   {"member", "replication.lagBytes"},
                                                   {"unit", "B"},
                                                   {"role", "replica"}}})},
                     {"addresses", "sentinels"},
                     {"addressesTitle", "Clients find the master by the sentinels at"}}},
                   {"examples", Json::array({{{"name", "small"},
                                              {"title", "One node"},
                                              {"spec", {{"name", "dev"}, {"type", "single"}}}}})}};
  const Json second{
      {"name", "teapot"},
      {"title", "Teapot"},
      {"collection", "/tea/pots"},
      {"list", "pots"},
      {"item", "pot"},
      {"shared", {"mode", "guest"}},
      {"roles", roles({"lid", "spout"})},
      {"actions", Json::array({{{"name", "pour"},
                                {"title", "Pour"},
                                {"arguments",
                                 {{"properties",
                                   {{"cups", {{"type", "integer"}}},
                                    {"spell", {{"type", "string"}, {"writeOnly", true}}}}}}}}})},
      {"secretFields", {"recipe", "guests[].password"}},
      {"display",
       {{"nodeColumns", Json::array()},
        {"tables", Json::array({{{"name", "guests"}, {"title", "Guests"}, {"member", "seated"}}})},
        {"addresses", nullptr},
        {"addressesTitle", nullptr}}},
      {"examples", Json::array()}};
  return Json::array({first, second});
}

inline Kinds known_kinds() {
  std::vector<KindView> kinds;
  for (const Json& kind : made_up_kinds()) kinds.push_back(kind_view(kind));
  return Kinds(std::move(kinds));
}

class Peer {
 public:
  explicit Peer(unsigned short port = 0)
      : token_file_(std::filesystem::temp_directory_path() / ("ashlar-token-" + random_hex(6))) {
    write_file_atomically(token_file_, kToken + std::string("\n"), 0600);
    http::ServerOptions options;
    options.port = port;
    allow("GET /kinds", {{"items", made_up_kinds()}, {"next", nullptr}});
    server_ = std::make_unique<http::Server>(options,
                                             [this](const http::Request& r) { return answer(r); });
  }
  ~Peer() {
    server_.reset();
    std::filesystem::remove(token_file_);
    for (const auto& [route, answers] : expected_)
      EXPECT_TRUE(answers.empty())
          << "never asked: " << route << " (" << answers.size() << " times)";
  }

  /// `route` such as "GET /operations/op_1". Several answers to one route are given in order.
  Peer& expect(const std::string& route, http::Handler handler) {
    expected_[route].push_back(std::move(handler));
    return *this;
  }
  Peer& expect(const std::string& route, int status, const Json& body) {
    return expect(route, [=](const http::Request&) { return http::Response::json(status, body); });
  }
  /// Answers a route any number of times, also never, once its expected answers are used up.
  Peer& allow(const std::string& route, http::Handler handler) {
    const std::lock_guard lock(mutex_);
    allowed_[route] = std::move(handler);
    return *this;
  }
  Peer& allow(const std::string& route, const Json& body) {
    return allow(route, [=](const http::Request&) { return http::Response::json(200, body); });
  }

  static constexpr const char* kToken = "canary-token-of-the-peer";
  Endpoint endpoint() const { return {server_->url(), token_file_}; }
  unsigned short port() const { return server_->port(); }

 private:
  http::Response answer(const http::Request& request) {
    const std::string path =
        request.path.starts_with("/api") ? request.path.substr(4) : "?" + request.path;
    const std::string route = request.method + " " + path;
    http::Handler handler;
    {
      const std::lock_guard lock(mutex_);
      if (auto found = expected_.find(route); found != expected_.end() && !found->second.empty()) {
        handler = std::move(found->second.front());
        found->second.pop_front();
      } else if (const auto usual = allowed_.find(route); usual != allowed_.end()) {
        handler = usual->second;
      }
    }
    if (!handler) {
      ADD_FAILURE() << "unexpected request: " << route << " " << request.body;
      return http::Response::json(418, {{"code", "internal"}, {"detail", "unexpected: " + route}});
    }
    EXPECT_EQ(request.header("Authorization"), std::string("Bearer ") + kToken);
    return handler(request);
  }

  std::filesystem::path token_file_;
  std::mutex mutex_;
  std::map<std::string, std::deque<http::Handler>> expected_;
  std::map<std::string, http::Handler> allowed_;
  std::unique_ptr<http::Server> server_;
};

/// A person at the other end: what they type, and what they read.
struct Person {
  std::istringstream in;
  std::ostringstream out, err;

  Context context(const Endpoint& endpoint) {
    Context context{.in = in, .out = out, .err = err};
    context.endpoint = endpoint;
    return context;
  }
};

}  // namespace ashlar::cli
