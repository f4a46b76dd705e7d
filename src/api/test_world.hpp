#pragma once
// A whole server on loopback for the tests of this room: the real store, engine, API and HTTP
// server, with a toy in the place of a kind.

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/api.hpp"
#include "http/client.hpp"
#include "http/server.hpp"

namespace ashlar::api {

/// What the toy's steps are told to do. The toy has the name and the outer shape of `redis`, so
/// that its routes are those of the contract; it makes nothing.
struct Toy {
  std::atomic<bool> hold = false;    // the step toy.make waits as long as this is true
  std::atomic<bool> fail = false;    // and fails for good as long as this is
  std::atomic<int> lines = 0;        // so many lines toy.make says while it waits
  std::string leak;                  // it tries to show this text everywhere it can
  std::vector<engine::Task> wanted;  // by itself

  engine::Kind kind();
};

struct Answer {
  int status = 0;
  http::Headers headers;
  std::string text;
  Json json;  // null unless the body is JSON

  std::string header(const std::string& name) const;
  /// The message of the problem's error at `path`; empty when there is none.
  std::string error_at(const std::string& path) const;
};

struct WorldOptions {
  Millis heartbeat{15'000};
  std::vector<engine::Kind> more_kinds = {};
};

class World {
 public:
  explicit World(WorldOptions options = {});
  ~World();

  Answer get(const std::string& path, const http::Headers& headers = {});
  /// A Content-Type of JSON and the administrator's token are added unless `headers` has them; an
  /// empty value leaves the header out.
  Answer send(const std::string& method, const std::string& path, const std::string& body = {},
              http::Headers headers = {});
  Answer send(const std::string& method, const std::string& path, const Json& body,
              http::Headers headers = {}) {
    return send(method, path, dump(body), std::move(headers));
  }

  /// Sends a deploy of one cluster and returns the answer.
  Answer deploy(const Json& cluster, http::Headers headers = {});
  /// Deploys and waits for the end; returns the resource's id.
  std::string deployed(const std::string& name);
  /// The operation, once it is final.
  Json final_operation(const std::string& id);

  std::string token(const std::vector<std::string>& permissions);
  /// An administrator's token of another organization.
  std::string foreign_token();

  Toy toy;
  /// What the provider has that was made for a resource: shown to whom knows that resource.
  std::vector<Orphan> left_behind;
  SystemClock clock;
  const std::filesystem::path directory;
  std::unique_ptr<store::Store> store;
  std::string admin;
  std::string organization_id;
  std::string foreign_organization_id;
  engine::KindRegistry kinds;
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<Api> api;
  std::unique_ptr<http::Server> server;
  http::Client client;
};

/// A spec that the toy accepts.
Json toy_cluster(const std::string& name, int count = 2);
http::Headers bearer(const std::string& token);

/// One operation of api/openapi.yaml.
struct ContractRoute {
  std::string method;
  std::string pattern;
  std::string permission;
  bool is_public = false;

  std::string label() const { return method + " " + pattern; }
  bool operator==(const ContractRoute&) const = default;
};
/// Those of every kind's collection once, at the toy's.
std::vector<ContractRoute> contract_routes();

}  // namespace ashlar::api
