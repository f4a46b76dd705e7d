#pragma once
// Values that must never be seen, and the one choke point that keeps them out of all text that
// leaves.

#include <string>
#include <string_view>
#include <utility>

namespace ashlar {

/// A string that cannot be printed, logged, compared or serialized by accident. Its bytes are
/// reached only through `reveal()`, which is easy to search for.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

/// Registers a value that must never appear in a log, event, error or response. Values shorter
/// than 6 bytes are ignored, since masking them would garble ordinary text. Thread-safe.
void register_secret(std::string_view value);

/// `text` with every registered secret (also in its JSON-escaped form) replaced by `[secret]`.
/// Every log line, event, error and API response passes through here. Thread-safe.
std::string redact(std::string_view text);

/// A password of `length` characters from [A-Za-z0-9]: about 5.95 bits each. Thread-safe.
Secret generate_password(size_t length = 40);

}  // namespace ashlar
