package dev.arda.nix.system.deploy;

import static dev.arda.nix.system.deploy.DeployFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StageLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stages of deployments that take too long end, with all that was started for them. */
class TimeLimitsTest {

  @RegisterExtension static final DeployFixtures FIXTURES = new DeployFixtures();

  private static final Duration LONG = Duration.ofHours(1);

  /** For what takes much less, on a machine that has much else to do. */
  private static final Duration ENOUGH = Duration.ofSeconds(30);

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void anEvaluationThatTakesTooLong_isEnded_andTheTargetIsFree(Path nix) {
    var fixture = FIXTURES.of(nix);
    var target = fixture.target();
    assertThat(target.deploy("one").ending()).isEqualTo(Ending.DONE);
    target.journal();

    var limits = StageLimits.of(Duration.ofSeconds(5), LONG, LONG);
    for (var wish : List.of(target.wish("sluggish"), target.wish("sluggish").builtAt("builder"))) {
      var late = wish.limits(limits).run();
      assertLate(late, Reason.EVALUATION_TIMEOUT);
      assertThat(late.failure().orElseThrow())
          .hasMessage(
              "The evaluation of the flake took more than 5 s and was ended. --evaluation-timeout SECONDS gives it more time.");
    }
    assertThat(target.running()).isEqualTo("one");
    assertThat(target.booted()).isEqualTo("one");
    assertThat(target.journal()).isEmpty();
    await("no Nix evaluates any more", () -> !isAnyNixBusy());
    assertThat(target.deploy("two").ending()).isEqualTo(Ending.DONE);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void anEvaluationOfSeveralHostsThatTakesTooLong_failsThoseThatAreNotEvaluated(Path nix) {
    var fixture = FIXTURES.of(nix);
    fixture.fleet(42);
    var results =
        fixture
            .target("f10")
            .wish("f10", "f11", "sluggish")
            .as(fixture.fleetContext())
            .at("")
            .rollout(10, 0, 1)
            .limits(StageLimits.of(ENOUGH, LONG, LONG))
            .all(new Told());

    assertLate(results.getLast(), Reason.EVALUATION_TIMEOUT);
    for (var host : results.subList(0, 2)) {
      var target = fixture.target(host.name());
      if (isOneProcessForAll(fixture)) {
        assertLate(host, Reason.EVALUATION_TIMEOUT);
        assertThat(target.running()).isNotEqualTo(host.name() + "-42");
      } else {
        assertThat(host.failure()).isEmpty();
        assertThat(host.ending()).isEqualTo(Ending.DONE);
        assertThat(target.running()).isEqualTo(host.name() + "-42");
      }
    }
    await("no Nix evaluates any more", () -> !isAnyNixBusy());
  }

  @Test
  void aBuildThatTakesTooLong_isEnded_andThoseThatAreBuiltAreDeployed() {
    var fixture = FIXTURES.any();
    fixture.fleet(41);
    var told = new Told();
    var results =
        fixture
            .target("f09")
            .wish("f09", "sleeper")
            .as(fixture.fleetContext())
            .at("")
            .rollout(10, 0, 1)
            .limits(StageLimits.of(LONG, ENOUGH, LONG))
            .all(told);

    var late = results.getLast();
    assertThat(late.name()).isEqualTo("sleeper");
    assertLate(late, Reason.BUILD_TIMEOUT);
    assertThat(late.failure().orElseThrow())
        .hasMessage(
            "The build of sleeper took more than 30 s and was ended. --build-timeout SECONDS gives it more time.");
    assertThat(fixture.target("sleeper").running()).isEmpty();
    assertThat(told.stages).contains("sleeper build FAILED");

    var built = results.getFirst();
    assertThat(built.failure()).isEmpty();
    assertThat(built.ending()).isEqualTo(Ending.DONE);
    assertThat(fixture.target("f09").running()).isEqualTo("f09-41");
    await("nothing sleeps any more", () -> !isAnySleeping());
  }

  @Test
  void aBuildOnABuildHostThatTakesTooLong_isEndedThere() {
    var target = FIXTURES.any().target();
    var late =
        target
            .wish("sleeper")
            .builtAt("builder")
            .limits(StageLimits.of(LONG, Duration.ofSeconds(2), LONG))
            .run();
    assertLate(late, Reason.BUILD_TIMEOUT);
    assertThat(late.failure().orElseThrow())
        .hasMessage(
            "The build of the system of sleeper on builder took more than 2 s and was ended. --build-timeout SECONDS gives it more time.");
    assertThat(target.running()).isEmpty();
    await("nothing sleeps any more", () -> !isAnySleeping());
  }

  @Test
  void aQuestionToAStoreThatTakesTooLong_isNoCopyThatDoes() throws IOException {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    var deployments = fixture.asking(Duration.ofSeconds(1));
    var slow = fixture.sandbox.work().resolve("slow");
    var nix =
        fixture.sandbox.write(
            "slow-nix/nix",
            """
            #!/bin/sh
            case " $* " in *" path-info "*) [ ! -e %s ] || exec sleep 304 ;; esac
            exec %s "$@"
            """
                .formatted(slow, fixture.sandbox.nix()));
    Files.setPosixFilePermissions(nix, PosixFilePermissions.fromString("rwxr-xr-x"));
    var caller =
        new CallContext(
            target.context().cwd(),
            Optional.of(nix),
            target.context().options(),
            target.context().environment());
    // What is built already is asked about before it is copied, and not beside that.
    var _ = target.wish("one").mode(DeployMode.BUILD).run();
    try {
      var copied =
          deployments
              .deploy(
                  target.wish("one").as(caller).request(),
                  new Told(line -> {
                    if (line.equals("one copy RUNNING")) {
                      touch(slow);
                    }
                  }))
              .hosts()
              .getFirst();
      assertThat(copied.stage()).isEqualTo(Stage.COPY);
      assertUnanswered(copied);
      var builtElsewhere =
          deployments
              .deploy(target.wish("two").builtAt("builder").as(caller).request(), new Told())
              .hosts()
              .getFirst();
      assertThat(builtElsewhere.stage()).isEqualTo(Stage.BUILD);
      assertUnanswered(builtElsewhere);
    } finally {
      Files.deleteIfExists(slow);
    }
    assertThat(target.running()).isEmpty();
    await("nobody asks any more", () -> !isAnySleeping("304"));
    assertThat(target.deploy("one").ending()).isEqualTo(Ending.DONE);
  }

  private static void touch(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertUnanswered(HostResult host) {
    assertThat(host.ending()).isEqualTo(Ending.FAILED);
    assertThat(host.failure().map(why -> why.reason())).contains(Reason.STORE_TIMEOUT);
    assertThat(host.failure().orElseThrow())
        .hasMessage(
            "The question to the store took too long: nix did not finish within 1 s and was ended.");
  }

  private static void assertLate(HostResult late, Reason reason) {
    assertThat(late.failure().map(why -> why.reason())).contains(reason);
    assertThat(late.ending()).isEqualTo(Ending.FAILED);
    assertThat(late.stage()).isEqualTo(Stage.BUILD);
  }

  /** Whether a process evaluates all hosts, and tells of each when all are evaluated. */
  private static boolean isOneProcessForAll(DeployFixture fixture) {
    var sandbox = fixture.sandbox;
    return sandbox.run(sandbox.work(), sandbox.nix().toString(), "--version").contains(" 2.8.");
  }

  /** Whether a builder of the host that sleeps is there. */
  private static boolean isAnySleeping() {
    return isAnySleeping("1357");
  }

  private static boolean isAnySleeping(String seconds) {
    return ProcessHandle.allProcesses()
        .anyMatch(process -> process.info().commandLine().orElse("").contains("sleep " + seconds));
  }

  /** Whether a Nix that was started here uses a processor all the time. */
  private static boolean isAnyNixBusy() {
    long before = nixTime();
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    return nixTime() - before > TimeUnit.MILLISECONDS.toNanos(200);
  }

  private static long nixTime() {
    return ProcessHandle.current()
        .descendants()
        .map(ProcessHandle::info)
        .filter(info -> info.commandLine().orElse("").contains("nix"))
        .mapToLong(info -> info.totalCpuDuration().orElse(Duration.ZERO).toNanos())
        .sum();
  }
}
