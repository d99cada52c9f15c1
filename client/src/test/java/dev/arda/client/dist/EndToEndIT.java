package dev.arda.client.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The whole of it, as a user has it: the command, the daemon it starts, and Nix. */
class EndToEndIT {

  private static final String HOSTS = "nixosConfigurations.*.config.networking.hostName";
  private static final String HOSTS_ANSWER =
      "{\"db01\":\"db01\",\"web01\":\"web01\",\"web02\":\"web02\"}\n";

  @Test
  void eval_withoutDaemon_startsOneAndAnswers() {
    try (var arda = new ArdaFixture()) {
      var first = arda.run("eval", HOSTS);
      assertThat(first.out()).as(first.err()).isEqualTo(HOSTS_ANSWER);
      assertThat(first.exitCode()).isZero();
      long pid = arda.daemon().pid();

      assertThat(arda.run("select", HOSTS).out()).isEqualTo(HOSTS_ANSWER);
      assertThat(arda.daemon().pid()).as("the same daemon serves the next question").isEqualTo(pid);

      assertThat(arda.run("daemon", "stop").exitCode()).isZero();
      assertThat(arda.processes()).isEmpty();
    }
  }

  @Test
  void eval_noDaemon_givesTheSameAnswersAndLeavesNothingBehind() {
    try (var arda = new ArdaFixture()) {
      var alone = arda.run("--no-daemon", "eval", HOSTS, "nope", "clan.core.machines.*.tags");
      assertThat(arda.processes()).isEmpty();

      var served = arda.run("eval", HOSTS, "nope", "clan.core.machines.*.tags");

      assertThat(alone.out()).isEqualTo(served.out());
      assertThat(alone.exitCode()).isEqualTo(served.exitCode()).isEqualTo(1);
      assertThat(alone.out().lines()).hasSize(3);
    }
  }

  @Test
  void eval_severalSelectors_onePerLineAndExit1IfOneFails() {
    try (var arda = new ArdaFixture()) {
      var run =
          arda.run(
              "eval",
              "--",
              "nixosConfigurations.web01.config.networking.hostName",
              "nixosConfigurations.web01.config.networking.hostNam",
              "{a",
              "-x");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out().lines())
          .satisfiesExactly(
              line ->
                  assertThat(line)
                      .isEqualTo(
                          "{\"selector\":\"nixosConfigurations.web01.config.networking.hostName\",\"value\":\"web01\"}"),
              line ->
                  assertThat(line)
                      .contains("\"reason\":\"ATTRIBUTE_MISSING\"", "attribute 'hostNam' missing"),
              line -> assertThat(line).contains("\"reason\":\"SELECTOR_INVALID\""),
              line -> assertThat(line).contains("\"selector\":\"-x\"", "ATTRIBUTE_MISSING"));
    }
  }

  @Test
  void eval_misspelled_saysWhatIsMeantAndPointsAtIt() {
    try (var arda = new ArdaFixture()) {
      var run = arda.run("eval", "nixosConfigurations.web01.config.networking.hostNam");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .isEqualTo(
              """
              error: attribute 'hostNam' missing in nixosConfigurations.web01.config.networking
                     nixosConfigurations.web01.config.networking.hostNam
                                                                 ^^^^^^^
                     did you mean hostName?
              """);
    }
  }

  @Test
  void eval_edit_isSeenByTheNextQuestion() throws IOException {
    try (var arda = new ArdaFixture()) {
      Path flake = Files.createDirectory(arda.root.resolve("edited")).resolve("flake.nix");
      for (int i = 0; i < 5; i++) {
        Files.writeString(flake, "{ outputs = { self }: { n = " + i + "; }; }");
        assertThat(arda.runIn(arda.root.resolve("edited"), "eval", "n").out()).isEqualTo(i + "\n");
      }
    }
  }

  @Test
  void eval_clientIsKilled_itsEvaluationEndsSoon() throws Exception {
    try (var arda = new ArdaFixture()) {
      Path endless = endlessFlake(arda);
      arda.run("eval", HOSTS);
      long daemon = arda.daemon().pid();
      var idle = evaluators(daemon);
      Process client = arda.start(endless, "eval", "x");
      ProcessHandle busy = newEvaluator(daemon, idle);

      client.destroyForcibly();
      var killed = Instant.now();
      await(Duration.ofSeconds(60), () -> !busy.isAlive());

      // One and a half seconds in which somebody else may ask the same, and the time to notice.
      assertThat(Duration.between(killed, Instant.now())).isLessThan(Duration.ofSeconds(30));
      assertThat(arda.daemon().pid()).as("the daemon lives on").isEqualTo(daemon);
    }
  }

  @Test
  void eval_interrupt_exits130() throws Exception {
    try (var arda = new ArdaFixture()) {
      Path endless = endlessFlake(arda);
      arda.run("eval", HOSTS);
      long daemon = arda.daemon().pid();
      var idle = evaluators(daemon);
      Process client = arda.start(endless, "eval", "x");
      ProcessHandle busy = newEvaluator(daemon, idle);

      new ProcessBuilder("kill", "-INT", Long.toString(client.pid())).start().waitFor();

      assertThat(ArdaFixture.end(client).exitCode()).isEqualTo(130);
      await(Duration.ofSeconds(60), () -> !busy.isAlive());
    }
  }

  @Test
  void flakeMetadataAndShow_describeTheFleet() {
    try (var arda = new ArdaFixture()) {
      assertThat(arda.run("flake", "metadata").out()).contains(arda.fleet.toString());
      assertThat(arda.run("flake", "metadata", "--json").out()).contains("\"narHash\"");
      assertThat(arda.run("flake", "show").exitCode()).isZero();
    }
  }

  @Test
  void doctor_saysWhatItFound() {
    try (var arda = new ArdaFixture()) {
      var healthy = arda.run("doctor");
      assertThat(healthy.out() + healthy.err()).contains("nix", "git");

      var without = arda.with("PATH", "/nonexistent").run("doctor");
      assertThat(without.exitCode()).isEqualTo(1);
    }
  }

  /** A flake whose attribute {@code x} takes longer than any test. */
  private static Path endlessFlake(ArdaFixture arda) throws IOException {
    Path directory = Files.createDirectory(arda.root.resolve("endless"));
    Files.writeString(
        directory.resolve("flake.nix"),
        """
        { outputs = { self }: {
            x = builtins.foldl' (a: b: a + b) 0 (builtins.genList
              (n: builtins.foldl' (a: b: a + b) n (builtins.genList (m: m) 100000)) 1000000); }; }
        """);
    return directory;
  }

  /**
   * The process that evaluates: one that was not there before and that has used a second of a
   * processor.
   */
  private static ProcessHandle newEvaluator(long daemon, List<ProcessHandle> before) {
    var found = new java.util.concurrent.atomic.AtomicReference<ProcessHandle>();
    await(
        Duration.ofSeconds(60),
        () ->
            evaluators(daemon).stream()
                .filter(process -> !before.contains(process))
                .filter(process ->
                    process
                        .info()
                        .totalCpuDuration()
                        .filter(used -> used.compareTo(Duration.ofSeconds(1)) > 0)
                        .isPresent())
                .findFirst()
                .map(process -> {
                  found.set(process);
                  return true;
                })
                .orElse(false));
    return found.get();
  }

  /** Nix processes that the daemon started. */
  private static List<ProcessHandle> evaluators(long daemon) {
    return ProcessHandle.of(daemon).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  private static void await(Duration limit, java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("did not happen within " + limit);
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }
}
