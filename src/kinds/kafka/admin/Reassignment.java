package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.PartitionReassignment;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NoReassignmentInProgressException;

/**
 * Moving replicas. Throttles are settings (alter_configs: append to and subtract from the topics'
 * lists, so that an operator's own entries stay) and are no part of it.
 */
final class Reassignment {
  private Reassignment() {}

  static JsonNode start(Session session, Request request) throws Exception {
    Map<TopicPartition, Optional<NewPartitionReassignment>> wanted = new TreeMap<>(Answer.BY_TOPIC);
    for (Request each : request.objects("partitions")) {
      Request.need(!each.numbers("replicas").isEmpty(), "'replicas' must name the brokers to move to");
      wanted.put(each.partition(), Optional.of(new NewPartitionReassignment(each.numbers("replicas"))));
    }
    Request.need(!wanted.isEmpty(), "'partitions' must hold what to move");
    Each<TopicPartition> outcome = new Each<>(session, Answer::of);
    session.admin(request).alterPartitionReassignments(wanted).values().forEach(outcome::add);
    return outcome.done();
  }

  /** Without 'partitions': whatever moves. What does not move any more is as good as cancelled. */
  static JsonNode cancel(Session session, Request request) throws Exception {
    Set<TopicPartition> partitions = request.has("partitions")
        ? request.partitions("partitions")
        : session.await(session.admin(request).listPartitionReassignments().reassignments()).keySet();
    Map<TopicPartition, Optional<NewPartitionReassignment>> none = new TreeMap<>(Answer.BY_TOPIC);
    for (TopicPartition partition : partitions) none.put(partition, Optional.empty());
    Each<TopicPartition> outcome = new Each<>(session, Answer::of);
    session.admin(request).alterPartitionReassignments(none).values().forEach((partition, future) -> {
      try {
        session.await(future);
        outcome.add(partition, future);
      } catch (NoReassignmentInProgressException over) {
        return;
      } catch (Exception error) {
        outcome.failed(partition, error);
      }
    });
    return outcome.done();
  }

  static JsonNode list(Session session, Request request) throws Exception {
    Map<TopicPartition, PartitionReassignment> moving =
        new TreeMap<>(Answer.BY_TOPIC);
    moving.putAll(session.await(session.admin(request).listPartitionReassignments().reassignments()));
    ArrayNode list = Answer.list();
    moving.forEach((partition, each) -> {
      ObjectNode entry = Answer.of(partition);
      entry.set("replicas", Answer.numbers(each.replicas()));
      entry.set("adding", Answer.numbers(each.addingReplicas()));
      entry.set("removing", Answer.numbers(each.removingReplicas()));
      list.add(entry);
    });
    return Answer.object().set("reassignments", list);
  }
}
