#pragma once
// Errors as the API answers them: problem details, RFC 9457.

#include <exception>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "http/message.hpp"

namespace ashlar::api {

/// A request that is refused for how it was made, which the table of base/error.hpp has no row for.
class Refusal : public std::exception {
 public:
  enum class Reason { kBadRequest, kNoMethod, kTooLarge, kUnsupportedMediaType };
  Refusal(Reason reason, std::string detail, std::string remedy = {},
          std::vector<FieldError> fields = {});

  Reason reason() const { return reason_; }
  const std::string& detail() const { return detail_; }
  const std::string& remedy() const { return remedy_; }
  /// Which parameter, where the refusal is about one.
  const std::vector<FieldError>& fields() const { return fields_; }
  const char* what() const noexcept override { return detail_.c_str(); }

 private:
  Reason reason_;
  std::string detail_;
  std::string remedy_;
  std::vector<FieldError> fields_;
};

struct Problem {
  int status = 500;
  std::string code;
  std::string detail;
  std::string remedy;
  std::vector<FieldError> errors;
};

Problem to_problem(const Error& error);
Problem to_problem(const Refusal& refusal);
/// For what should not happen: the reader gets the request's id, the log gets the cause.
Problem internal_problem();

/// The problem as an answer to `request`. Text that the request itself sent under a name that
/// promises a secret (a password, a token) is masked, also while no one has registered it yet.
http::Response answer(const Problem& problem, const http::Request& request);

}  // namespace ashlar::api
