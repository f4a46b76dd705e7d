package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AddRaftVoterOptions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.RaftVoterEndpoint;
import org.apache.kafka.clients.admin.RemoveRaftVoterOptions;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.Node;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/** The cluster as a whole: its nodes, the quorum of its controllers, its features. */
final class Cluster {
  private Cluster() {}

  static JsonNode describe(Session session, Request request) throws Exception {
    Admin admin = session.admin(request);
    boolean brokers = session.asksBrokers(request);
    DescribeClusterResult result =
        admin.describeCluster(new DescribeClusterOptions().includeFencedBrokers(brokers));
    ObjectNode data = Answer.object().put("id", session.await(result.clusterId()));
    // What brokers call the controller here is any broker: the quorum is asked who leads it.
    QuorumInfo quorum = session.await(admin.describeMetadataQuorum().quorumInfo());
    data.put("controller", quorum.leaderId() < 0 ? null : Integer.valueOf(quorum.leaderId()));
    // Asked of a controller, these are the controllers.
    ArrayNode nodes = data.putArray(brokers ? "brokers" : "controllers");
    List<Node> sorted = new ArrayList<>(session.await(result.nodes()));
    sorted.sort(Comparator.comparingInt(Node::id));
    for (Node node : sorted) {
      nodes.addObject().put("id", node.id()).put("host", node.host()).put("port", node.port())
          .put("rack", node.rack()).put("fenced", node.isFenced());
    }
    describeFeatures(data, session.await(admin.describeFeatures().featureMetadata()));
    return data;
  }

  private static void describeFeatures(ObjectNode data, FeatureMetadata metadata) {
    ObjectNode features = data.putObject("features");
    new TreeMap<>(metadata.finalizedFeatures()).forEach((name, range) -> features.put(name, range.maxVersionLevel()));
    ObjectNode supported = data.putObject("supportedFeatures");
    new TreeMap<>(metadata.supportedFeatures()).forEach((name, range) ->
        supported.putObject(name).put("min", range.minVersion()).put("max", range.maxVersion()));
    JsonNode level = features.path(MetadataVersion.FEATURE_NAME);
    data.put("metadataVersion", level.isNumber() ? nameOf((short) level.intValue()) : null);
  }

  /** "4.4-IV2"; null for a level that these jars are too old to know. */
  private static String nameOf(short level) {
    for (MetadataVersion version : MetadataVersion.values()) {
      if (version.featureLevel() == level) return version.version();
    }
    return null;
  }

  static JsonNode quorum(Session session, Request request) throws Exception {
    QuorumInfo quorum = session.await(session.admin(request).describeMetadataQuorum().quorumInfo());
    ObjectNode data = Answer.object().put("leader", quorum.leaderId() < 0 ? null : Integer.valueOf(quorum.leaderId()))
        .put("epoch", quorum.leaderEpoch()).put("highWatermark", quorum.highWatermark());
    QuorumInfo.ReplicaState leader = quorum.voters().stream()
        .filter(voter -> voter.replicaId() == quorum.leaderId()).findFirst().orElse(null);
    ArrayNode voters = data.putArray("voters");
    for (QuorumInfo.ReplicaState voter : quorum.voters()) {
      ObjectNode entry = state(voter, leader);
      ArrayNode endpoints = entry.putArray("endpoints");
      QuorumInfo.Node node = quorum.nodes().get(voter.replicaId());
      if (node != null) {
        for (RaftVoterEndpoint each : node.endpoints()) {
          endpoints.addObject().put("listener", each.listener()).put("host", each.host()).put("port", each.port());
        }
      }
      voters.add(entry);
    }
    ArrayNode observers = data.putArray("observers");
    for (QuorumInfo.ReplicaState observer : quorum.observers()) observers.add(state(observer, leader));
    return data;
  }

  /** Times are of the leader's clock, so what matters is how far a replica's lie behind the leader's own. */
  private static ObjectNode state(QuorumInfo.ReplicaState replica, QuorumInfo.ReplicaState leader) {
    ObjectNode state = Answer.object().put("id", replica.replicaId())
        .put("directoryId", replica.replicaDirectoryId().toString())
        .put("logEndOffset", replica.logEndOffset());
    boolean known = leader != null && replica.logEndOffset() >= 0;
    state.put("lag", known ? Long.valueOf(Math.max(0, leader.logEndOffset() - replica.logEndOffset())) : null);
    state.put("lastFetchMs", Answer.orNull(replica.lastFetchTimestamp()));
    state.put("lastCaughtUpMs", Answer.orNull(replica.lastCaughtUpTimestamp()));
    boolean timed = leader != null && leader.lastCaughtUpTimestamp().isPresent()
        && replica.lastCaughtUpTimestamp().isPresent() && replica.lastCaughtUpTimestamp().getAsLong() > 0;
    return state.put("behindMs", timed
        ? Long.valueOf(Math.max(0, leader.lastCaughtUpTimestamp().getAsLong() - replica.lastCaughtUpTimestamp().getAsLong()))
        : null);
  }

  static JsonNode addVoter(Session session, Request request) throws Exception {
    Set<RaftVoterEndpoint> endpoints = new HashSet<>();
    for (Request each : request.objects("endpoints")) {
      endpoints.add(new RaftVoterEndpoint(each.text("listener"), each.text("host"), each.number("port")));
    }
    Request.need(!endpoints.isEmpty(), "'endpoints' must name where the controller listens");
    AddRaftVoterOptions options = new AddRaftVoterOptions().setClusterId(clusterId(request));
    session.await(session.admin(request)
        .addRaftVoter(request.number("id"), request.uuid("directoryId"), endpoints, options).all());
    return Answer.object();
  }

  static JsonNode removeVoter(Session session, Request request) throws Exception {
    RemoveRaftVoterOptions options = new RemoveRaftVoterOptions().setClusterId(clusterId(request));
    session.await(session.admin(request)
        .removeRaftVoter(request.number("id"), request.uuid("directoryId"), options).all());
    return Answer.object();
  }

  /** With an id, a request that reaches another cluster is refused there. */
  private static Optional<String> clusterId(Request request) {
    return Optional.ofNullable(request.text("clusterId", null));
  }

  static JsonNode updateFeatures(Session session, Request request) throws Exception {
    Admin admin = session.admin(request);
    FeatureMetadata metadata = session.await(admin.describeFeatures().featureMetadata());
    Map<String, Short> wanted = new HashMap<>();
    if (request.has("release")) wanted.putAll(levelsOf(request.text("release"), metadata));
    request.map("features").forEach((name, level) -> wanted.put(name, level(name, level)));
    Request.need(!wanted.isEmpty(), "'release' or 'features' must say what to change to");
    Map<String, FeatureUpdate> updates = new HashMap<>();
    ObjectNode data = Answer.object();
    wanted.forEach((name, level) -> {
      short now = current(metadata, name);
      if (now == level) return;
      boolean down = level < now;
      Request.need(!down || request.flag("downgrade", false),
          name + " is at " + now + ", and going down to " + level + " must be asked for by 'downgrade'");
      updates.put(name, new FeatureUpdate(level,
          down ? FeatureUpdate.UpgradeType.SAFE_DOWNGRADE : FeatureUpdate.UpgradeType.UPGRADE));
      data.putObject(name).put("from", now).put("to", level);
    });
    if (!updates.isEmpty()) {
      session.await(admin.updateFeatures(updates,
          new UpdateFeaturesOptions().validateOnly(request.flag("validateOnly", false))).all());
    }
    return Answer.object().set("changed", data);
  }

  private static short current(FeatureMetadata metadata, String name) {
    return metadata.finalizedFeatures().containsKey(name)
        ? metadata.finalizedFeatures().get(name).maxVersionLevel()
        : 0;
  }

  private static short level(String feature, String text) {
    if (feature.equals(MetadataVersion.FEATURE_NAME) && text != null && text.contains(".")) {
      return versionOf(text).featureLevel();
    }
    try {
      return Short.parseShort(String.valueOf(text));
    } catch (NumberFormatException error) {
      throw new Wrong("'features." + feature + "' must be a whole number");
    }
  }

  /** All features of a release; never lower than they are. */
  private static Map<String, Short> levelsOf(String release, FeatureMetadata metadata) {
    MetadataVersion version = versionOf(release);
    Map<String, Short> levels = new HashMap<>();
    levels.put(MetadataVersion.FEATURE_NAME, version.featureLevel());
    for (Feature feature : Feature.PRODUCTION_FEATURES) {
      short level = feature.defaultLevel(version);
      boolean known = metadata.supportedFeatures().containsKey(feature.featureName());
      if (known && feature != Feature.KRAFT_VERSION && level > current(metadata, feature.featureName())) {
        levels.put(feature.featureName(), level);
      }
    }
    return levels;
  }

  /** "4.4" is the last finished version of that release, "4.4-IV1" just that one. */
  private static MetadataVersion versionOf(String name) {
    MetadataVersion found = null;
    for (MetadataVersion each : MetadataVersion.values()) {
      boolean finished = each.featureLevel() <= MetadataVersion.LATEST_PRODUCTION.featureLevel();
      if (each.version().equals(name) || finished && each.version().startsWith(name + "-")) found = each;
    }
    Request.need(found != null, "'" + name + "' is no release that these programs know; they are of "
        + MetadataVersion.LATEST_PRODUCTION.version());
    return found;
  }

  static JsonNode unregisterBroker(Session session, Request request) throws Exception {
    session.await(session.admin(request).unregisterBroker(request.number("id")).all());
    return Answer.object();
  }
}
