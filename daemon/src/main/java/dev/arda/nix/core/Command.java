package dev.arda.nix.core;

import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A program to run: its arguments, and everything about its surroundings that it can see. Nothing
 * is inherited from the daemon. Immutable.
 */
public final class Command {

  /**
   * How long a process may take to end after {@code SIGTERM}, unless the command says otherwise.
   */
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(3);

  /** How much standard output is kept, unless the command says otherwise: 256 MiB. */
  public static final long DEFAULT_OUTPUT_LIMIT = 64L << 20;

  private final List<String> arguments;
  private final Map<String, String> environment;
  private final Path directory;
  private final Optional<byte[]> input;
  private final Optional<Duration> timeLimit;
  private final Optional<Duration> silenceLimit;
  private final Supplier<Duration> grace;
  private final long outputLimit;
  private final Set<String> secrets;
  private final Redaction redaction;

  private Command(Builder builder) {
    this.arguments = List.copyOf(builder.arguments);
    this.environment = Map.copyOf(builder.environment);
    this.directory = builder.directory;
    this.input = builder.input;
    this.timeLimit = builder.timeLimit;
    this.silenceLimit = builder.silenceLimit;
    this.grace = builder.grace;
    this.outputLimit = builder.outputLimit;
    this.secrets = Set.copyOf(builder.secrets);
    this.redaction = new Redaction(secrets);
    check();
  }

  private void check() {
    if (arguments.isEmpty() || arguments.getFirst().isEmpty()) {
      throw new IllegalArgumentException("a command needs a program");
    }
    for (var argument : arguments) {
      if (argument.indexOf('\0') >= 0) {
        throw new CommandException(
            Reason.REQUEST_INVALID,
            "An argument for %s contains the character NUL, which no program can receive."
                .formatted(programName()),
            NixException.Details.NONE.with("program", programName()));
      }
    }
    environment.forEach((name, value) -> {
      if (name.isEmpty() || name.indexOf('=') >= 0 || (name + value).indexOf('\0') >= 0) {
        throw new IllegalArgumentException("not a variable: " + name);
      }
    });
    if (!directory.isAbsolute()) {
      throw new IllegalArgumentException("directory is not absolute: " + directory);
    }
  }

  /**
   * A command.
   *
   * @param arguments the program, a path or a name to be found on the {@code PATH} of the command's
   *     own environment, and its arguments
   * @param environment all variables the program will have
   * @param directory the absolute directory it runs in
   */
  public static Builder of(
      List<String> arguments, Map<String, String> environment, Path directory) {
    return new Builder(arguments, environment, directory);
  }

  /** The program and its arguments. */
  public List<String> arguments() {
    return arguments;
  }

  /** All variables of the program. */
  public Map<String, String> environment() {
    return environment;
  }

  /** The directory it runs in. */
  public Path directory() {
    return directory;
  }

  /** How long it may run. */
  public Optional<Duration> timeLimit() {
    return timeLimit;
  }

  /** How long it may print nothing while it runs. */
  public Optional<Duration> silenceLimit() {
    return silenceLimit;
  }

  /** How long its processes may take to end after {@code SIGTERM}, by what is known now. */
  public Duration grace() {
    return grace.get();
  }

  /** How many bytes of standard output are kept. */
  public long outputLimit() {
    return outputLimit;
  }

  Optional<byte[]> input() {
    return input;
  }

  /** The program's name without directories, for messages. */
  public String programName() {
    var program = arguments.getFirst();
    return redact(program.substring(program.lastIndexOf('/') + 1));
  }

  /** A text without the command's secrets. */
  public String redact(String text) {
    return redaction.apply(text);
  }

  /** The arguments as one would type them in a shell, without secrets. */
  public String display() {
    return ShellQuoting.quote(arguments.stream().map(this::redact).toList());
  }

  /** {@link #display} with the directory and the names (never the values) of the variables. */
  @Override
  public String toString() {
    return "Command[%s, directory=%s, variables=%s]"
        .formatted(display(), directory, new TreeMap<>(environment).keySet());
  }

  /** Collects what can be said about a command. */
  public static final class Builder {
    private final List<String> arguments;
    private final Map<String, String> environment;
    private final Path directory;
    private Optional<byte[]> input = Optional.empty();
    private Optional<Duration> timeLimit = Optional.empty();
    private Optional<Duration> silenceLimit = Optional.empty();
    private Supplier<Duration> grace = () -> DEFAULT_GRACE;
    private long outputLimit = DEFAULT_OUTPUT_LIMIT;
    private final Set<String> secrets = new LinkedHashSet<>();

    private Builder(List<String> arguments, Map<String, String> environment, Path directory) {
      this.arguments = new ArrayList<>(arguments);
      this.environment = new TreeMap<>(environment);
      this.directory = directory;
    }

    /** What the program can read from standard input; without it that is empty. */
    public Builder input(byte[] bytes) {
      input = Optional.of(bytes.clone());
      return this;
    }

    /** What the program can read from standard input, as UTF-8. */
    public Builder input(String text) {
      input = Optional.of(text.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    /** How long the program may run; without it there is no limit. */
    public Builder timeLimit(Duration limit) {
      timeLimit = Optional.of(limit);
      return this;
    }

    /**
     * How long the program may print nothing, on either output, while it runs; without it as long
     * as it likes. For work that may take long but tells all the time how far it is.
     */
    public Builder silenceLimit(Duration limit) {
      silenceLimit = Optional.of(limit);
      return this;
    }

    /**
     * How long its processes may take to end after {@code SIGTERM}; zero: {@code SIGKILL} at once.
     */
    public Builder grace(Duration period) {
      return grace(() -> period);
    }

    /**
     * How long its processes may take to end after {@code SIGTERM}; is asked when they are told to,
     * and again while they take their time.
     */
    public Builder grace(Supplier<Duration> period) {
      grace = period;
      return this;
    }

    /** How many bytes of standard output to keep; one more is a failure. */
    public Builder outputLimit(long bytes) {
      outputLimit = bytes;
      return this;
    }

    /** Texts that may appear in arguments or output but never in messages and logs. */
    public Builder secrets(Collection<String> texts) {
      secrets.addAll(texts);
      return this;
    }

    /**
     * The command.
     *
     * @throws CommandException with the reason {@code REQUEST_INVALID} if an argument contains NUL
     */
    public Command build() {
      return new Command(this);
    }
  }
}
