#include "kinds/kafka/observe/connection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ashlar::kafka {
namespace {

std::vector<std::string> bootstrap_of(const ClusterView& view) {
  std::vector<std::string> addresses;
  for (const auto& node : view.nodes)
    if (node.part.broker && !node.address().empty())
      addresses.push_back(fmt::format("{}:{}", node.address(), kClientPort));
  return addresses;
}

/// The settings of a client, without its password.
std::string client_properties(const ClusterView& view, const std::string& user,
                              const std::string& bootstrap) {
  std::string text = fmt::format(
      "bootstrap.servers={}\nsecurity.protocol={}\nsasl.mechanism=SCRAM-SHA-512\n"
      "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required "
      "username=\"{}\" password=\"PASSWORD\";\n",
      bootstrap, view.spec.tls ? "SASL_SSL" : "SASL_PLAINTEXT", user);
  if (view.spec.tls) text += "ssl.truststore.type=PEM\nssl.truststore.location=ca.crt\n";
  return text;
}

bool may(const Acl& acl, const char* operation, const char* resource) {
  return acl.resource == resource &&
         std::ranges::any_of(acl.operations, [&](const std::string& allowed) {
           return allowed == operation || allowed == "all";
         });
}

bool covers(const Acl& acl, const std::string& name) {
  return acl.name == "*" || (acl.prefix ? name.starts_with(acl.name) : name == acl.name);
}

/// The first user who may do this to a topic; empty: nobody.
std::string user_who_may(const Spec& spec, const char* operation, const std::string& topic) {
  for (const auto& user : spec.users)
    for (const auto& acl : user.acls)
      if (may(acl, operation, "topic") && covers(acl, topic)) return user.name;
  return {};
}

/// A group that the user may read in; empty: none.
std::string group_of(const Spec& spec, const std::string& name) {
  for (const auto& user : spec.users)
    for (const auto& acl : user.acls)
      if (user.name == name && may(acl, "read", "group"))
        return acl.name == "*" ? "trial" : acl.prefix ? acl.name + "-trial" : acl.name;
  return {};
}

/// Who tries the cluster with which topic.
struct Trial {
  std::string topic, writer, reader, group;

  bool possible() const { return !writer.empty() && !reader.empty() && !group.empty(); }
};

/// The first topic that somebody may write to and somebody may read in a group.
Trial trial_of(const Spec& spec) {
  for (const auto& topic : spec.topics) {
    Trial trial{topic.name,
                user_who_may(spec, "write", topic.name),
                user_who_may(spec, "read", topic.name),
                {}};
    trial.group = group_of(spec, trial.reader);
    if (trial.possible()) return trial;
  }
  return {};
}

Json commands_of(const Trial& trial, const std::string& bootstrap) {
  const auto command = [&](const char* purpose, const std::string& tool, const std::string& rest) {
    return Json{{"purpose", purpose},
                {"command", fmt::format("bin/{} --bootstrap-server {} {}", tool, bootstrap, rest)}};
  };
  Json commands = Json::array();
  commands.push_back(command("list the topics", "kafka-topics.sh",
                             fmt::format("--command-config {}.properties --list",
                                         trial.possible() ? trial.writer : std::string("client"))));
  if (!trial.possible()) return commands;
  commands.push_back(command(
      "write records", "kafka-console-producer.sh",
      fmt::format("--producer.config {}.properties --topic {}", trial.writer, trial.topic)));
  commands.push_back(command("read them", "kafka-console-consumer.sh",
                             fmt::format("--consumer.config {}.properties --topic {} --group {} "
                                         "--from-beginning",
                                         trial.reader, trial.topic, trial.group)));
  return commands;
}

std::string program(const std::string& user, const char* uses, const std::string& body) {
  return fmt::format(
      "kafka-client/bin/python -c '\n"
      "from confluent_kafka import {}\n"
      "settings = dict(line.split(\"=\", 1) for line in open(\"{}.conf\").read().splitlines())\n"
      "{}'",
      uses, user, body);
}

/// What a shell with `ashlar` at hand tries the cluster with; it fetches the secrets itself.
std::vector<std::string> shell_lines(const Spec& spec, const Trial& trial) {
  const std::string credentials = fmt::format("ashlar credentials kafka {}", spec.name);
  std::vector<std::string> lines{"umask 077"};
  if (spec.tls) lines.push_back(fmt::format("{} --get caCertificate > ca.crt", credentials));
  if (!trial.possible()) {
    lines.push_back(fmt::format("{} --get clientProperties > client.properties", credentials));
    return lines;
  }
  std::vector<std::string> users{trial.writer};
  if (trial.reader != trial.writer) users.push_back(trial.reader);
  for (const auto& user : users) {
    lines.push_back(fmt::format("{0} --get clients.{1}.java > {1}.properties", credentials, user));
    lines.push_back(fmt::format("{0} --get clients.{1}.librdkafka > {1}.conf", credentials, user));
  }
  lines.emplace_back(
      "python3 -m venv kafka-client && kafka-client/bin/pip install -q confluent-kafka");
  lines.push_back(program(trial.writer, "Producer",
                          fmt::format("producer = Producer(settings)\n"
                                      "producer.produce(\"{}\", \"hello\")\n"
                                      "print(\"records not taken:\", producer.flush(30))",
                                      trial.topic)));
  lines.push_back(
      program(trial.reader, "Consumer",
              fmt::format("consumer = Consumer({{**settings, \"group.id\": \"{}\", "
                          "\"auto.offset.reset\": \"earliest\"}})\n"
                          "consumer.subscribe([\"{}\"])\n"
                          "message = consumer.poll(30)\n"
                          "print(\"read:\", message.value().decode() if message else None)\n"
                          "consumer.close()",
                          trial.group, trial.topic)));
  return lines;
}

}  // namespace

Json connection_json(const ClusterView& view, const std::string& resource_id) {
  const auto addresses = bootstrap_of(view);
  const std::string bootstrap = fmt::format("{}", fmt::join(addresses, ","));
  const std::string user = view.spec.users.empty() ? std::string("USER") : view.spec.users[0].name;
  const std::string from = fmt::format("GET /api/servers/{}/credentials", resource_id);
  const Trial trial = trial_of(view.spec);
  return {{"username", user},
          {"passwordFrom", from},
          {"caCertificateFrom", view.spec.tls ? Json(from) : Json(nullptr)},
          {"bootstrap", addresses},
          {"clientProperties", client_properties(view, user, bootstrap)},
          {"urls", Json::array()},
          {"commands", commands_of(trial, bootstrap)},
          {"shell", shell_lines(view.spec, trial)}};
}

}  // namespace ashlar::kafka
