package dev.arda.nix.system.deploy;

import static dev.arda.nix.core.ProgressListener.NONE;
import static dev.arda.nix.system.deploy.DeployFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.remote.Secret;
import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.HardwareReports.Backend;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A target whose sudo asks for a password. */
class PasswordsTest {

  private static final String PASSWORD = "correct 'horse' $(battery) \"staple\" `\\";

  /** As sudo behaves; it notes what everybody can see of the processes that run. */
  private static final String SUDO =
      """
      #!/bin/sh
      root=${HOME%/home}
      cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >>$root/processes
      case $1 in -n) echo "sudo: a password is required" >&2; exit 1 ;; esac
      [ "$1 $2 $3" = "-S -p " ] || { echo "usage: sudo" >&2; exit 1; }
      shift 3
      if [ "$1" = -k ]; then shift; elif [ -e $root/remembers ]; then exec "$@"; fi
      for attempt in 1 2 3; do
        IFS= read -r given || { echo "sudo: no password was provided" >&2; exit 1; }
        echo >>$root/attempts
        if [ "$given" = "$(cat $root/password)" ]; then
          chmod u+w $root/run $root/nix/var/nix/profiles
          exec "$@"
        fi
        echo "Sorry, try again." >&2
      done
      echo "sudo: 3 incorrect password attempts" >&2
      exit 1
      """;

  @RegisterExtension static final DeployFixtures FIXTURES = new DeployFixtures();

  private static void permit(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static void guard(DeployTarget target) throws IOException {
    permit(target.root().resolve("run"), "r-xr-xr-x");
    permit(target.root().resolve("nix/var/nix/profiles"), "r-xr-xr-x");
  }

  private static void free(DeployTarget target) throws IOException {
    permit(target.root().resolve("run"), "rwxr-xr-x");
    permit(target.root().resolve("nix/var/nix/profiles"), "rwxr-xr-x");
  }

  @Test
  void sudo_thatAsksForAPassword() throws IOException {
    var fixture = FIXTURES.any();
    var target = fixture.target("guarded");
    var sudo = Files.writeString(target.root().resolve("bin/sudo"), SUDO);
    permit(sudo, "rwxr-xr-x");
    Files.writeString(target.root().resolve("password"), PASSWORD + "\n");
    Files.writeString(target.root().resolve("whisper"), PASSWORD);
    guard(target);
    try {
      // Nobody is there.
      var unattended = target.deploy("one");
      assertThat(unattended.ending()).isEqualTo(Ending.REFUSED);
      assertThat(unattended.failure().orElseThrow().reason()).isEqualTo(Reason.PASSWORD_REQUIRED);
      assertThat(unattended.failure().orElseThrow()).hasMessageContaining("nobody is there");
      assertThat(target.root().resolve("attempts")).doesNotExist();

      // Somebody who gives none.
      var silent = target.wish("one").run(Told.answering());
      assertThat(silent.ending()).isEqualTo(Ending.REFUSED);
      assertThat(silent.failure().orElseThrow().reason()).isEqualTo(Reason.PASSWORD_REQUIRED);
      assertThat(silent.failure().orElseThrow()).hasMessageEndingWith("no password was given.");
      assertThat(target.root().resolve("attempts")).doesNotExist();

      // Somebody who does not know it: each wrong answer is tried once.
      var guessing = Told.answering("guess", "another", "a third", "a fourth");
      var wrong = target.wish("one").run(guessing);
      assertThat(wrong.ending()).isEqualTo(Ending.REFUSED);
      assertThat(wrong.failure().orElseThrow().reason()).isEqualTo(Reason.PASSWORD_REJECTED);
      assertThat(guessing.questions).hasSize(3);
      assertThat(guessing.questions.getFirst()).endsWith("for sudo on one (guarded)");
      assertThat(Files.readAllLines(target.root().resolve("attempts"))).hasSize(3);
      assertThat(target.journal()).isEmpty();

      // Somebody who does, at the second attempt.
      var told = Told.answering("guess", PASSWORD);
      var result = target.wish("one").checks("true").run(told);
      assertThat(result.failure()).isEmpty();
      assertThat(result.ending()).isEqualTo(Ending.DONE);
      assertThat(told.questions).hasSize(2);
      assertThat(target.running()).isEqualTo("one");
      assertThat(target.booted()).isEqualTo("one");
      // Not even where the target itself tells it.
      assertThat(told.lines).contains("the password is (secret)");

      // A sudo that remembers reads no password; no shell takes it for a command then.
      guard(target);
      target.touch("remembers");
      free(target);
      guard(target);
      permit(target.root().resolve("run/arda"), "rwx------");
      var again = Told.answering(PASSWORD);
      permit(target.root().resolve("nix/var/nix/profiles"), "r-xr-xr-x");
      var second = target.wish("two").run(again);
      assertThat(second.failure()).isEmpty();
      assertThat(second.ending()).isEqualTo(Ending.DONE);

      busy(target);
      prune(fixture, target);
      hardware(fixture, target);

      for (var seen : List.of(told, again, guessing)) {
        assertThat(seen.lines.toString() + seen.stages + seen.warnings + seen.details)
            .doesNotContain("horse");
      }
      assertThat(Files.readString(target.root().resolve("processes")))
          .contains("sudo -S -p")
          .doesNotContain("horse");
      assertThat(Files.readString(fixture.sshd.file("sshd.log"))).doesNotContain("horse");
    } finally {
      free(target);
      target.remove("whisper");
    }
  }

  /** Who may not see the lock looks again with the password: what seems as wished may not last. */
  private static void busy(DeployTarget target) throws IOException {
    guard(target);
    target.journal();
    permit(target.root().resolve("run/arda"), "---------");
    var sudo = target.root().resolve("bin/sudo");
    permit(
        Files.writeString(
            sudo, SUDO.replace("chmod u+w $root/run ", "chmod u+rwx $root/run/arda $root/run ")),
        "rwxr-xr-x");
    var lock = target.root().resolve("run/arda/lock").toString();
    var holder = new ProcessBuilder("flock", lock, "sh", "-c", "echo has; cat").start();
    try {
      assertThat(holder.getInputStream().read()).isEqualTo('h');
      var result = target.wish("two").run(Told.answering(PASSWORD));
      assertThat(result.ending()).isEqualTo(Ending.REFUSED);
      assertThat(result.stage()).isEqualTo(Stage.PREFLIGHT);
      assertThat(result.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_BUSY);
      assertThat(target.journal()).isEmpty();
    } finally {
      holder.getOutputStream().close();
    }
    await("the lock is free", () -> !holder.isAlive());
    permit(target.root().resolve("run/arda"), "---------");
    assertThat(target.wish("two").run(Told.answering(PASSWORD)).ending())
        .isEqualTo(Ending.UNCHANGED);
    permit(target.root().resolve("run/arda"), "rwx------");
    permit(Files.writeString(sudo, SUDO), "rwxr-xr-x");
  }

  private static void fails(Callable<?> work, Reason reason) {
    assertThatThrownBy(work::call)
        .isInstanceOfSatisfying(
            NixException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              // What whoever calls is to ask a person.
              assertThat(e.metadata().getOrDefault("question", ""))
                  .startsWith("Password of ")
                  .endsWith("for sudo on one (guarded)");
              assertThat(e).hasMessageNotContaining("horse");
            });
  }

  /** Old generations: to list them needs no password, to remove them does. */
  private static void prune(DeployFixture fixture, DeployTarget target) throws IOException {
    guard(target);
    target.remove("attempts");
    target.journal();
    var generations = new HostGenerations(fixture.deployments.means());
    var age = new HostGenerations.Age(1, Optional.empty());
    Function<Optional<Secret>, HostGenerations.Question> asked =
        password ->
            new HostGenerations.Question(
                target.context(),
                "",
                "one",
                new DeployRequest.Reach(Optional.of(target.name()), false, List.of(), false),
                password);
    Function<Optional<Secret>, HostGenerations.Pruning> prune =
        password -> generations.prune(asked.apply(password), age, List.of(1), NONE);
    assertThat(generations.plan(asked.apply(Optional.empty()), age, NONE).removed()).hasSize(1);

    fails(() -> prune.apply(Optional.empty()), Reason.PASSWORD_REQUIRED);
    assertThat(target.root().resolve("attempts")).doesNotExist();
    fails(() -> prune.apply(Optional.of(new Secret("guess"))), Reason.PASSWORD_REJECTED);
    fails(() -> prune.apply(Optional.of(new Secret(PASSWORD + "\n"))), Reason.PASSWORD_REJECTED);
    assertThat(Files.readAllLines(target.root().resolve("attempts"))).hasSize(1);
    assertThat(target.journal()).isEmpty();

    assertThat(prune.apply(Optional.of(new Secret(PASSWORD))).removed()).hasSize(1);
    assertThat(target.journal()).containsExactly("boot two");
  }

  /** A report about hardware by a program that wants root, for somebody who is not. */
  private static void hardware(DeployFixture fixture, DeployTarget target) throws IOException {
    guard(target);
    var bin = target.root().resolve("bin");
    permit(
        Files.writeString(
            bin.resolve("id"),
            "#!/bin/sh\n[ \"$1\" = -u ] && { echo 1000; exit; }\nexec /usr/bin/id \"$@\"\n"),
        "rwxr-xr-x");
    permit(
        Files.writeString(bin.resolve("nixos-facter"), "#!/bin/sh\necho '{ \"cpu\": 1 }'\n"),
        "rwxr-xr-x");
    var ways =
        new HostWays(
            fixture.deployments.means(),
            target.context(),
            "",
            new DeployRequest.Reach(Optional.of(target.name()), false, List.of(), false));
    var reports = new HardwareReports(fixture.deployments.means());
    Function<Optional<Secret>, HardwareReports.Report> read =
        password ->
            reports.read(ways, ways.one("one", NONE), Backend.NIXOS_FACTER, false, password);
    try {
      fails(() -> read.apply(Optional.empty()), Reason.PASSWORD_REQUIRED);
      fails(() -> read.apply(Optional.of(new Secret("guess"))), Reason.PASSWORD_REJECTED);
      assertThat(read.apply(Optional.of(new Secret(PASSWORD))).text())
          .isEqualTo("{ \"cpu\": 1 }\n");
    } finally {
      Files.delete(bin.resolve("id"));
      Files.delete(bin.resolve("nixos-facter"));
    }
  }
}
