package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import kafka.tools.StorageTool;

/**
 * Kafka's own tool that formats a node's folders, told what to do on standard input: it wants the first
 * user's password as an argument, which every process of the machine could read, and prints what the
 * password is checked with.
 *
 * <p>Reads {"arguments": ["format", "-t", ...]}, writes {"status": 0, "output": "..."}.
 */
public final class Format {
  private Format() {}

  public static void main(String[] arguments) throws IOException {
    final PrintStream answers = System.out;
    System.setOut(System.err);
    JsonNode request = Main.JSON.readTree(System.in);
    List<String> words = new Request(request).texts("arguments");
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int status;
    String error = "";
    try {
      status = StorageTool.execute(words.toArray(new String[0]), new PrintStream(printed, true, StandardCharsets.UTF_8));
    } catch (Exception failed) { // as the tool's own main does
      status = 1;
      error = failed.getMessage() + "\n";
    }
    ObjectNode answer = Answer.object().put("status", status)
        .put("output", withoutSecrets(printed.toString(StandardCharsets.UTF_8) + error, words));
    answers.write(Main.JSON.writeValueAsBytes(answer));
    answers.println();
    answers.flush();
    Runtime.getRuntime().halt(0);
  }

  /** Records of credentials are left out, and arguments that hold some are not repeated. */
  private static String withoutSecrets(String printed, List<String> words) {
    StringBuilder kept = new StringBuilder();
    for (String line : printed.split("\n")) {
      if (!line.startsWith("Bootstrap metadata") && !line.contains("ScramCredential")) kept.append(line.strip()).append('\n');
    }
    String text = kept.toString().strip();
    for (String word : words) {
      if (word.startsWith("SCRAM-")) text = text.replace(word, "(secret)");
    }
    return text;
  }
}
