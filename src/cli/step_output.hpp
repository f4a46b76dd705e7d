#pragma once
// What the steps of an operation say while they are at work, read as it comes.

#include <functional>
#include <map>
#include <string>

#include "base/json.hpp"
#include "cli/api_client.hpp"

namespace ashlar::cli {

/// Reads each step's output once, from where it was read last, and hands it on in whole lines. What
/// steps said that were over before is left out, unless they failed. Calls throw as ApiClient's.
class StepOutput {
 public:
  /// `line` is called with the step as the operation shows it.
  using TakeLine = std::function<void(const Json& step, const std::string& line)>;

  StepOutput(ApiClient& api, std::string operation_id, TakeLine take)
      : api_(api), operation_id_(std::move(operation_id)), take_(std::move(take)) {}

  /// The operation as it is now, with its steps.
  void see(const Json& operation);
  /// A step has said so much by now.
  void grew(const std::string& step_id, long long bytes);
  /// What has no line's end yet will get none.
  void end();

 private:
  struct Reading {
    Json step;
    long long offset = 0;
    std::string begun;  // a line that is not whole yet
  };

  void read(Reading& reading, long long bytes);
  void take_lines(Reading& reading, const std::string& text);

  ApiClient& api_;
  const std::string operation_id_;
  const TakeLine take_;
  std::map<std::string, Reading> readings_;  // by the step's id
};

}  // namespace ashlar::cli
