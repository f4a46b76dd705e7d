#include "http/proxy.hpp"

#include <gtest/gtest.h>

namespace ashlar::http {
namespace {

Request from(const std::string& peer, Headers headers = {}) {
  Request request;
  request.peer = peer;
  request.headers = std::move(headers);
  return request;
}

TEST(Proxy, OnThisMachineIsBelieved) {
  for (const std::string peer : {"127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"}) {
    const Request request =
        from(peer, {{"X-Forwarded-For", "203.0.113.7"}, {"X-Forwarded-Proto", "https"}});
    EXPECT_EQ(client_address(request), "203.0.113.7") << peer;
    EXPECT_TRUE(came_over_tls(request)) << peer;
  }
}

TEST(Proxy, ElsewhereIsNot) {
  for (const std::string peer : {"10.0.0.9", "1127.0.0.1", "::2", "fe80::127.0.0.1", ""}) {
    const Request request =
        from(peer, {{"X-Forwarded-For", "203.0.113.7"}, {"X-Forwarded-Proto", "https"}});
    EXPECT_EQ(client_address(request), peer);
    EXPECT_FALSE(came_over_tls(request)) << peer;
  }
}

TEST(Proxy, AddsTheLastEntryAndOnlyThatCounts) {
  EXPECT_EQ(client_address(from("127.0.0.1", {{"X-Forwarded-For", "forged, 203.0.113.7 "}})),
            "203.0.113.7");
  EXPECT_FALSE(came_over_tls(from("127.0.0.1", {{"X-Forwarded-Proto", "https, http"}})));
}

TEST(Proxy, ThatSaysNothingLeavesThePeer) {
  EXPECT_EQ(client_address(from("127.0.0.1")), "127.0.0.1");
  EXPECT_EQ(client_address(from("127.0.0.1", {{"X-Forwarded-For", ""}})), "127.0.0.1");
  const std::string endless(65, '1');
  EXPECT_EQ(client_address(from("127.0.0.1", {{"X-Forwarded-For", endless}})), "127.0.0.1");
  EXPECT_FALSE(came_over_tls(from("127.0.0.1")));
}

}  // namespace
}  // namespace ashlar::http
