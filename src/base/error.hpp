#pragma once
// Errors are written for the person who reads them: what failed, where, why, and what to do next.

#include <exception>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ashlar {

enum class ErrorCode {
  kInvalidInput,     // the request or spec is wrong; fields name where
  kUnauthenticated,  // no valid token
  kForbidden,        // a valid token without the permission
  kNotFound,
  kConflict,         // the object's state does not allow this
  kPrecondition,     // If-Match or If-None-Match did not hold
  kNotConfirmed,     // it destroys or weakens something, and nobody has named what
  kTooManyRequests,  // ours or a provider's rate limit
  kUnavailable,      // a peer could not be reached or answered 5xx; trying again may work
  kTimeout,          // no answer in time; the effect may or may not have happened
  kProvider,         // a provider refused, and trying again will not help
  kMachine,          // work on a machine failed
  kUntrusted,        // a host key or certificate is not the pinned one
  kInternal,         // a fault of Ashlar itself
};

/// The one table from an error to the outside: name, HTTP status, CLI exit code.
struct ErrorCodeInfo {
  std::string_view name;
  int http_status;
  int exit_code;
};
const ErrorCodeInfo& info(ErrorCode code);

/// What a fault is a fault against: the form of the field, as the API's schema says it, or a rule
/// that no schema can say (what the provider sells, counts against each other, what exists).
enum class FaultOf { kSchema, kRule };

/// One faulty field of a spec or request. `path` is a JSON pointer-like dotted path
/// (`clusters[0].desiredState.roles.master.count`); `line` is 1-based, 0 when unknown.
struct FieldError {
  std::string path;
  std::string message;
  int line = 0;
  FaultOf of = FaultOf::kSchema;

  bool operator==(const FieldError&) const = default;
};

class Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message, std::string remedy = {});
  Error(ErrorCode code, std::string message, std::vector<FieldError> fields,
        std::string remedy = {});

  ErrorCode code() const { return code_; }
  /// What failed, where and why, in one sentence without a trailing period.
  const std::string& message() const { return message_; }
  /// What the reader can do about it; may be empty.
  const std::string& remedy() const { return remedy_; }
  const std::vector<FieldError>& fields() const { return fields_; }
  /// `message (remedy)`.
  const char* what() const noexcept override { return what_.c_str(); }

  /// The same error with "`where`: " in front of its message.
  Error at(std::string_view where) const;

 private:
  ErrorCode code_;
  std::string message_;
  std::string remedy_;
  std::vector<FieldError> fields_;
  std::string what_;
};

/// For places where failure is ordinary data: parsing, validation, probing.
template <class T>
using Result = std::expected<T, Error>;

/// A parsed value, or every fault of the input at once.
template <class T>
using Parsed = std::expected<T, std::vector<FieldError>>;

}  // namespace ashlar
