package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;

/** What clients may take: bytes a second to write and to read, and so on. A null name means the default. */
final class Quotas {
  private Quotas() {}

  static JsonNode list(Session session, Request request) throws Exception {
    ArrayNode list = Answer.list();
    Map<ClientQuotaEntity, Map<String, Double>> quotas =
        session.await(session.admin(request).describeClientQuotas(ClientQuotaFilter.all()).entities());
    quotas.forEach((entity, values) -> {
      ObjectNode entry = of(entity);
      ObjectNode limits = entry.putObject("limits");
      new TreeMap<>(values).forEach(limits::put);
      list.add(entry);
    });
    return Answer.object().set("quotas", list);
  }

  private static ObjectNode of(ClientQuotaEntity entity) {
    ObjectNode entry = Answer.object();
    ObjectNode names = entry.putObject("entity");
    new TreeMap<>(entity.entries()).forEach(names::put);
    return entry;
  }

  /** Entries: {"entity": {"user": NAME}, "limits": {"producer_byte_rate": N}}; a limit of null is taken away. */
  static JsonNode alter(Session session, Request request) throws Exception {
    List<ClientQuotaAlteration> changes = new ArrayList<>();
    for (Request each : request.objects("quotas")) {
      List<ClientQuotaAlteration.Op> limits = new ArrayList<>();
      each.map("limits").forEach((name, value) -> limits.add(new ClientQuotaAlteration.Op(name, number(name, value))));
      Request.need(!limits.isEmpty() && !each.map("entity").isEmpty(), "each entry of 'quotas' needs 'entity' and 'limits'");
      changes.add(new ClientQuotaAlteration(new ClientQuotaEntity(each.map("entity")), limits));
    }
    Request.need(!changes.isEmpty(), "'quotas' must hold what to change");
    Each<ClientQuotaEntity> outcome = new Each<>(session, Quotas::of);
    session.admin(request).alterClientQuotas(changes).values().forEach(outcome::add);
    return outcome.done();
  }

  private static Double number(String name, String value) {
    try {
      return value == null ? null : Double.valueOf(value);
    } catch (NumberFormatException error) {
      throw new Wrong("'limits." + name + "' must be a number or null");
    }
  }
}
