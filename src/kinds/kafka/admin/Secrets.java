package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Everything secret of a request, so that no error repeats it: Kafka quotes values that it refuses. */
final class Secrets {
  private static final Pattern QUOTED = Pattern.compile("password\\s*=\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

  // The longest first: one may be part of another.
  private final Set<String> values =
      new TreeSet<>((a, b) -> a.length() != b.length() ? b.length() - a.length() : a.compareTo(b));

  Secrets(JsonNode document) {
    gather(document);
  }

  private void gather(JsonNode node) {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      JsonNode value = node.get(name);
      if (value.isTextual() && isSecret(name)) add(value.textValue());
      gather(value);
    }
    if (node.isArray()) node.forEach(this::gather);
  }

  private static boolean isSecret(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.contains("password") || lower.contains("jaas") || lower.contains("keystore.key")
        || lower.contains("secret");
  }

  private void add(String value) {
    if (!value.isEmpty()) values.add(value);
    Matcher inside = QUOTED.matcher(value);
    while (inside.find()) {
      if (!inside.group(1).isEmpty()) values.add(inside.group(1));
    }
  }

  String hidden(String text) {
    for (String value : values) text = text.replace(value, "(secret)");
    return text;
  }
}
