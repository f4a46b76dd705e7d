package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;

/**
 * The connections of one request, made when an operation first needs them, and its time: all
 * operations together have it, so that a caller knows when the answer comes at the latest.
 */
final class Session implements AutoCloseable {
  private static final int DEFAULT_TIMEOUT_MS = 30_000;

  private final List<String> brokers;
  private final List<String> controllers;
  private final Map<String, Object> properties;
  private final Map<String, Object> controllerProperties;
  private final int timeoutMs;
  private final long deadline;
  private final Secrets secrets;
  private Admin brokersAdmin;
  private Admin controllersAdmin;

  Session(JsonNode document) {
    Request request = new Request(document);
    brokers = request.texts("bootstrap");
    controllers = request.texts("bootstrapControllers");
    Request.need(!brokers.isEmpty() || !controllers.isEmpty(),
        "'bootstrap' or 'bootstrapControllers' must name a HOST:PORT");
    timeoutMs = request.number("timeoutMs", DEFAULT_TIMEOUT_MS);
    Request.need(timeoutMs > 0, "'timeoutMs' must be above 0");
    deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    properties = client(request.map("properties"));
    // Controllers have a listener of their own, where nodes come in by certificate and users do not.
    controllerProperties =
        request.has("controllerProperties") ? client(request.map("controllerProperties")) : properties;
    secrets = new Secrets(document);
  }

  private Map<String, Object> client(Map<String, String> given) {
    Map<String, Object> client = new HashMap<>();
    client.put("client.id", "ashlar");
    client.put("default.api.timeout.ms", timeoutMs);
    // Half, so that a node that hangs leaves time to ask another.
    client.put("request.timeout.ms", Math.max(1, Math.min(timeoutMs / 2, 30_000)));
    client.put("socket.connection.setup.timeout.ms", 2_000);
    client.put("socket.connection.setup.timeout.max.ms", 4_000);
    client.put("reconnect.backoff.max.ms", 500);
    client.put("retry.backoff.max.ms", 500);
    client.put("enable.metrics.push", false); // would cost requests of its own
    client.put("metric.reporters", ""); // JMX: nobody reads it, and it takes time to start
    given.forEach((name, value) -> {
      if (value != null) client.put(name, value);
    });
    return client;
  }

  /** The brokers' side if there is one: they forward to the controllers what is theirs. */
  Admin admin() {
    return brokers.isEmpty() ? controllersOnly() : brokersOnly();
  }

  /** For what only brokers answer. */
  Admin brokersOnly() {
    Request.need(!brokers.isEmpty(), "this operation needs 'bootstrap', addresses of brokers");
    if (brokersAdmin == null) {
      Map<String, Object> all = new HashMap<>(properties);
      all.put("bootstrap.servers", brokers);
      brokersAdmin = Admin.create(all);
    }
    return brokersAdmin;
  }

  Admin controllersOnly() {
    Request.need(!controllers.isEmpty(), "this operation needs 'bootstrapControllers', addresses of controllers");
    if (controllersAdmin == null) {
      Map<String, Object> all = new HashMap<>(controllerProperties);
      all.put("bootstrap.controllers", controllers);
      controllersAdmin = Admin.create(all);
    }
    return controllersAdmin;
  }

  /** Where the operation asks to go: "via": "controllers" or "brokers". */
  Admin admin(Request request) {
    if (!request.has("via")) return admin();
    return asksBrokers(request) ? brokersOnly() : controllersOnly();
  }

  boolean asksBrokers(Request request) {
    String via = request.text("via", brokers.isEmpty() ? "controllers" : "brokers");
    Request.need(via.equals("brokers") || via.equals("controllers"), "'via' must be brokers or controllers");
    return via.equals("brokers");
  }

  /** For clients that read and write records. */
  Map<String, Object> dataProperties() {
    Request.need(!brokers.isEmpty(), "this operation needs 'bootstrap', addresses of brokers");
    Map<String, Object> all = new HashMap<>(properties);
    all.put("bootstrap.servers", brokers);
    return all;
  }

  /** What a future gives, within the time that is left. */
  <T> T await(KafkaFuture<T> future) throws Exception {
    try {
      return future.get(Math.max(1, leftMs()), TimeUnit.MILLISECONDS);
    } catch (ExecutionException error) {
      throw error.getCause() instanceof Exception ? (Exception) error.getCause() : error;
    } catch (TimeoutException error) {
      throw new org.apache.kafka.common.errors.TimeoutException(
          "no answer within " + timeoutMs + " ms, the time that the whole request had");
    }
  }

  long leftMs() {
    return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
  }

  List<String> addresses() {
    List<String> all = new ArrayList<>(brokers);
    all.addAll(controllers);
    return all;
  }

  Secrets secrets() {
    return secrets;
  }

  @Override
  public void close() {
    if (brokersAdmin != null) brokersAdmin.close(Duration.ZERO);
    if (controllersAdmin != null) controllersAdmin.close(Duration.ZERO);
  }
}
