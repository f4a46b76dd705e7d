#include "kinds/kafka/server/credentials.hpp"

#include <fmt/format.h>

#include "kinds/cluster/server/credentials.hpp"
#include "kinds/kafka/server/secrets.hpp"
#include "kinds/kafka/spec/spec.hpp"

namespace ashlar::kafka {
namespace {

/// Clients belong into the VPC; a node without one has only its public address.
Json endpoints_of(const Json& status) {
  Json endpoints = Json::array();
  for (const Json& node : status.at("nodes")) {
    if (node.at("declaredRole") != "broker") continue;
    const Json inside = node.value("privateAddress", Json());
    endpoints.push_back({{"name", node.at("name")},
                         {"role", node.at("role")},
                         {"host", inside.is_null() ? node.value("publicAddress", Json()) : inside},
                         {"port", node.at("port")}});
  }
  return endpoints;
}

/// A password inside the quotes of a login module's line.
std::string quoted(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

/// A properties file takes a backslash for an escape of its own.
std::string in_properties(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') result += '\\';
    result += c;
  }
  return result;
}

/// What all clients have in common.
std::string common_settings(const Json& connection, const Spec& spec) {
  std::string bootstrap;
  for (const Json& address : connection.at("bootstrap"))
    bootstrap += (bootstrap.empty() ? "" : ",") + address.get<std::string>();
  return fmt::format("bootstrap.servers={}\nsecurity.protocol={}\nsasl.mechanism=SCRAM-SHA-512\n",
                     bootstrap, spec.tls ? "SASL_SSL" : "SASL_PLAINTEXT");
}

/// For clients in Java, and Kafka's own tools.
std::string java_properties(const Json& connection, const Spec& spec, const std::string& user,
                            const std::string& password) {
  std::string text = common_settings(connection, spec);
  text += fmt::format(
      "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required "
      "username=\"{}\" password=\"{}\";\n",
      user, in_properties(quoted(password)));
  if (spec.tls) text += "ssl.truststore.type=PEM\nssl.truststore.location=ca.crt\n";
  return text;
}

/// For what is made of librdkafka: confluent-kafka in several languages, kcat.
std::string librdkafka_properties(const Json& connection, const Spec& spec, const std::string& user,
                                  const std::string& password) {
  std::string text = common_settings(connection, spec);
  text += fmt::format("sasl.username={}\nsasl.password={}\n", user, password);
  if (spec.tls) text += "ssl.ca.location=ca.crt\n";
  return text;
}

}  // namespace

Json credentials(const Resource& resource, const engine::FindSecret& find) {
  const Spec spec = spec_from_json(resource.spec);
  const Json connection = resource.status.value("connection", Json());
  Json users = Json::array();
  for (const auto& user : spec.users)
    users.push_back(
        {{"username", user.name},
         {"password", cluster::revealed_or_null(find(secret_name::password(user.name)))}});
  const Json first = users.empty() ? Json{{"username", nullptr}, {"password", nullptr}} : users[0];
  Json result{{"username", first.at("username")},
              {"password", first.at("password")},
              {"users", users},
              {"caCertificate", spec.tls ? cluster::authorities_or_null(find) : Json(nullptr)},
              {"clientProperties", nullptr},
              {"clients", Json::object()},
              {"connection", nullptr}};
  if (!connection.is_object()) return result;
  for (const Json& user : users) {
    if (!user.at("password").is_string()) continue;
    const std::string name = user["username"];
    const std::string password = user["password"];
    result["clients"][name] = {
        {"java", java_properties(connection, spec, name, password)},
        {"librdkafka", librdkafka_properties(connection, spec, name, password)}};
  }
  if (first.at("password").is_string())
    result["clientProperties"] = result["clients"][first.at("username").get<std::string>()]["java"];
  result["connection"] = {{"tls", spec.tls},
                          {"endpoints", endpoints_of(resource.status)},
                          {"bootstrap", connection.at("bootstrap")}};
  return result;
}

}  // namespace ashlar::kafka
