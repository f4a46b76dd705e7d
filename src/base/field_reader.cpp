#include "base/field_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace ashlar {
namespace {

/// Insertions, deletions, replacements and swaps of neighbours that make one word of the other.
size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<size_t> before_last, last(right.size() + 1), row(right.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= right.size(); ++j) {
      const size_t replaced = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped =
          i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = last;
    last = row;
  }
  return last.back();
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

/// Input is echoed in errors: shortened, so that a mistaken megabyte does not come back.
std::string shortened(std::string_view text) {
  constexpr size_t kMost = 60;
  if (text.size() <= kMost) return std::string(text);
  size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

/// Nothing for a fraction, and for what no long long holds. 3.0 is whole, as JSON Schema has it.
std::optional<long long> whole_number(const Json& value) {
  if (value.is_number_float()) {
    const double number = value.get<double>();
    const bool is_whole = std::abs(number) < 1e15 && std::trunc(number) == number;
    return is_whole ? std::optional(static_cast<long long>(number)) : std::nullopt;
  }
  constexpr auto kMost = static_cast<unsigned long long>(std::numeric_limits<long long>::max());
  if (value.is_number_unsigned() && value.get<unsigned long long>() > kMost) return std::nullopt;
  return value.get<long long>();
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const auto near = did_you_mean(word, candidates);
  return near ? fmt::format("; did you mean \"{}\"?", *near) : std::string();
}

}  // namespace

std::optional<std::string> did_you_mean(std::string_view word,
                                        const std::vector<std::string>& candidates) {
  // Long input is nobody's typing slip, and the distance is quadratic.
  if (word.empty() || word.size() > 64) return std::nullopt;
  const size_t most = std::max<size_t>(1, word.size() / 3);
  std::optional<std::string> best;
  size_t best_distance = most + 1;
  for (const auto& candidate : candidates) {
    const size_t distance = edit_distance(lower(word), lower(candidate));
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string_view type_for_people(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "a list";
    case Json::value_t::string:
      return "a text";
    case Json::value_t::boolean:
      return "true or false";
    default:
      return "a number";
  }
}

std::string list_for_people(const std::vector<std::string>& words, size_t most) {
  const size_t shown = std::min(words.size(), most);
  std::string result = fmt::format("{}", fmt::join(words.begin(), words.begin() + shown, ", "));
  if (shown < words.size()) result += fmt::format(" and {} more", words.size() - shown);
  return result.empty() ? "none" : result;
}

FieldReader::FieldReader(const Json& object, std::string path, std::vector<FieldError>& errors)
    : object_(object), path_(std::move(path)), errors_(errors) {}

std::string FieldReader::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void FieldReader::fault(std::string_view name, std::string message) {
  errors_.push_back({path_of(name), std::move(message)});
}

void FieldReader::violation(std::string_view name, std::string message) {
  errors_.push_back({path_of(name), std::move(message), 0, FaultOf::kRule});
}

void FieldReader::missing(std::string_view name) {
  fault(name, "is required");
}

const Json* FieldReader::value(std::string_view name) {
  if (std::ranges::find(known_, name) == known_.end()) known_.emplace_back(name);
  const auto found = object_.find(std::string(name));
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

bool FieldReader::has(std::string_view name) {
  return value(name) != nullptr;
}

const Json* FieldReader::value_of_type(std::string_view name, bool (*is_right)(const Json&),
                                       std::string_view wanted) {
  const Json* found = value(name);
  if (found == nullptr || is_right(*found)) return found;
  fault(name, fmt::format("must be {}, not {}", wanted, type_for_people(*found)));
  return nullptr;
}

std::optional<std::string> FieldReader::text(std::string_view name) {
  const Json* found = value_of_type(name, [](const Json& v) { return v.is_string(); }, "a text");
  return found ? std::optional(found->get<std::string>()) : std::nullopt;
}

std::optional<std::string> FieldReader::choice(std::string_view name,
                                               const std::vector<std::string_view>& allowed) {
  auto chosen = text(name);
  if (!chosen || std::ranges::find(allowed, *chosen) != allowed.end()) return chosen;
  const std::vector<std::string> candidates(allowed.begin(), allowed.end());
  fault(name, fmt::format("\"{}\" is not one of {}{}", shortened(*chosen),
                          list_for_people(candidates), suggestion(*chosen, candidates)));
  return std::nullopt;
}

std::optional<long long> FieldReader::integer(std::string_view name, long long least,
                                              long long most) {
  const Json* found =
      value_of_type(name, [](const Json& v) { return v.is_number(); }, "a whole number");
  if (found == nullptr) return std::nullopt;
  if (const auto number = whole_number(*found); number && *number >= least && *number <= most)
    return number;
  fault(name, fmt::format("must be a whole number from {} to {}, not {}", least, most,
                          shortened(dump(*found))));
  return std::nullopt;
}

std::optional<bool> FieldReader::boolean(std::string_view name) {
  const Json* found =
      value_of_type(name, [](const Json& v) { return v.is_boolean(); }, "true or false");
  return found ? std::optional(found->get<bool>()) : std::nullopt;
}

const Json* FieldReader::object(std::string_view name) {
  return value_of_type(name, [](const Json& v) { return v.is_object(); }, "an object");
}

const Json* FieldReader::list(std::string_view name) {
  return value_of_type(name, [](const Json& v) { return v.is_array(); }, "a list");
}

FieldReader FieldReader::within(const Json& object, std::string_view name) {
  return {object, path_of(name), errors_};
}

std::vector<std::string> FieldReader::texts(std::string_view name) {
  std::vector<std::string> result;
  const Json* found = list(name);
  if (found == nullptr) return result;
  for (size_t i = 0; i < found->size(); ++i) {
    const Json& item = (*found)[i];
    if (item.is_string())
      result.push_back(item.get<std::string>());
    else
      fault(fmt::format("{}[{}]", name, i),
            fmt::format("must be a text, not {}", type_for_people(item)));
  }
  return result;
}

void FieldReader::reject_unknown() {
  for (const auto& [name, unused] : object_.items()) {
    if (std::ranges::find(known_, name) != known_.end()) continue;
    auto hint = suggestion(name, known_);
    if (hint.empty()) hint = fmt::format("; known are {}", list_for_people(known_, 20));
    fault(shortened(name), "is not a known field" + hint);
  }
}

}  // namespace ashlar
