package ashlar.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.admin.DeleteAclsResult;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;

/** Who may do what to which topics, groups and so on. */
final class Acls {
  private Acls() {}

  static JsonNode list(Session session, Request request) throws Exception {
    return answer("acls", session.await(session.admin(request).describeAcls(filter(request)).values()));
  }

  static JsonNode create(Session session, Request request) throws Exception {
    List<AclBinding> bindings = new ArrayList<>();
    for (Request each : request.objects("acls")) bindings.add(binding(each));
    Request.need(!bindings.isEmpty(), "'acls' must hold what to create");
    Each<AclBinding> outcome = new Each<>(session, Acls::of);
    session.admin(request).createAcls(bindings).values().forEach(outcome::add);
    return outcome.done();
  }

  /** Each entry is a filter: a member that it lacks matches anything; one without members is refused. */
  static JsonNode delete(Session session, Request request) throws Exception {
    List<AclBindingFilter> filters = new ArrayList<>();
    for (Request each : request.objects("acls")) {
      Request.need(!filter(each).equals(AclBindingFilter.ANY), "an empty entry would delete every rule");
      filters.add(filter(each));
    }
    Request.need(!filters.isEmpty(), "'acls' must hold what to delete");
    DeleteAclsResult result = session.admin(request).deleteAcls(filters);
    return answer("deleted", session.await(result.all()));
  }

  private static JsonNode answer(String name, Collection<AclBinding> bindings) {
    List<AclBinding> sorted = new ArrayList<>(bindings);
    sorted.sort(Comparator.comparing(AclBinding::toString));
    ArrayNode list = Answer.list();
    sorted.forEach(binding -> list.add(of(binding)));
    return Answer.object().set(name, list);
  }

  private static AclBinding binding(Request request) {
    ResourcePattern pattern = new ResourcePattern(
        Request.named(ResourceType.class, request.text("resourceType")), request.text("resourceName"),
        Request.named(PatternType.class, request.text("patternType", "literal")));
    AccessControlEntry entry = new AccessControlEntry(request.text("principal"), request.text("host", "*"),
        Request.named(AclOperation.class, request.text("operation")),
        Request.named(AclPermissionType.class, request.text("permission", "allow")));
    return new AclBinding(pattern, entry);
  }

  private static AclBindingFilter filter(Request request) {
    ResourcePatternFilter pattern = new ResourcePatternFilter(
        Request.named(ResourceType.class, request.text("resourceType", "any")), request.text("resourceName", null),
        Request.named(PatternType.class, request.text("patternType", "any")));
    AccessControlEntryFilter entry = new AccessControlEntryFilter(request.text("principal", null),
        request.text("host", null), Request.named(AclOperation.class, request.text("operation", "any")),
        Request.named(AclPermissionType.class, request.text("permission", "any")));
    return new AclBindingFilter(pattern, entry);
  }

  private static ObjectNode of(AclBinding binding) {
    return Answer.object().put("resourceType", word(binding.pattern().resourceType()))
        .put("resourceName", binding.pattern().name()).put("patternType", word(binding.pattern().patternType()))
        .put("principal", binding.entry().principal()).put("host", binding.entry().host())
        .put("operation", word(binding.entry().operation())).put("permission", word(binding.entry().permissionType()));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
