package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.BrokerNotAvailableException;

/** How many bytes lie where, how many there is room for, and how far replicas are behind. */
final class LogDirs {
  private LogDirs() {}

  static JsonNode describe(Session session, Request request) throws Exception {
    Admin admin = session.brokersOnly();
    ArrayNode list = Answer.list();
    Set<Integer> there = new TreeSet<>();
    for (Node node : session.await(admin.describeCluster().nodes())) there.add(node.id());
    Set<Integer> wanted = request.has("brokers") ? new TreeSet<>(request.numbers("brokers")) : there;
    for (int id : wanted) {
      // Asked for one that is not there, Kafka's client waits for it until the time is over.
      if (!there.contains(id)) absent(list.addObject().put("id", id), session);
    }
    wanted.retainAll(there);
    Map<Integer, KafkaFuture<Map<String, LogDirDescription>>> answers =
        new TreeMap<>(admin.describeLogDirs(wanted).descriptions());
    for (Map.Entry<Integer, KafkaFuture<Map<String, LogDirDescription>>> each : answers.entrySet()) {
      ObjectNode broker = list.addObject().put("id", each.getKey());
      try {
        describe(broker, session.await(each.getValue()), request);
      } catch (Exception error) {
        // The others' answers count: a broker that does not answer is what this may be asked for.
        Failure.of(error, session).into(broker);
      }
    }
    return Answer.object().set("brokers", list);
  }

  private static void absent(ObjectNode broker, Session session) {
    Failure.of(new BrokerNotAvailableException("the broker is not there: stopped, fenced or not registered"), session)
        .into(broker);
  }

  private static void describe(ObjectNode broker, Map<String, LogDirDescription> dirs, Request request) {
    broker.put("ok", true);
    ArrayNode list = broker.putArray("dirs");
    long total = 0;
    for (Map.Entry<String, LogDirDescription> dir : new TreeMap<>(dirs).entrySet()) {
      ObjectNode entry = describe(dir.getKey(), dir.getValue(), request);
      total += entry.get("bytes").longValue();
      list.add(entry);
    }
    broker.put("bytes", total);
  }

  private static ObjectNode describe(String path, LogDirDescription dir, Request request) {
    ObjectNode entry = Answer.object().put("path", path)
        .put("error", dir.error() == null ? null : dir.error().getMessage())
        .put("totalBytes", Answer.orNull(dir.totalBytes())).put("usableBytes", Answer.orNull(dir.usableBytes()))
        .put("replicas", dir.replicaInfos().size());
    Map<String, Long> byTopic = new TreeMap<>();
    Map<TopicPartition, ReplicaInfo> sorted = new TreeMap<>(Answer.BY_TOPIC);
    sorted.putAll(dir.replicaInfos());
    ArrayNode partitions = Answer.list();
    sorted.forEach((partition, replica) -> {
      byTopic.merge(partition.topic(), replica.size(), Long::sum);
      partitions.add(Answer.of(partition).put("bytes", replica.size()).put("offsetLag", replica.offsetLag())
          .put("future", replica.isFuture()));
    });
    entry.put("bytes", byTopic.values().stream().mapToLong(Long::longValue).sum());
    if (request.flag("byTopic", false)) {
      ObjectNode topics = entry.putObject("topics");
      byTopic.forEach(topics::put);
    }
    if (request.flag("byPartition", false)) entry.set("partitions", partitions);
    return entry;
  }
}
