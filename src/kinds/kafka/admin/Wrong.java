package ashlar.admin;

/** The request itself is wrong: trying it again changes nothing. */
final class Wrong extends RuntimeException {
  private static final long serialVersionUID = 1;

  Wrong(String message) {
    super(message);
  }
}
