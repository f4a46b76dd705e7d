package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/** Settings of topics, of single brokers, and of all brokers together. */
final class Configs {
  private Configs() {}

  /** "topic" and "broker" with a name; "default-broker" is what holds for all brokers. */
  private static ConfigResource resource(Request request) {
    String type = request.text("type");
    if (type.equals("default-broker")) return new ConfigResource(ConfigResource.Type.BROKER, "");
    ConfigResource.Type kind = Request.named(ConfigResource.Type.class, type);
    Request.need(!request.text("name").isEmpty(), "'name' must not be empty");
    return new ConfigResource(kind, request.text("name"));
  }

  private static ObjectNode of(ConfigResource resource) {
    boolean all = resource.type() == ConfigResource.Type.BROKER && resource.name().isEmpty();
    return Answer.object().put("type", all ? "default-broker" : resource.type().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .put("name", resource.name());
  }

  static JsonNode describe(Session session, Request request) throws Exception {
    List<ConfigResource> resources = new ArrayList<>();
    for (Request each : request.objects("resources")) resources.add(resource(each));
    Request.need(!resources.isEmpty(), "'resources' must hold what to describe");
    List<String> names = request.texts("names");
    boolean all = request.flag("all", false) || !names.isEmpty();
    Map<ConfigResource, Config> configs = session.await(session.admin(request).describeConfigs(resources).all());
    ArrayNode list = Answer.list();
    for (ConfigResource resource : resources) {
      ArrayNode entries = list.add(of(resource)).get(list.size() - 1).withArray("entries");
      List<ConfigEntry> sorted = new ArrayList<>(configs.get(resource).entries());
      sorted.sort(Comparator.comparing(ConfigEntry::name));
      for (ConfigEntry entry : sorted) {
        if ((all || isSet(entry)) && (names.isEmpty() || names.contains(entry.name()))) entries.add(of(entry));
      }
    }
    return Answer.object().set("resources", list);
  }

  private static boolean isSet(ConfigEntry entry) {
    return entry.source() != ConfigEntry.ConfigSource.DEFAULT_CONFIG;
  }

  /** Kafka gives no value of what is secret. */
  private static ObjectNode of(ConfigEntry entry) {
    return Answer.object().put("name", entry.name()).put("value", entry.value())
        .put("source", entry.source().name()).put("sensitive", entry.isSensitive()).put("readOnly", entry.isReadOnly());
  }

  static JsonNode alter(Session session, Request request) throws Exception {
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new LinkedHashMap<>();
    for (Request each : request.objects("resources")) {
      List<AlterConfigOp> operations = new ArrayList<>();
      each.map("set").forEach((name, value) -> operations.add(change(name, value, AlterConfigOp.OpType.SET)));
      each.map("append").forEach((name, value) -> operations.add(change(name, value, AlterConfigOp.OpType.APPEND)));
      each.map("subtract").forEach((name, value) -> operations.add(change(name, value, AlterConfigOp.OpType.SUBTRACT)));
      for (String name : each.texts("delete")) operations.add(change(name, null, AlterConfigOp.OpType.DELETE));
      Request.need(!operations.isEmpty(), "an entry of 'resources' must have set, append, subtract or delete");
      changes.put(resource(each), operations);
    }
    Request.need(!changes.isEmpty(), "'resources' must hold what to change");
    Each<ConfigResource> outcome = new Each<>(session, Configs::of);
    session.admin(request).incrementalAlterConfigs(changes,
            new AlterConfigsOptions().validateOnly(request.flag("validateOnly", false)))
        .values().forEach(outcome::add);
    return outcome.done();
  }

  private static AlterConfigOp change(String name, String value, AlterConfigOp.OpType type) {
    return new AlterConfigOp(new ConfigEntry(name, value), type);
  }
}
