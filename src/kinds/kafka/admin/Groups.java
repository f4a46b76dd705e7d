package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Groups of consumers: who is in them, and how far they are behind. */
final class Groups {
  private Groups() {}

  static JsonNode describe(Session session, Request request) throws Exception {
    Admin admin = session.brokersOnly();
    Map<String, ObjectNode> groups = new TreeMap<>();
    Set<String> consumers = new TreeSet<>();
    Set<String> named = new TreeSet<>(request.texts("names"));
    for (GroupListing group : session.await(admin.listGroups(new ListGroupsOptions()).all())) {
      if (!named.isEmpty() && !named.contains(group.groupId())) continue;
      groups.put(group.groupId(), listed(group));
      if (isOfConsumers(group)) consumers.add(group.groupId());
    }
    if (!consumers.isEmpty() && request.flag("details", true)) {
      addMembers(session, admin, consumers, groups);
      addLag(session, admin, consumers, groups);
    }
    ArrayNode list = Answer.list();
    groups.values().forEach(list::add);
    return Answer.object().set("groups", list);
  }

  private static ObjectNode listed(GroupListing group) {
    return Answer.object().put("id", group.groupId())
        .put("type", group.type().map(Object::toString).orElse(null)).put("protocol", group.protocol())
        .put("state", group.groupState().map(Object::toString).orElse(null));
  }

  /** Of other groups (share, streams, Connect's workers) only what the list says is told. */
  private static boolean isOfConsumers(GroupListing group) {
    GroupType type = group.type().orElse(GroupType.UNKNOWN);
    boolean classic = type == GroupType.CLASSIC && (group.protocol().equals("consumer") || group.protocol().isEmpty());
    return type == GroupType.CONSUMER || classic;
  }

  private static void addMembers(Session session, Admin admin, Set<String> names, Map<String, ObjectNode> groups)
      throws Exception {
    for (Map.Entry<String, KafkaFuture<ConsumerGroupDescription>> each
        : admin.describeConsumerGroups(names).describedGroups().entrySet()) {
      ConsumerGroupDescription group = session.await(each.getValue());
      ObjectNode entry = groups.get(each.getKey());
      entry.put("state", group.groupState().toString()).put("assignor", group.partitionAssignor())
          .put("coordinator", Answer.idOrNull(group.coordinator()));
      ArrayNode members = entry.putArray("members");
      for (MemberDescription member : group.members()) {
        Set<TopicPartition> assigned = new TreeSet<>(Answer.BY_TOPIC);
        assigned.addAll(member.assignment().topicPartitions());
        ArrayNode partitions = members.addObject().put("id", member.consumerId())
            .put("instance", member.groupInstanceId().orElse(null)).put("client", member.clientId())
            .put("host", member.host()).putArray("partitions");
        assigned.forEach(partition -> partitions.add(Answer.of(partition)));
      }
    }
  }

  private static void addLag(Session session, Admin admin, Set<String> names, Map<String, ObjectNode> groups)
      throws Exception {
    Map<String, ListConsumerGroupOffsetsSpec> all = new HashMap<>();
    for (String name : names) all.put(name, new ListConsumerGroupOffsetsSpec());
    Map<String, Map<TopicPartition, OffsetAndMetadata>> committed = session.await(admin.listConsumerGroupOffsets(all).all());
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    committed.values().forEach(offsets ->
        offsets.keySet().forEach(partition -> wanted.put(partition, OffsetSpec.latest())));
    ListOffsetsResult ends = wanted.isEmpty() ? null : admin.listOffsets(wanted);
    for (String name : names) {
      ArrayNode list = groups.get(name).putArray("offsets");
      long total = 0;
      Map<TopicPartition, OffsetAndMetadata> sorted = new TreeMap<>(Answer.BY_TOPIC);
      sorted.putAll(committed.get(name));
      for (Map.Entry<TopicPartition, OffsetAndMetadata> each : sorted.entrySet()) {
        if (each.getValue() == null) continue;
        Long end = end(session, ends, each.getKey());
        Long lag = end == null ? null : Long.valueOf(Math.max(0, end - each.getValue().offset()));
        total += lag == null ? 0 : lag;
        list.add(Answer.of(each.getKey()).put("committed", each.getValue().offset()).put("end", end).put("lag", lag));
      }
      groups.get(name).put("lag", total);
    }
  }

  /** None for a partition without a leader, or of a topic that is gone: the others' count. */
  private static Long end(Session session, ListOffsetsResult ends, TopicPartition partition) {
    try {
      return session.await(ends.partitionResult(partition)).offset();
    } catch (Exception error) {
      return null;
    }
  }
}
