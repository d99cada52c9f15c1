package dev.arda.client.cli;

/**
 * One thing that arda needs, and how it is.
 *
 * @param name what was examined
 * @param status how it is
 * @param detail what was found
 * @param remedy what to do; empty if nothing
 */
record Check(String name, Status status, String detail, String remedy) {

  /** How something is. */
  enum Status {
    /** As it should be. */
    OK,
    /** Works, but something is worth knowing. */
    NOTE,
    /** Does not work. */
    FAULT
  }

  static Check ok(String name, String detail) {
    return new Check(name, Status.OK, detail, "");
  }

  static Check note(String name, String detail, String remedy) {
    return new Check(name, Status.NOTE, detail, remedy);
  }

  static Check fault(String name, String detail, String remedy) {
    return new Check(name, Status.FAULT, detail, remedy);
  }
}
