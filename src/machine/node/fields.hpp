#pragma once
// Reads one operation's JSON object field by field, and remembers everything that is wrong with it.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "machine/node/operation.hpp"

namespace ashlar::node {

/// Every getter returns a harmless value when the field is faulty and records the fault, so that
/// all faults of an operation are reported at once. A value is never repeated in a fault: it may be
/// a secret.
class Fields {
 public:
  /// `object` must outlive this.
  explicit Fields(const Json& object) : object_(object) { known_.insert("op"); }

  bool has(const std::string& name);
  std::string text(const std::string& name);
  std::string text_or(const std::string& name, std::string otherwise);
  /// Like text(), without NUL bytes and not empty: what may become an argument or a name.
  std::string word(const std::string& name);
  std::string word_or(const std::string& name, const std::string& otherwise);
  /// An absolute, plain path: no "..", no "." or empty component, no NUL, no trailing slash.
  std::string path(const std::string& name);
  bool flag_or(const std::string& name, bool otherwise);
  std::optional<bool> maybe_flag(const std::string& name);
  int64_t integer(const std::string& name, int64_t least, int64_t most);
  int64_t integer_or(const std::string& name, int64_t least, int64_t most, int64_t otherwise);
  /// A list of strings without NUL bytes; an absent list is empty.
  std::vector<std::string> words_or_none(const std::string& name);
  /// The same, with at least one element, the first of which is not empty.
  std::vector<std::string> words(const std::string& name);
  /// "0644": 1 to 4 octal digits.
  unsigned mode_or(const std::string& name, unsigned otherwise);
  /// `content`, or `content_base64` decoded: exactly one must be given.
  std::string content();
  /// Any JSON value; null when absent.
  const Json& raw(const std::string& name);

  void fault(const std::string& field, const std::string& rule);
  /// The faults found so far, and fields that nothing asked for; empty when all is well.
  std::vector<std::string> faults() const;

 private:
  const Json* find(const std::string& name);
  std::string checked_word(const std::string& name, std::string value);

  const Json& object_;
  std::set<std::string> known_;
  std::vector<std::string> faults_;
};

/// True for 1 to `most` characters of [A-Za-z0-9] and `others`, not starting with '-' or '.'.
bool is_plain_name(const std::string& name, const std::string& others, size_t most = 128);

/// Nothing when `text` is not base64 (RFC 4648, with padding).
std::optional<std::string> decode_base64(const std::string& text);

}  // namespace ashlar::node
