package dev.arda.nix.system.deploy;

import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.Elevation;
import dev.arda.nix.remote.RemoteScript;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One run of {@code agent.sh} on a target: begins it, follows it, confirms it over a fresh
 * connection, and asks what became of it. A connection that breaks is made anew until the agent
 * must have ended; what cannot be asked then is not known. Used by one thread.
 */
final class Activation {

  /** For a target to come back, beside the time that its agent waits. */
  private static final Duration RECONNECT_LIMIT = Duration.ofMinutes(2);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);

  private final Order order;
  private final Duration limit;
  private final Shell shared;
  private final Supplier<Shell> fresh;
  private final Steps steps;
  private final List<String> failedUnits = new ArrayList<>();
  private Optional<HealthChecks.Verdict> verdict = Optional.empty();
  private int seen;
  private boolean hangs;

  /**
   * What is to be done.
   *
   * @param id name of the run; unique on the target
   * @param secret what no log can contain
   * @param root directory that stands for {@code /} on the target
   * @param system store path of the system
   * @param generation to go back to; 0: the system becomes a new one
   * @param patience how long the agent waits to be reached anew; zero: not at all
   * @param specialisation to activate; empty: none
   * @param elevation as whom scripts are run, so that they may
   * @param checks have to succeed before it is confirmed
   */
  record Order(
      String id,
      String secret,
      String root,
      String system,
      DeployMode mode,
      int generation,
      Duration patience,
      String specialisation,
      Elevation elevation,
      HealthChecks checks) {

    /** How long the agent waits for a confirmation; zero: not at all. */
    private Duration waiting() {
      return patience.plus(checks.patience());
    }

    private List<String> agentArguments() {
      return List.of(
          system,
          mode.word(),
          Integer.toString(generation),
          Long.toString(waiting().toSeconds()),
          specialisation);
    }

    private String marker() {
      return "arda:" + secret + ":";
    }
  }

  /** Hears how it goes. */
  interface Steps {
    /** The new system runs and waits for its confirmation. */
    void activated();

    /** Something that the target printed. */
    void line(String line);

    /** Something to read. */
    void warning(String text);
  }

  /**
   * What became of it.
   *
   * @param result {@code done}, {@code tried}, {@code failed}, {@code unconfirmed}, {@code
   *     rejected}, these also with {@code -stuck}; {@code locked}, {@code refused}; {@code absent}:
   *     never begun; {@code died}: the agent is gone without a word; {@code lost}: the target could
   *     not be asked; {@code hung}: what was begun has not ended
   * @param code with which the scripts of the system ended
   * @param current what the target runs; empty: not known
   * @param profile what it boots; empty: not known
   * @param generation number of that
   * @param failedUnits units that had failed when it was confirmed
   * @param reached how far it had come if the agent is gone without a word; empty: not known
   * @param isFull whether nothing more could be written to its {@code run} directory
   * @param unhealthy which health check failed, and how; empty: none did
   * @param lastWords the end of the log
   */
  record Outcome(
      String result,
      int code,
      Optional<String> current,
      Optional<String> profile,
      OptionalInt generation,
      List<String> failedUnits,
      String reached,
      boolean isFull,
      Optional<String> unhealthy,
      String lastWords) {
    /** Copies the list. */
    Outcome {
      failedUnits = List.copyOf(failedUnits);
    }
  }

  /**
   * An activation that is not begun.
   *
   * @param limit for the scripts of the system, and for each look at them
   * @param shared reaches the target
   * @param fresh reaches it anew
   */
  Activation(Order order, Duration limit, Shell shared, Supplier<Shell> fresh, Steps steps) {
    this.order = order;
    this.limit = limit;
    this.shared = shared;
    this.fresh = fresh;
    this.steps = steps;
  }

  Outcome run() {
    var report =
        follow(
            shared,
            Scripts.start(order.id(), order.root(), order.marker(), order.agentArguments(), limit));
    if (report.isEmpty()) {
      report = reconnect(false);
    }
    if (report.filter(said -> said.is("state", "waiting")).isPresent()) {
      steps.activated();
      report = reconnect(true);
    }
    return report.map(this::outcome).orElseGet(this::lost);
  }

  /** Asks over new connections until one answers, or the agent must have gone back. */
  private Optional<Report> reconnect(boolean confirm) {
    long end = System.nanoTime() + order.waiting().plus(RECONNECT_LIMIT).toNanos();
    boolean warned = false;
    while (true) {
      try (var shell = fresh.get()) {
        var word = confirm ? verdict(shell) : Optional.of("");
        var report =
            word.flatMap(said ->
                follow(
                    shell,
                    Scripts.watch(order.id(), order.root(), seen, order.marker(), said, limit)));
        if (report.isPresent()) {
          return report;
        }
      }
      if (hangs || System.nanoTime() - end > 0) {
        return Optional.empty();
      }
      if (!warned) {
        steps.warning("the connection broke while the system was being activated; trying again");
        warned = true;
      }
      pause();
    }
  }

  /** What is to be said to the agent; empty: the connection broke before that was known. */
  private Optional<String> verdict(Shell shell) {
    if (verdict.isEmpty()) {
      verdict =
          connected(() ->
                  order
                      .checks()
                      .run(
                          shell,
                          order.elevation(),
                          order.marker(),
                          line -> steps.line(harmless(line))))
              .flatMap(found -> found);
    }
    return verdict.map(found ->
        switch (found) {
          case HealthChecks.Verdict.Healthy _ -> "confirm";
          case HealthChecks.Verdict.Unhealthy _ -> "reject";
        });
  }

  /** What came of it; empty if that was a broken connection. */
  private <T> Optional<T> connected(Supplier<T> work) {
    hangs = false;
    try {
      return Optional.of(work.get());
    } catch (NixException e) {
      if (!isConnection(e.reason())) {
        throw e;
      }
      hangs = e.reason() == Reason.COMMAND_TIMEOUT;
      steps.line(e.getMessage());
      return Optional.empty();
    }
  }

  private static void pause() {
    try {
      var _ = new CountDownLatch(1).await(BETWEEN_ATTEMPTS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Nobody interrupts an activation: what was begun is followed to its end.
      Thread.currentThread().interrupt();
    }
  }

  /** What a script said; empty if the connection broke before it had said all. */
  private Optional<Report> follow(Shell shell, RemoteScript script) {
    var report = new Report(order.marker(), this::line);
    var _ = connected(() -> shell.run(script.with(order.elevation()), report));
    if (!report.isComplete()) {
      return Optional.empty();
    }
    failedUnits.addAll(report.values.getOrDefault("failed", List.of()));
    return Optional.of(report);
  }

  private final List<String> lastLines = new ArrayList<>();

  private void line(String line) {
    seen++;
    var text = harmless(line);
    lastLines.add(TerminalText.strip(text));
    if (lastLines.size() > 10) {
      lastLines.removeFirst();
    }
    steps.line(text);
  }

  /** Without the password, should something on the target have printed it. */
  private String harmless(String line) {
    return order
        .elevation()
        .password()
        .filter(secret -> secret.text().length() > 3)
        .map(secret -> line.replace(secret.text(), "(secret)"))
        .orElse(line);
  }

  private static boolean isConnection(Reason reason) {
    return switch (reason) {
      case HOST_UNREACHABLE, HOST_TIMEOUT, HOST_CONNECTION_LOST, COMMAND_TIMEOUT -> true;
      // A target whose sshd restarts, or whose users are being changed, says all of this.
      case HOST_AUTHENTICATION_FAILED, HOST_KEY_REJECTED -> true;
      default -> false;
    };
  }

  private Outcome outcome(Report report) {
    var state = report.first("state").orElse("");
    return new Outcome(
        state.equals("done") ? report.first("result").orElse("died") : state,
        report
            .first("code")
            .filter(code -> code.matches("[0-9]{1,4}"))
            .map(Integer::parseInt)
            .orElse(0),
        report.last("now"),
        report.first("profile"),
        report.first("generation").filter(text -> text.matches("[0-9]{1,9}")).stream()
            .mapToInt(Integer::parseInt)
            .findFirst(),
        failedUnits,
        report.first("reached").orElse(""),
        report.is("full", "yes"),
        verdict.flatMap(found ->
            found instanceof HealthChecks.Verdict.Unhealthy(var what)
                ? Optional.of(what)
                : Optional.empty()),
        String.join("\n", lastLines));
  }

  private Outcome lost() {
    return new Outcome(
        hangs ? "hung" : "lost",
        0,
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        List.of(),
        "",
        false,
        Optional.empty(),
        String.join("\n", lastLines));
  }

  /** Tells the words of the script from the log. Lines come from one thread. */
  private static final class Report implements OutputListener {
    private final String marker;
    private final Consumer<String> log;
    private final Map<String, List<String>> values = new HashMap<>();

    Report(String marker, Consumer<String> log) {
      this.marker = marker;
      this.log = log;
    }

    @Override
    public void standardOutput(String line) {
      int equals = line.indexOf('=');
      if (line.startsWith(marker) && equals > 0) {
        values
            .computeIfAbsent(line.substring(marker.length(), equals), _ -> new ArrayList<>())
            .add(TerminalText.strip(line.substring(equals + 1)));
      } else {
        log.accept(line);
      }
    }

    boolean isComplete() {
      return values.containsKey("state")
          && (is("state", "absent") || values.containsKey("profile"));
    }

    boolean is(String name, String value) {
      return first(name).filter(value::equals).isPresent();
    }

    Optional<String> first(String name) {
      return values.getOrDefault(name, List.of()).stream()
          .filter(value -> !value.isEmpty())
          .findFirst();
    }

    Optional<String> last(String name) {
      return values.getOrDefault(name, List.of()).stream()
          .filter(value -> !value.isEmpty())
          .reduce((_, second) -> second);
    }
  }
}
