package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/** The operations by name. */
final class Operations {
  /** Carries one operation out and gives its data. */
  interface Operation {
    JsonNode run(Session session, Request request) throws Exception;
  }

  private static final Map<String, Operation> BY_NAME = new TreeMap<>();

  static {
    BY_NAME.put("cluster", Cluster::describe);
    BY_NAME.put("quorum", Cluster::quorum);
    BY_NAME.put("add_voter", Cluster::addVoter);
    BY_NAME.put("remove_voter", Cluster::removeVoter);
    BY_NAME.put("update_features", Cluster::updateFeatures);
    BY_NAME.put("unregister_broker", Cluster::unregisterBroker);
    BY_NAME.put("topics", Topics::describe);
    BY_NAME.put("create_topics", Topics::create);
    BY_NAME.put("create_partitions", Topics::createPartitions);
    BY_NAME.put("delete_topics", Topics::delete);
    BY_NAME.put("elect_leaders", Topics::electLeaders);
    BY_NAME.put("describe_configs", Configs::describe);
    BY_NAME.put("alter_configs", Configs::alter);
    BY_NAME.put("reassign", Reassignment::start);
    BY_NAME.put("cancel_reassign", Reassignment::cancel);
    BY_NAME.put("reassignments", Reassignment::list);
    BY_NAME.put("placement", Placement::describe);
    BY_NAME.put("log_dirs", LogDirs::describe);
    BY_NAME.put("groups", Groups::describe);
    BY_NAME.put("scram_users", Users::list);
    BY_NAME.put("alter_scram", Users::alter);
    BY_NAME.put("acls", Acls::list);
    BY_NAME.put("create_acls", Acls::create);
    BY_NAME.put("delete_acls", Acls::delete);
    BY_NAME.put("quotas", Quotas::list);
    BY_NAME.put("alter_quotas", Quotas::alter);
    BY_NAME.put("probe", Probe::run);
  }

  private Operations() {}

  static JsonNode run(Session session, Request request) throws Exception {
    String name = request.text("op");
    Operation operation = BY_NAME.get(name);
    Request.need(operation != null, "'" + name + "' is no operation; there are " + BY_NAME.keySet());
    if (session.leftMs() <= 0) {
      throw new org.apache.kafka.common.errors.TimeoutException("no time was left of what the whole request had");
    }
    return operation.run(session, request);
  }
}
