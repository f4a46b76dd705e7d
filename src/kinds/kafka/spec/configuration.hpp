#pragma once
// The configuration keys that a spec may set. Pure; thread-safe.
// Source: the tables of topic and broker configurations in the documentation of Kafka 4.1.

#include <string>

#include "base/field_reader.hpp"
#include "kinds/kafka/spec/spec.hpp"

namespace ashlar::kafka {

/// Reads the object `configuration` of a topic, each value as Kafka writes it. Faults: keys that
/// Kafka does not know (with the nearest one), or that something else in the spec says, and values
/// that are none.
Configuration read_topic_configuration(FieldReader& topic);
/// The same of the brokers. What Ashlar itself sets is refused, with the field that says it.
Configuration read_broker_configuration(FieldReader& top);

/// A number that the configuration says; nothing: it says none.
std::optional<long long> number_in(const Configuration& configuration, const std::string& key);

}  // namespace ashlar::kafka
