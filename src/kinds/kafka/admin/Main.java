package ashlar.admin;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Reads one request from standard input and writes one answer to standard output; the README beside
 * this file says what both look like. Secrets come in this way only: arguments and the environment
 * of a process can be read by others.
 */
public final class Main {
  /** Never quotes the request in an error: it holds passwords. */
  static final JsonMapper JSON =
      JsonMapper.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build();

  private Main() {}

  public static void main(String[] arguments) throws IOException {
    final PrintStream answers = System.out;
    System.setOut(System.err); // whatever a library prints must not get into the answer
    ObjectNode answer = JSON.createObjectNode();
    int status = 0;
    try {
      answer.set("results", results(JSON.readTree(System.in)));
    } catch (JacksonException error) {
      answer.put("error", "the request is no JSON" + place(error));
      status = 2;
    } catch (Wrong error) {
      answer.put("error", error.getMessage());
      status = 2;
    }
    write(answers, answer);
    // Clients were closed without waiting; threads of theirs must not keep the caller waiting.
    Runtime.getRuntime().halt(status);
  }

  private static String place(JacksonException error) {
    return error.getLocation() == null
        ? ""
        : ": line " + error.getLocation().getLineNr() + ", column " + error.getLocation().getColumnNr();
  }

  private static void write(OutputStream to, JsonNode answer) throws IOException {
    to.write(JSON.writeValueAsBytes(answer));
    to.write('\n');
    to.flush();
  }

  private static ArrayNode results(JsonNode request) {
    Request.need(request.isObject(), "the request must be an object");
    JsonNode operations = request.path("operations");
    Request.need(operations.isArray(), "'operations' must be a list");
    ArrayNode results = JSON.createArrayNode();
    boolean stopOnError = request.path("stopOnError").asBoolean(false);
    try (Session session = new Session(request)) {
      boolean stopped = false;
      for (JsonNode operation : operations) {
        ObjectNode result = stopped ? notTried() : result(session, operation);
        stopped = stopped || stopOnError && !result.get("ok").asBoolean();
        results.add(result);
      }
    }
    return results;
  }

  private static ObjectNode result(Session session, JsonNode operation) {
    ObjectNode result = JSON.createObjectNode();
    try {
      JsonNode data = Operations.run(session, new Request(operation));
      return result.put("ok", true).set("data", data);
    } catch (Exception error) {
      return Failure.of(error, session).into(result);
    }
  }

  private static ObjectNode notTried() {
    return JSON.createObjectNode()
        .put("ok", false)
        .put("error", "not tried, since an operation before it failed")
        .put("type", "NotTried")
        .put("retriable", true);
  }
}
