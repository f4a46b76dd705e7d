package ashlar.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Several things were asked for and some of them failed; the data says which. */
final class SomeFailed extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient ObjectNode data;

  SomeFailed(Throwable first, ObjectNode data) {
    super(first);
    this.data = data;
  }

  ObjectNode data() {
    return data;
  }
}
