#pragma once
// A bound on what replicas that move may take of the network, so that clients do not feel them.

#include <vector>

#include "kinds/kafka/observe/survey.hpp"
#include "kinds/kafka/steps/work.hpp"

namespace ashlar::kafka {

/// Kafka bounds a broker's traffic for the replicas that its topics' settings list. What is set is
/// kept by the step before it is set, so that it is taken away after whatever happened; rates and
/// lists that an operator set stay as they are.
class Throttle {
 public:
  explicit Throttle(Work& work)
      : work_(work), state_(work.kept().value("throttle", Json::object())) {}

  /// Before these begin. `bytes_per_second` of each broker, in and out; 0: no bound.
  void hold(const std::vector<Move>& moves, const std::set<int>& brokers,
            long long bytes_per_second);
  /// Another bound while they move.
  void follow(long long bytes_per_second);
  /// The bound in force; 0: none.
  long long rate() const { return state_.value("rate", 0LL); }
  /// Those that were held have come over.
  void release_moves();
  void release_all();

 private:
  void keep();
  Json lists_now(const Json& topics) const;
  void set_rates(long long bytes_per_second);
  void change(const std::vector<Json>& resources);

  Work& work_;
  Json state_;  // {"brokers": [1], "rate": 50000000, "topics": {NAME: {SETTING: "0:1,0:2"}}}
};

}  // namespace ashlar::kafka
