package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ElectionNotNeededException;

/** Topics and their partitions. */
final class Topics {
  /** A topic has dozens of settings: ten thousand topics at once would be an answer of tens of megabytes. */
  private static final int TOPICS_A_QUESTION = 500;

  private Topics() {}

  static JsonNode describe(Session session, Request request) throws Exception {
    Admin admin = session.brokersOnly();
    Collection<TopicDescription> topics = find(session, admin, request).values();
    if (request.flag("summary", false)) {
      return new TopicSummary(request.number("limit", 100))
          .of(topics, values(session, admin, topics, "min.insync.replicas"));
    }
    Map<String, List<ConfigEntry>> configs =
        request.flag("configs", true) ? changed(session, admin, topics) : Map.of();
    ArrayNode list = Answer.list();
    for (TopicDescription topic : topics) list.add(described(topic, configs.get(topic.name())));
    return Answer.object().set("topics", list);
  }

  /** By name. A name that was asked for and is not there is an error of the whole. */
  private static Map<String, TopicDescription> find(Session session, Admin admin, Request request) throws Exception {
    Collection<String> names = request.has("names")
        ? request.texts("names")
        : session.await(admin.listTopics(new ListTopicsOptions().listInternal(request.flag("internal", true))).names());
    return new TreeMap<>(session.await(admin.describeTopics(names).allTopicNames()));
  }

  private static ObjectNode described(TopicDescription topic, List<ConfigEntry> configs) {
    ObjectNode entry = Answer.object().put("name", topic.name()).put("id", topic.topicId().toString())
        .put("internal", topic.isInternal());
    ArrayNode partitions = entry.putArray("partitions");
    for (TopicPartitionInfo each : topic.partitions()) {
      ObjectNode partition = partitions.addObject().put("partition", each.partition())
          .put("leader", Answer.idOrNull(each.leader()));
      partition.set("replicas", Answer.ids(each.replicas()));
      partition.set("isr", Answer.ids(each.isr()));
    }
    if (configs != null) {
      ObjectNode values = entry.putObject("configs");
      for (ConfigEntry config : configs) values.put(config.name(), config.value());
    }
    return entry;
  }

  /** What was set on the topic itself. */
  private static Map<String, List<ConfigEntry>> changed(Session session, Admin admin,
      Collection<TopicDescription> topics) throws Exception {
    Map<String, List<ConfigEntry>> changed = new HashMap<>();
    eachConfig(session, admin, topics, (name, config) -> {
      List<ConfigEntry> own = new ArrayList<>();
      for (ConfigEntry entry : config.entries()) {
        if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) own.add(entry);
      }
      changed.put(name, own);
    });
    return changed;
  }

  /** One setting of each topic as it is in force, wherever it comes from. */
  private static Map<String, Integer> values(Session session, Admin admin, Collection<TopicDescription> topics,
      String setting) throws Exception {
    Map<String, Integer> values = new HashMap<>();
    eachConfig(session, admin, topics, (name, config) ->
        values.put(name, Integer.parseInt(config.get(setting).value())));
    return values;
  }

  private interface Taker {
    void take(String topic, Config config);
  }

  private static void eachConfig(Session session, Admin admin, Collection<TopicDescription> topics, Taker taker)
      throws Exception {
    List<ConfigResource> wanted = new ArrayList<>();
    for (TopicDescription topic : topics) {
      wanted.add(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
    }
    for (int from = 0; from < wanted.size(); from += TOPICS_A_QUESTION) {
      List<ConfigResource> some = wanted.subList(from, Math.min(wanted.size(), from + TOPICS_A_QUESTION));
      session.await(admin.describeConfigs(some).all())
          .forEach((resource, config) -> taker.take(resource.name(), config));
    }
  }

  static JsonNode create(Session session, Request request) throws Exception {
    Map<String, NewTopic> topics = new TreeMap<>();
    for (Request each : request.objects("topics")) topics.put(each.text("name"), newTopic(each));
    Request.need(!topics.isEmpty(), "'topics' must hold what to create");
    CreateTopicsResult result = session.brokersOnly().createTopics(topics.values(),
        new CreateTopicsOptions().validateOnly(request.flag("validateOnly", false)));
    Each<String> outcome = new Each<>(session, name -> Answer.object().put("name", name));
    result.values().forEach(outcome::add);
    return outcome.done();
  }

  private static NewTopic newTopic(Request request) {
    NewTopic topic;
    if (request.has("assignment")) {
      Map<Integer, List<Integer>> assignment = new HashMap<>();
      for (Request each : request.objects("assignment")) {
        assignment.put(each.number("partition"), each.numbers("replicas"));
      }
      topic = new NewTopic(request.text("name"), assignment);
    } else {
      Optional<Integer> partitions =
          request.has("partitions") ? Optional.of(request.number("partitions")) : Optional.empty();
      Optional<Short> replicas =
          request.has("replicas") ? Optional.of((short) request.number("replicas")) : Optional.empty();
      topic = new NewTopic(request.text("name"), partitions, replicas);
    }
    return topic.configs(request.map("configs"));
  }

  static JsonNode createPartitions(Session session, Request request) throws Exception {
    Map<String, NewPartitions> wanted = new TreeMap<>();
    for (Request each : request.objects("topics")) {
      wanted.put(each.text("name"), NewPartitions.increaseTo(each.number("partitions")));
    }
    Request.need(!wanted.isEmpty(), "'topics' must hold what to enlarge");
    Each<String> outcome = new Each<>(session, name -> Answer.object().put("name", name));
    session.brokersOnly().createPartitions(wanted).values().forEach(outcome::add);
    return outcome.done();
  }

  static JsonNode delete(Session session, Request request) throws Exception {
    Each<String> outcome = new Each<>(session, name -> Answer.object().put("name", name));
    session.brokersOnly().deleteTopics(request.texts("names")).topicNameValues().forEach(outcome::add);
    return outcome.done();
  }

  /** Without 'partitions': all whose preferred leader does not lead. */
  static JsonNode electLeaders(Session session, Request request) throws Exception {
    ElectionType type = Request.named(ElectionType.class, request.text("type", "preferred"));
    Set<TopicPartition> partitions = request.has("partitions") ? request.partitions("partitions") : null;
    Request.need(partitions != null || type == ElectionType.PREFERRED,
        "an unclean election loses records: 'partitions' must name for which");
    Map<TopicPartition, Optional<Throwable>> results = new TreeMap<>(Answer.BY_TOPIC);
    results.putAll(session.await(session.brokersOnly().electLeaders(type, partitions).partitions()));
    Each<TopicPartition> outcome = new Each<>(session, Answer::of);
    results.forEach((partition, error) -> {
      if (error.isPresent() && !(error.get() instanceof ElectionNotNeededException)) outcome.failed(partition, error.get());
    });
    return outcome.done();
  }
}
