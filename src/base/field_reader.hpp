#pragma once
// Reads the fields of one JSON object and gathers every fault instead of stopping at the first.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ashlar {

/// Not thread-safe. `object` and `errors` must outlive the reader. A field that is absent or null
/// is nullopt without an error; a faulty one is nullopt with one.
class FieldReader {
 public:
  FieldReader(const Json& object, std::string path, std::vector<FieldError>& errors);

  bool has(std::string_view name);
  std::optional<std::string> text(std::string_view name);
  std::optional<std::string> choice(std::string_view name,
                                    const std::vector<std::string_view>& allowed);
  std::optional<long long> integer(std::string_view name, long long least, long long most);
  std::optional<bool> boolean(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  const Json* object(std::string_view name);
  const Json* list(std::string_view name);
  /// Of an object that was found under `name`: faults go to the same list, with its path.
  FieldReader within(const Json& object, std::string_view name);

  void missing(std::string_view name);
  /// The field has not the form that the API's schema says.
  void fault(std::string_view name, std::string message);
  /// It has, and a rule that no schema can say forbids its value.
  void violation(std::string_view name, std::string message);
  /// Reports every field that nobody asked for. Call it last.
  void reject_unknown();

  std::string path_of(std::string_view name) const;

 private:
  const Json* value(std::string_view name);
  const Json* value_of_type(std::string_view name, bool (*is_right)(const Json&),
                            std::string_view wanted);

  const Json& object_;
  std::string path_;
  std::vector<FieldError>& errors_;
  std::vector<std::string> known_;
};

/// The candidate that `word` most probably meant; nullopt when none is near.
std::optional<std::string> did_you_mean(std::string_view word,
                                        const std::vector<std::string>& candidates);

/// "a text", "a number", ...: what a value is, for people.
std::string_view type_for_people(const Json& value);

/// "a, b, c", at most `most` of them, then "and N more".
std::string list_for_people(const std::vector<std::string>& words, size_t most = 12);

}  // namespace ashlar
