#pragma once
// Users, what they may do, and the names that Kafka takes. Pure.

#include <map>
#include <string>

#include "base/field_reader.hpp"
#include "kinds/kafka/spec/spec.hpp"

namespace ashlar::kafka {

/// The user that a cluster has whose spec declares none.
inline constexpr const char* kUsualUser = "client";

/// Reads `users` into the spec, and the passwords that are given into `passwords`, by user. Without
/// any, one is declared that may use every topic and group.
void read_users(FieldReader& top, Spec& spec, std::map<std::string, Secret>& passwords);

/// Why Kafka takes no topic of that name; empty when it does.
std::string topic_name_fault(const std::string& name);

}  // namespace ashlar::kafka
