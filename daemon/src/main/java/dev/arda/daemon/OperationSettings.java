package dev.arda.daemon;

import dev.arda.daemon.operation.OperationLimits;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** The variables that say how much operations may take. */
final class OperationSettings {

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private OperationSettings() {}

  /**
   * Reads them.
   *
   * @throws DaemonStartException if one cannot be understood
   */
  static OperationLimits read(Map<String, String> environment) throws DaemonStartException {
    var otherwise = OperationLimits.DEFAULT;
    int builds = number(environment, "ARDA_MAX_BUILDS", otherwise.builds());
    if (builds == 0) {
      throw wrong("ARDA_MAX_BUILDS", "0", "at least 1");
    }
    return new OperationLimits(
        builds,
        number(environment, "ARDA_OPERATIONS_KEPT", otherwise.kept()),
        Duration.ofDays(
            number(environment, "ARDA_OPERATIONS_DAYS", (int) otherwise.age().toDays())),
        (long) number(environment, "ARDA_OPERATIONS_MIB", (int) (otherwise.bytes() >> 20)) << 20);
  }

  private static int number(Map<String, String> environment, String name, int otherwise)
      throws DaemonStartException {
    var text = environment.getOrDefault(name, "");
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!NUMBER.matcher(text).matches()) {
      throw wrong(name, text, "a whole number");
    }
    return Integer.parseInt(text);
  }

  private static DaemonStartException wrong(String name, String value, String wanted) {
    return new DaemonStartException(
        ExitCode.USAGE, "%s is `%s`; it must be %s.".formatted(name, value, wanted));
  }
}
