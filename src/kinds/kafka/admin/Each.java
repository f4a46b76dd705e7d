package ashlar.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.KafkaFuture;

/** The outcomes of an operation on several things, of which some may fail and others not. */
final class Each<K> {
  private final Session session;
  private final Function<K, ObjectNode> describe;
  private final List<K> done = new ArrayList<>();
  private final List<K> failed = new ArrayList<>();
  private final List<Throwable> errors = new ArrayList<>();

  Each(Session session, Function<K, ObjectNode> describe) {
    this.session = session;
    this.describe = describe;
  }

  void add(K key, KafkaFuture<?> outcome) {
    try {
      session.await(outcome);
      done.add(key);
    } catch (Exception error) {
      failed(key, error);
    }
  }

  void failed(K key, Throwable error) {
    failed.add(key);
    errors.add(error);
  }

  /** What was done and what was not; the error of the first when nothing was done at all. */
  ObjectNode done() throws Exception {
    if (done.isEmpty() && errors.size() == 1 && errors.get(0) instanceof Exception) throw (Exception) errors.get(0);
    if (!errors.isEmpty()) throw new SomeFailed(errors.get(0), data());
    return data();
  }

  private ObjectNode data() {
    ObjectNode data = Answer.object();
    ArrayNode good = data.putArray("done");
    done.forEach(key -> good.add(describe.apply(key)));
    ArrayNode bad = data.putArray("failed");
    for (int i = 0; i < failed.size(); i++) {
      bad.add(Failure.of(errors.get(i), session).into(describe.apply(failed.get(i))));
    }
    return data;
  }
}
