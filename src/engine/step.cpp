#include "engine/step.hpp"

namespace ashlar::engine {

StepOutcome outcome_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kTooManyRequests:
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout:
      return Retry{error};
    default:
      return Fail{error};
  }
}

}  // namespace ashlar::engine
