#include "kinds/kafka/spec/configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>

namespace ashlar::kafka {
namespace {

constexpr long long kMost = std::numeric_limits<long long>::max();
constexpr long long kMostInteger = std::numeric_limits<int>::max();

/// What a value may be: one of the words, or without any a number from least to most.
struct Key {
  const char* name;
  long long least = 0;
  long long most = kMost;
  const char* words = "";  // with spaces between; several may be given when `list`
  bool list = false;
  bool fraction = false;  // from 0 to 1
};

constexpr const char* kYesNo = "true false";
constexpr const char* kCompressions = "uncompressed gzip snappy lz4 zstd producer";

constexpr Key kTopicKeys[] = {
    {"cleanup.policy", 0, 0, "delete compact", true},
    {"compression.gzip.level", -1, 9},
    {"compression.lz4.level", 1, 17},
    {"compression.type", 0, 0, kCompressions},
    {"compression.zstd.level", -131'072, 22},
    {"delete.retention.ms"},
    {"file.delete.delay.ms"},
    {"flush.messages", 1},
    {"flush.ms"},
    {"index.interval.bytes", 0, kMostInteger},
    {"max.compaction.lag.ms", 1},
    {"max.message.bytes", 0, kMostInteger},
    {"message.timestamp.after.max.ms"},
    {"message.timestamp.before.max.ms"},
    {"message.timestamp.type", 0, 0, "CreateTime LogAppendTime"},
    {.name = "min.cleanable.dirty.ratio", .fraction = true},
    {"min.compaction.lag.ms"},
    {"min.insync.replicas", 1, kMostInteger},
    {"preallocate", 0, 0, kYesNo},
    {"retention.bytes", -1},
    {"retention.ms", -1},
    {"segment.bytes", 1'048'576, kMostInteger},
    {"segment.index.bytes", 4, kMostInteger},
    {"segment.jitter.ms"},
    {"segment.ms", 1},
    {"unclean.leader.election.enable", 0, 0, kYesNo},
};

constexpr Key kBrokerKeys[] = {
    {"auto.create.topics.enable", 0, 0, kYesNo},
    {"background.threads", 1, 1'000},
    {"compression.type", 0, 0, kCompressions},
    {"connections.max.idle.ms", 1'000},
    {"delete.topic.enable", 0, 0, kYesNo},
    {"group.initial.rebalance.delay.ms", 0, kMostInteger},
    {"group.max.session.timeout.ms", 1, kMostInteger},
    {"group.max.size", 1, kMostInteger},
    {"group.min.session.timeout.ms", 1, kMostInteger},
    {"leader.imbalance.check.interval.seconds", 1},
    {"log.cleaner.dedupe.buffer.size", 1'048'576},
    {"log.cleaner.threads", 1, 100},
    {"log.cleanup.policy", 0, 0, "delete compact", true},
    {"log.flush.interval.messages", 1},
    {"log.message.timestamp.type", 0, 0, "CreateTime LogAppendTime"},
    {"log.retention.check.interval.ms", 1},
    {"log.roll.ms", 1},
    {"log.segment.bytes", 1'048'576, kMostInteger},
    {"log.segment.delete.delay.ms", 0},
    {"max.connection.creation.rate", 0, kMostInteger},
    {"max.connections", 0, kMostInteger},
    {"max.connections.per.ip", 0, kMostInteger},
    {"max.incremental.fetch.session.cache.slots", 0, kMostInteger},
    {"message.max.bytes", 0, kMostInteger},
    {"num.io.threads", 1, 1'000},
    {"num.network.threads", 1, 1'000},
    {"num.recovery.threads.per.data.dir", 1, 100},
    {"num.replica.fetchers", 1, 100},
    {"offsets.retention.minutes", 1, kMostInteger},
    {"offsets.topic.num.partitions", 1, 10'000},
    {"producer.id.expiration.ms", 1, kMostInteger},
    {"queued.max.requests", 1, kMostInteger},
    {"replica.fetch.max.bytes", 0, kMostInteger},
    {"replica.lag.time.max.ms", 1},
    {"socket.receive.buffer.bytes", -1, kMostInteger},
    {"socket.request.max.bytes", 1, kMostInteger},
    {"socket.send.buffer.bytes", -1, kMostInteger},
    {"transaction.max.timeout.ms", 1, kMostInteger},
    {"transaction.state.log.num.partitions", 1, 10'000},
    {"transactional.id.expiration.ms", 1, kMostInteger},
    {"unclean.leader.election.enable", 0, 0, kYesNo},
};

/// What is said elsewhere in the spec, or is not for users: the beginning of a key, and where.
struct Elsewhere {
  const char* beginning;
  const char* said_by;
};
constexpr Elsewhere kElsewhere[] = {
    {"num.partitions", "defaults.partitions says it"},
    {"default.replication.factor", "defaults.replicationFactor says it"},
    {"min.insync.replicas", "defaults.minInsyncReplicas says it"},
    {"log.retention.ms", "defaults.retentionHours says it"},
    {"log.retention.minutes", "defaults.retentionHours says it"},
    {"log.retention.hours", "defaults.retentionHours says it"},
    {"log.retention.bytes", "defaults.retentionBytes says it"},
    {"log.dir", "dataDirectory says it"},
    {"broker.rack", "the zone of a node says it"},
    {"node.id", "Ashlar numbers the nodes"},
    {"broker.id", "Ashlar numbers the nodes"},
    {"process.roles", "the type of the cluster says it"},
    {"listener", "Ashlar sets it"},
    {"advertised.", "Ashlar sets it"},
    {"controller.", "Ashlar sets it"},
    {"inter.broker.", "Ashlar sets it"},
    {"ssl.", "Ashlar sets it"},
    {"sasl.", "Ashlar sets it"},
    {"security.", "Ashlar sets it"},
    {"authorizer.", "users declare what they may do"},
    {"super.users", "users declare what they may do"},
    {"metadata.log.dir", "Ashlar sets it"},
    {"offsets.topic.replication.factor", "Ashlar sets it by the number of brokers"},
    {"transaction.state.log.replication.factor", "Ashlar sets it by the number of brokers"},
    {"transaction.state.log.min.isr", "Ashlar sets it by the number of brokers"},
};

/// JSON's numbers and truths are taken as they would be written.
std::optional<std::string> text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number()) return value.dump();
  return std::nullopt;
}

std::vector<std::string> words_of(std::string_view text, char between) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(between), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::optional<long long> number_of(const std::string& text) {
  long long value = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || at != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

bool is_fraction(const std::string& text) {
  double value = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && at == text.data() + text.size() && value >= 0 && value <= 1;
}

/// Why `text` is no value of the key; empty when it is one.
std::string value_fault(const Key& key, const std::string& text) {
  const auto allowed = words_of(key.words, ' ');
  if (!allowed.empty()) {
    const auto given = key.list ? words_of(text, ',') : std::vector{text};
    const bool known = !given.empty() && std::ranges::all_of(given, [&](const auto& word) {
      return std::ranges::find(allowed, word) != allowed.end();
    });
    return known ? std::string()
                 : fmt::format("must be {}{}, not \"{}\"", key.list ? "of " : "one of ",
                               list_for_people(allowed), text);
  }
  if (key.fraction)
    return is_fraction(text) ? std::string() : fmt::format("must be from 0 to 1, not \"{}\"", text);
  const auto number = number_of(text);
  if (number && *number >= key.least && *number <= key.most) return {};
  if (key.most == kMost)
    return fmt::format("must be a whole number of at least {}, not \"{}\"", key.least, text);
  return fmt::format("must be a whole number from {} to {}, not \"{}\"", key.least, key.most, text);
}

const Elsewhere* said_elsewhere(const std::string& key) {
  for (const auto& entry : kElsewhere)
    if (key.starts_with(entry.beginning)) return &entry;
  return nullptr;
}

Configuration read(FieldReader& reader, std::span<const Key> keys, bool of_brokers) {
  Configuration configuration;
  const Json* given = reader.object("configuration");
  if (given == nullptr) return configuration;
  std::vector<std::string> names;
  for (const auto& key : keys) names.emplace_back(key.name);
  for (const auto& [name, value] : given->items()) {
    if (value.is_null()) continue;
    const std::string path = fmt::format("configuration.{}", name);
    const auto key = std::ranges::find_if(keys, [&](const Key& one) { return one.name == name; });
    if (key == keys.end()) {
      const Elsewhere* elsewhere = of_brokers ? said_elsewhere(name) : nullptr;
      const auto near = did_you_mean(name, names);
      reader.violation(path,
                       elsewhere ? fmt::format("cannot be set here: {}", elsewhere->said_by)
                       : near ? fmt::format("is no such configuration; did you mean \"{}\"?", *near)
                              : std::string("is no such configuration"));
      continue;
    }
    const auto text = text_of(value);
    if (!text) {
      reader.fault(path, fmt::format("must be a text, a number, true or false, not {}",
                                     type_for_people(value)));
      continue;
    }
    if (auto fault = value_fault(*key, *text); !fault.empty())
      reader.violation(path, std::move(fault));
    else
      configuration[name] = *text;
  }
  return configuration;
}

}  // namespace

Configuration read_topic_configuration(FieldReader& topic) {
  return read(topic, kTopicKeys, false);
}

Configuration read_broker_configuration(FieldReader& top) {
  return read(top, kBrokerKeys, true);
}

std::optional<long long> number_in(const Configuration& configuration, const std::string& key) {
  const auto found = configuration.find(key);
  return found == configuration.end() ? std::nullopt : number_of(found->second);
}

}  // namespace ashlar::kafka
