#pragma once
// Counts for Prometheus. The library stays in metrics.cpp.

#include <memory>
#include <string>

#include "engine/engine.hpp"

namespace ashlar::api {

/// Thread-safe.
class Metrics {
 public:
  Metrics(const engine::Engine& engine, const std::string& version);
  ~Metrics();

  /// `route` is a pattern, never a path: labels must not grow with ids.
  void count_request(const std::string& method, const std::string& route, int status,
                     double seconds);

  /// Counts one open event stream for as long as the returned object lives.
  std::shared_ptr<void> count_stream();

  /// Everything in the text format, version 0.0.4.
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ashlar::api
