package ashlar.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * What a rolling change asks of all topics together, small however many there are: lists end at a
 * limit, counts are of all.
 */
final class TopicSummary {
  /** Counted in full, named up to the limit. */
  private final class Finding {
    private final ArrayNode named = Answer.list();
    private int count;

    void add(ObjectNode what) {
      count++;
      if (named.size() < limit) named.add(what);
    }

    ObjectNode answer() {
      return Answer.object().put("count", count).set("named", named);
    }
  }

  private final class Broker {
    private int leaders;
    private int replicas;
    private int notInSync;
    // Partitions that would have too few in sync without this broker, though they have replicas enough.
    private final Finding needed = new Finding();
  }

  private final int limit;
  private final Map<Integer, Broker> brokers = new TreeMap<>();
  private final Finding offline = new Finding();
  private final Finding underReplicated = new Finding();
  private final Finding underMinIsr = new Finding();
  private final Finding notPreferred = new Finding();
  // Topics that can spare no replica, ever: no broker of theirs can stop without an interruption.
  private final Finding neverSpare = new Finding();
  private int topics;
  private int partitions;

  TopicSummary(int limit) {
    this.limit = limit;
  }

  ObjectNode of(Collection<TopicDescription> all, Map<String, Integer> minIsr) {
    for (TopicDescription topic : all) add(topic, minIsr.get(topic.name()));
    ObjectNode data = Answer.object().put("topics", topics).put("partitions", partitions);
    data.set("offline", offline.answer());
    data.set("underReplicated", underReplicated.answer());
    data.set("underMinIsr", underMinIsr.answer());
    data.set("notPreferred", notPreferred.answer());
    data.set("neverSpare", neverSpare.answer());
    ArrayNode list = data.putArray("brokers");
    brokers.forEach((id, broker) -> list.addObject().put("id", id).put("leaders", broker.leaders)
        .put("replicas", broker.replicas).put("notInSync", broker.notInSync).set("needed", broker.needed.answer()));
    return data;
  }

  private void add(TopicDescription topic, int minIsr) {
    topics++;
    int fewest = Integer.MAX_VALUE;
    for (TopicPartitionInfo partition : topic.partitions()) {
      add(topic.name(), partition, minIsr);
      fewest = Math.min(fewest, partition.replicas().size());
    }
    if (fewest <= minIsr) {
      neverSpare.add(Answer.object().put("topic", topic.name()).put("replicas", fewest).put("minIsr", minIsr)
          .put("internal", topic.isInternal()));
    }
  }

  private void add(String topic, TopicPartitionInfo partition, int wanted) {
    // As the broker counts: a partition with fewer replicas than it should have in sync needs all that it has.
    int minIsr = Math.min(wanted, partition.replicas().size());
    partitions++;
    Integer leader = Answer.idOrNull(partition.leader());
    int inSync = partition.isr().size();
    int replicas = partition.replicas().size();
    if (leader == null) offline.add(named(topic, partition, minIsr));
    if (inSync < replicas) underReplicated.add(named(topic, partition, minIsr));
    if (inSync < minIsr) underMinIsr.add(named(topic, partition, minIsr));
    if (leader != null && leader != partition.replicas().get(0).id()) notPreferred.add(named(topic, partition, minIsr));
    for (Node node : partition.replicas()) {
      Broker broker = brokers.computeIfAbsent(node.id(), id -> new Broker());
      boolean isInSync = partition.isr().stream().anyMatch(each -> each.id() == node.id());
      broker.replicas++;
      if (leader != null && leader == node.id()) broker.leaders++;
      if (!isInSync) broker.notInSync++;
      if (isInSync && replicas > minIsr && inSync - 1 < minIsr) broker.needed.add(named(topic, partition, minIsr));
    }
  }

  private static ObjectNode named(String topic, TopicPartitionInfo partition, int minIsr) {
    ObjectNode entry = Answer.of(new TopicPartition(topic, partition.partition()))
        .put("leader", Answer.idOrNull(partition.leader())).put("minIsr", minIsr);
    entry.set("replicas", Answer.ids(partition.replicas()));
    entry.set("isr", Answer.ids(partition.isr()));
    return entry;
  }
}
