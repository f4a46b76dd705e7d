package ashlar.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Comparator;
import java.util.OptionalLong;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;

/** What answers are made of. */
final class Answer {
  static final Comparator<TopicPartition> BY_TOPIC =
      Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

  private Answer() {}

  static ObjectNode object() {
    return Main.JSON.createObjectNode();
  }

  static ArrayNode list() {
    return Main.JSON.createArrayNode();
  }

  static ObjectNode of(TopicPartition partition) {
    return object().put("topic", partition.topic()).put("partition", partition.partition());
  }

  static ArrayNode numbers(Collection<Integer> numbers) {
    ArrayNode list = list();
    numbers.forEach(list::add);
    return list;
  }

  static ArrayNode ids(Collection<Node> nodes) {
    ArrayNode list = list();
    nodes.forEach(node -> list.add(node.id()));
    return list;
  }

  static ArrayNode texts(Collection<String> texts) {
    ArrayNode list = list();
    texts.forEach(list::add);
    return list;
  }

  /** The id of a node that may be none: Kafka has null in some places and -1 in others. */
  static Integer idOrNull(Node node) {
    return node == null || node.isEmpty() ? null : node.id();
  }

  static Long orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}
