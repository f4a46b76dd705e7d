package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.PartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Where every replica is, how large, and how much of those that move has come over. A cluster may have
 * a hundred thousand partitions, so that each is a short list and no object.
 */
final class Placement {
  private final Map<TopicPartition, Map<Integer, Long>> sizes = new HashMap<>();
  private Map<TopicPartition, PartitionReassignment> moving = Map.of();

  private Placement() {}

  /** Of each partition: replicas, bytes, those in sync; of one that moves also: adding, removing, bytes copied. */
  static JsonNode describe(Session session, Request request) throws Exception {
    Admin admin = session.brokersOnly();
    Placement placement = new Placement();
    ArrayNode brokers = Answer.list();
    placement.readSizes(session, admin, brokers);
    placement.moving = session.await(admin.listPartitionReassignments().reassignments());
    Set<String> names = session.await(admin.listTopics(
        new ListTopicsOptions().listInternal(true)).names());
    ArrayNode topics = Answer.list();
    for (TopicDescription topic : new TreeMap<>(session.await(admin.describeTopics(names).allTopicNames())).values()) {
      ArrayNode partitions = topics.addObject().put("name", topic.name()).putArray("partitions");
      for (TopicPartitionInfo each : topic.partitions()) partitions.add(placement.of(topic.name(), each));
    }
    ObjectNode data = Answer.object();
    data.set("topics", topics);
    data.set("brokers", brokers);
    return data;
  }

  /** A broker that does not answer has no sizes: its replicas are somewhere else as well, or nothing can be moved. */
  private void readSizes(Session session, Admin admin, ArrayNode brokers) throws Exception {
    Set<Integer> there = new HashSet<>();
    for (Node node : session.await(admin.describeCluster().nodes())) there.add(node.id());
    Map<Integer, KafkaFuture<Map<String, LogDirDescription>>> answers =
        new TreeMap<>(admin.describeLogDirs(there).descriptions());
    for (Map.Entry<Integer, KafkaFuture<Map<String, LogDirDescription>>> each : answers.entrySet()) {
      ObjectNode broker = brokers.addObject().put("id", each.getKey());
      try {
        long free = 0;
        for (LogDirDescription dir : session.await(each.getValue()).values()) {
          free += dir.usableBytes().orElse(0);
          dir.replicaInfos().forEach((partition, replica) ->
              sizes.computeIfAbsent(partition, one -> new HashMap<>()).merge(each.getKey(), replica.size(), Long::sum));
        }
        broker.put("usableBytes", free);
      } catch (Exception error) {
        Failure.of(error, session).into(broker);
      }
    }
  }

  private ArrayNode of(String topic, TopicPartitionInfo partition) {
    TopicPartition name = new TopicPartition(topic, partition.partition());
    PartitionReassignment move = moving.get(name);
    ArrayNode entry = Answer.list();
    entry.add(Answer.ids(partition.replicas()));
    long largest = 0;
    long copied = 0;
    for (Map.Entry<Integer, Long> size : sizes.getOrDefault(name, Map.of()).entrySet()) {
      boolean comes = move != null && move.addingReplicas().contains(size.getKey());
      if (comes) copied += size.getValue();
      else largest = Math.max(largest, size.getValue());
    }
    entry.add(largest).add(Answer.ids(partition.isr()));
    if (move != null) {
      entry.add(Answer.numbers(move.addingReplicas())).add(Answer.numbers(move.removingReplicas())).add(copied);
    }
    return entry;
  }
}
