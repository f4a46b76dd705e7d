package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** One operation as it was asked for, or an object in it: its members, checked as they are read. */
final class Request {
  private final JsonNode node;

  Request(JsonNode node) {
    need(node.isObject(), "each operation, and each entry of its lists, must be an object");
    this.node = node;
  }

  static void need(boolean holds, String message) {
    if (!holds) throw new Wrong(message);
  }

  /** An enum of Kafka's by the name that people write: "topic", "default-broker", "ALTER_CONFIGS". */
  static <E extends Enum<E>> E named(Class<E> type, String name) {
    for (E value : type.getEnumConstants()) {
      if (value.name().equals(name.toUpperCase(Locale.ROOT).replace('-', '_'))) return value;
    }
    throw new Wrong("'" + name + "' is none of " + List.of(type.getEnumConstants()));
  }

  boolean has(String member) {
    return node.hasNonNull(member);
  }

  String text(String member) {
    JsonNode value = node.path(member);
    need(value.isTextual(), "'" + member + "' must be text");
    return value.textValue();
  }

  String text(String member, String otherwise) {
    return has(member) ? text(member) : otherwise;
  }

  int number(String member) {
    JsonNode value = node.path(member);
    need(value.canConvertToInt() && value.isIntegralNumber(), "'" + member + "' must be a whole number");
    return value.intValue();
  }

  int number(String member, int otherwise) {
    return has(member) ? number(member) : otherwise;
  }

  boolean flag(String member, boolean otherwise) {
    if (!has(member)) return otherwise;
    need(node.get(member).isBoolean(), "'" + member + "' must be true or false");
    return node.get(member).booleanValue();
  }

  Uuid uuid(String member) {
    try {
      return Uuid.fromString(text(member));
    } catch (IllegalArgumentException error) {
      throw new Wrong("'" + member + "' is not an id: 22 characters of base64");
    }
  }

  /** Texts; numbers in the list become text, since broker ids are names in some places. */
  List<String> texts(String member) {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : list(member)) {
      need(value.isTextual() || value.isIntegralNumber(), "'" + member + "' must hold texts");
      texts.add(value.asText());
    }
    return texts;
  }

  List<Integer> numbers(String member) {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode value : list(member)) {
      need(value.isIntegralNumber(), "'" + member + "' must hold whole numbers");
      numbers.add(value.intValue());
    }
    return numbers;
  }

  List<Request> objects(String member) {
    List<Request> objects = new ArrayList<>();
    for (JsonNode value : list(member)) objects.add(new Request(value));
    return objects;
  }

  /** Member by member as text; null where the request says null. */
  Map<String, String> map(String member) {
    Map<String, String> map = new LinkedHashMap<>();
    JsonNode object = node.path(member);
    need(object.isObject() || object.isMissingNode() || object.isNull(), "'" + member + "' must be an object");
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      JsonNode value = object.get(name);
      need(value.isValueNode(), "'" + member + "." + name + "' must be text, a number, true, false or null");
      map.put(name, value.isNull() ? null : value.asText());
    }
    return map;
  }

  TopicPartition partition() {
    return new TopicPartition(text("topic"), number("partition"));
  }

  Set<TopicPartition> partitions(String member) {
    Set<TopicPartition> partitions = new TreeSet<>(Answer.BY_TOPIC);
    for (Request each : objects(member)) partitions.add(each.partition());
    return partitions;
  }

  private JsonNode list(String member) {
    JsonNode value = node.path(member);
    if (value.isMissingNode() || value.isNull()) return Main.JSON.createArrayNode();
    need(value.isArray(), "'" + member + "' must be a list");
    return value;
  }
}
