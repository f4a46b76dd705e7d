#pragma once
// How each type of field is kept in a column. Internal to the store.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "model/actor.hpp"
#include "model/operation.hpp"
#include "model/resource.hpp"
#include "store/sql.hpp"

namespace ashlar::store {

/// The JSON text to store, with every registered secret masked. Masking works on the strings and
/// numbers inside, never on the text, so that the result is JSON whatever the secret looks like.
std::string to_redacted_text(const Json& json);
/// Throws Error(kInternal) when the column does not hold JSON.
Json json_from_column(const std::string& text);

template <class T>
concept StateEnum =
    std::same_as<T, ResourceState> || std::same_as<T, OperationState> || std::same_as<T, StepState>;

inline void read_state(const std::string& text, ResourceState& state) {
  state = resource_state_from(text);
}
inline void read_state(const std::string& text, OperationState& state) {
  state = operation_state_from(text);
}
inline void read_state(const std::string& text, StepState& state) {
  state = step_state_from(text);
}

inline void put(Statement& statement, const std::string& text) {
  statement.put_text(text);
}
inline void put(Statement& statement, const char* text) {
  statement.put_text(text);
}
inline void put(Statement& statement, std::integral auto number) {
  statement.put_number(static_cast<long long>(number));
}
inline void put(Statement& statement, double real) {
  statement.put_real(real);
}
/// Of what is never negative: a negative number stands for none.
inline void put(Statement& statement, const std::optional<double>& real) {
  statement.put_real(real.value_or(-1));
}
inline void put(Statement& statement, Millis duration) {
  statement.put_number(duration.count());
}
inline void put(Statement& statement, Time time) {
  statement.put_number(time.time_since_epoch().count());
}
inline void put(Statement& statement, const std::optional<Time>& time) {
  statement.put_number(time ? std::optional<long long>(time->time_since_epoch().count())
                            : std::nullopt);
}
inline void put(Statement& statement, const Json& json) {
  statement.put_text(to_redacted_text(json));
}
inline void put(Statement& statement, const Actor& actor) {
  put(statement, to_json(actor));
}
inline void put(Statement& statement, const std::vector<std::string>& list) {
  statement.put_text(dump(Json(list)));
}
void put(Statement& statement, StateEnum auto state) {
  statement.put_text(to_string(state));
}

template <class T>
constexpr ColumnType column_type() {
  if constexpr (std::same_as<T, double> || std::same_as<T, std::optional<double>>)
    return ColumnType::kReal;
  else if constexpr (std::integral<T> || std::same_as<T, Millis> || std::same_as<T, Time> ||
                     std::same_as<T, std::optional<Time>>)
    return ColumnType::kNumber;
  else
    return ColumnType::kText;
}

inline void take(Statement& statement, std::string& text) {
  text = statement.take_text();
}
void take(Statement& statement, std::integral auto& number) {
  number =
      static_cast<std::remove_reference_t<decltype(number)>>(statement.take_number().value_or(0));
}
inline void take(Statement& statement, double& real) {
  real = statement.take_real();
}
inline void take(Statement& statement, std::optional<double>& real) {
  const double value = statement.take_real();
  real = value < 0 ? std::nullopt : std::optional(value);
}
inline void take(Statement& statement, Millis& duration) {
  duration = Millis{statement.take_number().value_or(0)};
}
inline void take(Statement& statement, Time& time) {
  time = Time{Millis{statement.take_number().value_or(0)}};
}
inline void take(Statement& statement, std::optional<Time>& time) {
  const auto number = statement.take_number();
  time = number ? std::optional<Time>(Time{Millis{*number}}) : std::nullopt;
}
inline void take(Statement& statement, Json& json) {
  json = json_from_column(statement.take_text());
}
inline void take(Statement& statement, Actor& actor) {
  actor = actor_from(json_from_column(statement.take_text()));
}
inline void take(Statement& statement, std::vector<std::string>& list) {
  list = json_from_column(statement.take_text()).get<std::vector<std::string>>();
}
void take(Statement& statement, StateEnum auto& state) {
  read_state(statement.take_text(), state);
}

}  // namespace ashlar::store
