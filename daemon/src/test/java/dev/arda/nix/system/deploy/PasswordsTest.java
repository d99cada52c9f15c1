package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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
      for one in /proc/[0-9]*; do tr '\\0' ' ' <$one/cmdline; echo; done >>$root/processes 2>/dev/null
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
}
