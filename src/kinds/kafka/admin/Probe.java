package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes a record to each partition of a topic that is there, confirmed by every replica in sync, and
 * reads it back as a client would. Success is never inferred from anything less.
 */
final class Probe {
  private static final class Trip {
    private final ObjectNode answer;
    private final long began = System.nanoTime();
    private Future<RecordMetadata> write;

    Trip(TopicPartitionInfo partition) {
      answer = Answer.object().put("partition", partition.partition()).put("leader", Answer.idOrNull(partition.leader()));
    }

    double elapsedMs() {
      return Math.round((System.nanoTime() - began) / 1e4) / 100.0;
    }
  }

  private final Session session;
  private final Each<TopicPartition> outcome;
  private final Map<TopicPartition, Trip> trips = new TreeMap<>(Answer.BY_TOPIC);
  private final byte[] value;

  private Probe(Session session, String text) {
    this.session = session;
    this.value = text.getBytes(StandardCharsets.UTF_8);
    this.outcome = new Each<>(session, partition -> trips.get(partition).answer);
  }

  static JsonNode run(Session session, Request request) throws Exception {
    String topic = request.text("topic");
    TopicDescription description = session.await(session.brokersOnly().describeTopics(List.of(topic))
        .allTopicNames()).get(topic);
    Probe probe = new Probe(session, request.text("value", "probe " + UUID.randomUUID()));
    probe.write(description);
    probe.read();
    return probe.outcome.done();
  }

  private int time() {
    return (int) Math.max(1, session.leftMs());
  }

  private void write(TopicDescription topic) {
    Map<String, Object> properties = new HashMap<>(session.dataProperties());
    properties.put("acks", "all");
    properties.put("enable.idempotence", true);
    properties.put("linger.ms", 0);
    // Together they must fit into what is left, whatever the client's own settings are.
    properties.put("request.timeout.ms", Math.max(1, time() / 2));
    properties.put("delivery.timeout.ms", time());
    properties.put("max.block.ms", time());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (TopicPartitionInfo each : topic.partitions()) {
        Trip trip = new Trip(each);
        TopicPartition partition = new TopicPartition(topic.name(), each.partition());
        trips.put(partition, trip);
        trip.write = producer.send(new ProducerRecord<>(topic.name(), each.partition(), key(partition), value),
            (written, error) -> trip.answer.put("writeMs", error == null ? Double.valueOf(trip.elapsedMs()) : null));
      }
      for (Map.Entry<TopicPartition, Trip> each : trips.entrySet()) confirm(each.getKey(), each.getValue());
      producer.close(Duration.ZERO);
    }
  }

  /** Topics that are compacted refuse records without a key. */
  private static byte[] key(TopicPartition partition) {
    return ("ashlar-probe-" + partition.partition()).getBytes(StandardCharsets.UTF_8);
  }

  private void confirm(TopicPartition partition, Trip trip) {
    try {
      trip.answer.put("offset", trip.write.get(time(), TimeUnit.MILLISECONDS).offset());
    } catch (ExecutionException error) {
      outcome.failed(partition, error.getCause());
    } catch (TimeoutException error) {
      outcome.failed(partition, new org.apache.kafka.common.errors.TimeoutException("the write was not confirmed in time"));
    } catch (InterruptedException error) {
      throw new IllegalStateException(error);
    }
  }

  private void read() {
    Map<TopicPartition, Trip> unread = new TreeMap<>(Answer.BY_TOPIC);
    trips.forEach((partition, trip) -> {
      if (trip.answer.has("offset")) unread.put(partition, trip);
    });
    if (unread.isEmpty()) return;
    Map<String, Object> properties = new HashMap<>(session.dataProperties());
    properties.put("enable.auto.commit", false);
    properties.put("auto.offset.reset", "none");
    properties.put("allow.auto.create.topics", false);
    properties.put("request.timeout.ms", time());
    properties.put("default.api.timeout.ms", time());
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(unread.keySet());
      unread.forEach((partition, trip) -> consumer.seek(partition, trip.answer.get("offset").longValue()));
      while (!unread.isEmpty() && session.leftMs() > 0) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(Math.min(200, time())))) {
          take(consumer, record, unread);
        }
      }
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
    unread.keySet().forEach(partition -> outcome.failed(partition,
        new org.apache.kafka.common.errors.TimeoutException("the record was written, and could not be read back in time")));
  }

  private void take(KafkaConsumer<byte[], byte[]> consumer, ConsumerRecord<byte[], byte[]> record,
      Map<TopicPartition, Trip> unread) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    Trip trip = unread.get(partition);
    if (trip == null || record.offset() != trip.answer.get("offset").longValue()) return;
    unread.remove(partition);
    consumer.pause(List.of(partition));
    if (Arrays.equals(record.value(), value)) {
      trip.answer.put("roundTripMs", trip.elapsedMs());
      outcome.add(partition, KafkaFuture.completedFuture(null));
    } else {
      outcome.failed(partition, new IllegalStateException("another record lies at the offset that was confirmed"));
    }
  }
}
