package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.admin.UserScramCredentialsDescription;

/** Users who come in by a password (SCRAM). Kafka keeps what a password is checked with, never the password. */
final class Users {
  private static final int ITERATIONS = 8192;

  private Users() {}

  static JsonNode list(Session session, Request request) throws Exception {
    List<UserScramCredentialsDescription> users = new ArrayList<>(
        session.await(session.admin(request).describeUserScramCredentials().all()).values());
    users.sort(Comparator.comparing(UserScramCredentialsDescription::name));
    ArrayNode list = Answer.list();
    for (UserScramCredentialsDescription user : users) {
      ArrayNode credentials = list.addObject().put("name", user.name()).putArray("credentials");
      for (ScramCredentialInfo each : user.credentialInfos()) {
        credentials.addObject().put("mechanism", each.mechanism().mechanismName()).put("iterations", each.iterations());
      }
    }
    return Answer.object().set("users", list);
  }

  /** Entries of 'users' with a password are set, those with "delete": true are taken away. */
  static JsonNode alter(Session session, Request request) throws Exception {
    List<UserScramCredentialAlteration> changes = new ArrayList<>();
    for (Request user : request.objects("users")) {
      ScramMechanism mechanism = ScramMechanism.fromMechanismName(user.text("mechanism", "SCRAM-SHA-512"));
      Request.need(mechanism != ScramMechanism.UNKNOWN, "'mechanism' must be SCRAM-SHA-512 or SCRAM-SHA-256");
      if (user.flag("delete", false)) {
        changes.add(new UserScramCredentialDeletion(user.text("name"), mechanism));
        continue;
      }
      Request.need(!user.text("password").isEmpty(), "'password' must not be empty");
      changes.add(new UserScramCredentialUpsertion(user.text("name"),
          new ScramCredentialInfo(mechanism, user.number("iterations", ITERATIONS)),
          user.text("password")));
    }
    Request.need(!changes.isEmpty(), "'users' must hold whom to change");
    Each<String> outcome = new Each<>(session, name -> Answer.object().put("name", name));
    session.admin(request).alterUserScramCredentials(changes).values().forEach(outcome::add);
    return outcome.done();
  }
}
