#include "base/error.hpp"

#include <array>
#include <utility>

namespace ashlar {

const ErrorCodeInfo& info(ErrorCode code) {
  // Indexed by ErrorCode: keep the order of the enumeration.
  static constexpr std::array<ErrorCodeInfo, 14> kTable{{
      {"invalid-input", 422, 2},
      {"unauthenticated", 401, 3},
      {"forbidden", 403, 4},
      {"not-found", 404, 5},
      {"conflict", 409, 6},
      {"precondition-failed", 412, 6},
      {"not-confirmed", 428, 10},
      {"too-many-requests", 429, 7},
      {"unavailable", 503, 7},
      {"timeout", 504, 7},
      {"provider", 502, 8},
      {"machine", 502, 8},
      {"untrusted", 502, 9},
      {"internal", 500, 1},
  }};
  return kTable.at(static_cast<size_t>(code));
}

Error::Error(ErrorCode code, std::string message, std::string remedy)
    : code_(code), message_(std::move(message)), remedy_(std::move(remedy)) {
  what_ = remedy_.empty() ? message_ : message_ + " (" + remedy_ + ")";
}

Error::Error(ErrorCode code, std::string message, std::vector<FieldError> fields,
             std::string remedy)
    : code_(code),
      message_(std::move(message)),
      remedy_(std::move(remedy)),
      fields_(std::move(fields)) {
  what_ = remedy_.empty() ? message_ : message_ + " (" + remedy_ + ")";
  for (const FieldError& field : fields_) what_ += "\n  " + field.path + ": " + field.message;
}

Error Error::at(std::string_view where) const {
  Error copy = *this;
  copy.message_ = std::string(where) + ": " + message_;
  copy.what_ = std::string(where) + ": " + what_;
  return copy;
}

}  // namespace ashlar
