package ashlar.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;

/** An error in plain words, with what a program needs to decide whether to try again. */
final class Failure {
  private final String message;
  private final String type;
  private final boolean retriable;
  private final ObjectNode data; // what was done all the same, or null

  private Failure(String message, String type, boolean retriable, ObjectNode data) {
    this.message = message;
    this.type = type;
    this.retriable = retriable;
    this.data = data;
  }

  static Failure of(Throwable error, Session session) {
    if (error instanceof SomeFailed) {
      Failure first = of(error.getCause(), session);
      return new Failure(first.message, first.type, first.retriable, ((SomeFailed) error).data());
    }
    Throwable cause = withoutWrapping(error);
    String type = cause.getClass().getSimpleName();
    if (cause instanceof Wrong) return new Failure(cause.getMessage(), "InvalidRequest", false, null);
    if (!(cause instanceof KafkaException)) System.err.println(type + " in an operation"); // a fault of ours
    return new Failure(
        session.secrets().hidden(words(cause, session)), type, cause instanceof RetriableException, null);
  }

  ObjectNode into(ObjectNode result) {
    result.put("ok", false).put("error", message).put("type", type).put("retriable", retriable);
    return data == null ? result : result.set("data", data);
  }

  private static Throwable withoutWrapping(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null
        && (cause instanceof ExecutionException || cause instanceof CompletionException
            || cause.getClass() == KafkaException.class)) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String words(Throwable error, Session session) {
    String message = error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    if (error instanceof TimeoutException) return message + reachable(session.addresses());
    // The handshake's own reason is a level or two below "SSL handshake failed".
    if (error instanceof SslAuthenticationException) return message + deepest(error);
    boolean saysNothing = error instanceof ApiException && message.equals(error.getClass().getName());
    return saysNothing ? error.getClass().getSimpleName() : message;
  }

  private static String deepest(Throwable error) {
    Throwable deepest = error;
    while (deepest.getCause() != null) deepest = deepest.getCause();
    return deepest == error || deepest.getMessage() == null ? "" : ": " + deepest.getMessage();
  }

  /** Kafka's clients only say that time ran out, not that nothing listens: looked at here. */
  private static String reachable(List<String> addresses) {
    StringBuilder words = new StringBuilder();
    for (String address : addresses) {
      int colon = address.lastIndexOf(':');
      try (Socket socket = new Socket()) {
        socket.connect(
            new InetSocketAddress(address.substring(0, Math.max(0, colon)),
                Integer.parseInt(address.substring(colon + 1))), 1_000);
      } catch (IOException | IllegalArgumentException error) {
        words.append("; ").append(address).append(": ").append(error.getMessage());
      }
      if (words.length() > 500) break;
    }
    return words.toString();
  }
}
