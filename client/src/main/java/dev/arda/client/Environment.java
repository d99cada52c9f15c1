package dev.arda.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a client knows of the process it runs in. The only place that reads environment variables
 * and system properties; everything else gets one of these.
 *
 * @param variables environment variables
 * @param cwd absolute working directory
 * @param launcher the {@code bin/arda} that starts daemons; empty where the client was not started
 *     by one
 * @param terminals those of the standard streams {@code 0}, {@code 1} and {@code 2} that are
 *     terminals, as a text such as {@code 12}
 * @param uid numeric id of the user
 */
public record Environment(
    Map<String, String> variables, Path cwd, Optional<Path> launcher, String terminals, int uid) {

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

  /** Copies the map. */
  public Environment {
    variables = Map.copyOf(variables);
  }

  /** The environment of this process, as the launcher script completed it. */
  public static Environment ofProcess() {
    return new Environment(
        System.getenv(),
        Path.of(System.getProperty("user.dir", "/")),
        Optional.ofNullable(System.getProperty("arda.launcher"))
            .filter(s -> !s.isEmpty())
            .map(Path::of),
        System.getProperty("arda.tty", ""),
        processUid());
  }

  /**
   * The arguments of this process as they were typed. Java decodes them by the locale, so in the C
   * locale everything beyond ASCII is lost; where that happened they are read again, as UTF-8, from
   * the kernel. Systems without {@code /proc} get what Java made of them.
   *
   * @param decoded the arguments of {@code main}
   */
  public static List<String> processArguments(String[] decoded) {
    var arguments = List.of(decoded);
    if (arguments.stream().noneMatch(word -> word.indexOf('\uFFFD') >= 0)) {
      return arguments;
    }
    try {
      var line = Files.readString(Path.of("/proc/self/cmdline"));
      var words = List.of(line.split("\0", -1));
      // The last word ends with a NUL as well, and what stands before the arguments is Java's.
      int end = words.size() - 1;
      return words.subList(end - arguments.size(), end);
    } catch (IOException e) {
      // Not Linux, or really not UTF-8.
      return arguments;
    }
  }

  private static int processUid() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException | UnsupportedOperationException e) {
      return (int) new com.sun.security.auth.module.UnixSystem().getUid();
    }
  }

  /** The value of a variable; empty if it is unset or the empty text. */
  public Optional<String> get(Setting setting) {
    return Optional.ofNullable(variables.get(setting.name())).filter(s -> !s.isEmpty());
  }

  /** A variable that names a path, made absolute. */
  public Optional<Path> path(Setting setting) {
    return get(setting).map(s -> cwd.resolve(s).normalize());
  }

  /**
   * A variable that names a directory whatever the working directory is.
   *
   * @throws DaemonException if it is relative
   */
  Optional<Path> directory(Setting setting) {
    var text = get(setting);
    if (text.isPresent() && !Path.of(text.get()).isAbsolute()) {
      throw new DaemonException(
          "%s is not an absolute path: %s".formatted(setting.name(), text.get()));
    }
    return path(setting);
  }

  /** The same of the XDG Base Directory Specification, by which a relative one does not count. */
  Optional<Path> baseDirectory(Setting setting) {
    return get(setting).map(Path::of).filter(Path::isAbsolute).map(Path::normalize);
  }

  /**
   * A variable that is a duration.
   *
   * @throws DaemonException if it cannot be read as one
   */
  public Duration duration(Setting setting, Duration otherwise) {
    var text = get(setting);
    if (text.isEmpty()) {
      return otherwise;
    }
    var matcher = DURATION.matcher(text.get());
    if (!matcher.matches()) {
      throw new DaemonException(
          setting.name()
              + " is not a duration: "
              + text.get()
              + " (write a number and a unit, for example 90s, 20m or 3h)");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  /** The user's home directory. */
  public Path home() {
    return path(Setting.HOME).orElseGet(() -> Path.of(System.getProperty("user.home", "/")));
  }

  /** The directory of temporary files. */
  public Path temporaryDirectory() {
    return path(Setting.TMPDIR).orElseGet(() -> Path.of("/tmp"));
  }

  /** Whether one of the standard streams is a terminal. */
  public boolean isTerminal(int stream) {
    return terminals.indexOf('0' + stream) >= 0;
  }

  /**
   * The first executable file of that name on the {@code PATH}, as an absolute path that is not
   * resolved any further.
   */
  public Optional<Path> program(String name) {
    for (var directory : variables.getOrDefault(Setting.PATH.name(), "").split(":", -1)) {
      // An empty entry means the working directory; a program is never taken from there by
      // accident.
      if (!directory.isEmpty()) {
        var candidate = cwd.resolve(directory).resolve(name).normalize();
        if (Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }
}
