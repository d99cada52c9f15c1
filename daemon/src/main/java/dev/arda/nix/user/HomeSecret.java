package dev.arda.nix.user;

import dev.arda.nix.user.age.SecretValue;

/**
 * A secret for a home. Closing it forgets the value.
 *
 * @param name its name
 * @param path below the home directory, where a link to it is made; empty: none is
 * @param value what it is
 */
record HomeSecret(SecretName name, String path, SecretValue value) implements AutoCloseable {

  /** How many bytes one line of a script holds. */
  private static final int LINE = 200;

  /**
   * Lines of {@code stage.sh}. They are read from standard input and say bytes to a command that
   * the shell has in itself, so that no list of processes shows them.
   */
  String script() {
    var text = new StringBuilder("value %s %s\n".formatted(name, quoted(path)));
    var bytes = value.bytes();
    for (int i = 0; i < bytes.length; i += LINE) {
      text.append("add '");
      for (int j = i; j < Math.min(i + LINE, bytes.length); j++) {
        text.append("\\0");
        text.append((char) ('0' + ((bytes[j] >> 6) & 3)));
        text.append((char) ('0' + ((bytes[j] >> 3) & 7)));
        text.append((char) ('0' + (bytes[j] & 7)));
      }
      text.append("'\n");
    }
    java.util.Arrays.fill(bytes, (byte) 0);
    return text.toString();
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  @Override
  public void close() {
    value.close();
  }
}
