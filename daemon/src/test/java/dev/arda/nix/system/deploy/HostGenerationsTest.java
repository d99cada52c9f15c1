package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.system.deploy.HostGenerations.Age;
import dev.arda.nix.system.deploy.HostGenerations.Question;
import dev.arda.nix.system.deploy.TargetFacts.Generation;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Generations of real profiles on targets of a real sshd. */
class HostGenerationsTest {

  @RegisterExtension static final DeployFixtures FIXTURES = new DeployFixtures();

  private static final Duration NEVER = Duration.ofDays(1);

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private static Question question(DeployTarget target, String where) {
    return new Question(
        target.context(),
        "",
        "one",
        new Reach(Optional.of(where), false, List.of(), false),
        Optional.empty());
  }

  private static List<Integer> numbers(List<Generation> generations) {
    return generations.stream().map(Generation::number).toList();
  }

  private static void boot(DeployTarget target, String host) {
    assertThat(target.wish(host).mode(DeployMode.BOOT).run().failure()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void oldGenerations_areListedFirstAndThenRemoved(Path nix) throws IOException {
    var fixture = FIXTURES.of(nix);
    var target = fixture.target();
    // 1 was booted, 3 runs, 5 boots next.
    for (var host : List.of("one", "two", "units", "reboot", "spare")) {
      boot(target, host);
    }
    var profile = target.root().resolve("nix/var/nix/profiles/system");
    Files.createSymbolicLink(
        target.root().resolve("run/booted-system"), Path.of(profile + "-1-link").toRealPath());
    Files.createSymbolicLink(
        target.root().resolve("run/current-system"),
        Path.of(profile + "-3-link").toRealPath().resolve("specialisation/night"));
    target.journal();
    var generations = new HostGenerations(fixture.deployments.means());
    var asked = question(target, target.name());
    var age = new Age(1, Optional.empty());

    var plan = generations.plan(asked, age, ProgressListener.NONE);
    assertThat(numbers(plan.removed())).containsExactly(2, 4);
    assertThat(numbers(plan.kept())).containsExactly(1, 3, 5);
    assertThat(plan.next()).isEqualTo(5);
    assertThat(plan.target()).isEqualTo(target.name());
    assertThat(plan.kept().getFirst().booted()).isTrue();
    assertThat(plan.kept().get(1).running()).isTrue();
    assertThat(plan.removed().getFirst().revision()).isEqualTo("revision-of-two");
    assertThat(plan.removed().getFirst().kernel()).isEqualTo("6.12.0");
    assertThat(plan.removed().getFirst().specialisations()).containsExactly("night");
    assertThat(target.journal()).isEmpty();

    // Only what was seen before is removed, and what is old has to be both.
    assertThat(generations.prune(asked, age, List.of(5, 77), ProgressListener.NONE).removed())
        .isEmpty();
    assertThat(
            generations
                .plan(asked, new Age(1, Optional.of(NEVER)), ProgressListener.NONE)
                .removed())
        .isEmpty();
    assertThat(target.journal()).isEmpty();

    var pruned = generations.prune(asked, age, List.of(2, 4), ProgressListener.NONE);
    assertThat(numbers(pruned.removed())).containsExactly(2, 4);
    assertThat(pruned.trouble()).isEmpty();
    assertThat(Path.of(profile + "-2-link")).doesNotExist();
    assertThat(Path.of(profile + "-4-link")).doesNotExist();
    for (int number : List.of(1, 3, 5)) {
      assertThat(Files.isSymbolicLink(Path.of(profile + "-" + number + "-link"))).isTrue();
    }
    assertThat(target.booted()).isEqualTo("spare");
    // The boot menu is made anew, of what boots.
    assertThat(target.journal()).containsExactly("boot spare");
  }

  @Test
  void twoGenerations_areCompared() {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    boot(target, "one");
    boot(target, "two");
    var generations = new HostGenerations(fixture.deployments.means());
    for (var where : List.of(target.name(), "localhost")) {
      var found = generations.difference(question(target, where), 1, 2, ProgressListener.NONE);
      assertThat(found.before().version()).isEqualTo("1.0.one");
      assertThat(found.after().revision()).isEqualTo("revision-of-two");
      assertThat(found.diff().packages()).isNotEmpty();
      assertThat(found.next()).isEqualTo(2);
      assertThat(
              generations
                  .difference(question(target, where), 2, 2, ProgressListener.NONE)
                  .diff()
                  .packages())
          .isEmpty();
    }
    assertThatThrownBy(() ->
            generations.difference(question(target, target.name()), 1, 9, ProgressListener.NONE))
        .isInstanceOfSatisfying(
            NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.GENERATION_MISSING))
        .hasMessageContaining("no generation 9");
  }

  @Test
  void thisMachine_isPrunedWithoutSsh_andABootMenuThatFailsIsTold() {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    boot(target, "one");
    boot(target, "two");
    target.touch("boot-fails");
    long logins = fixture.sshd.logins();
    var variables = new java.util.LinkedHashMap<>(target.context().environment());
    variables.put("HOME", target.root().resolve("home").toString());
    var here =
        new Question(
            new dev.arda.nix.types.CallContext(
                target.context().cwd(),
                target.context().nixProgram(),
                target.context().options(),
                variables),
            "",
            "one",
            new Reach(Optional.of("localhost"), false, List.of(), false),
            Optional.empty());
    var pruned =
        new HostGenerations(fixture.deployments.means())
            .prune(here, new Age(1, Optional.empty()), List.of(1), ProgressListener.NONE);
    assertThat(numbers(pruned.removed())).containsExactly(1);
    assertThat(pruned.trouble().orElseThrow()).contains("boot ended with 3", "no room in /boot");
    assertThat(fixture.sshd.logins()).isEqualTo(logins);
  }

  @Test
  void whatCameIntoUseSinceItWasListed_isToldToBeKept() {
    var target = FIXTURES.any().target();
    boot(target, "one");
    boot(target, "two");
    var pruned =
        new HostGenerations(FIXTURES.any().deployments.means())
            .prune(
                question(target, target.name()),
                new Age(1, Optional.empty()),
                List.of(1, 2),
                ProgressListener.NONE);
    assertThat(numbers(pruned.removed())).containsExactly(1);
    assertThat(pruned.trouble().orElseThrow()).startsWith("not removed: 2, which by now runs");
  }

  @Test
  void whatIsBusyOrNotFit_isLeftAlone() throws IOException {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    boot(target, "one");
    boot(target, "two");
    var means = fixture.deployments.means();
    var generations = new HostGenerations(means);
    var asked = question(target, target.name());
    var age = new Age(1, Optional.empty());
    try (var _ =
        means
            .locks()
            .tryTake(SshTarget.parse(target.name()), target.root().toString())
            .orElseThrow()) {
      assertThatThrownBy(() -> generations.prune(asked, age, List.of(1), ProgressListener.NONE))
          .isInstanceOfSatisfying(
              NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.HOST_BUSY));
    }
    Files.delete(target.root().resolve("etc/NIXOS"));
    assertThatThrownBy(() -> generations.plan(asked, age, ProgressListener.NONE))
        .isInstanceOfSatisfying(
            NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.HOST_NOT_NIXOS));

    // What runs from a medium that installs others is no NixOS of its own.
    Files.writeString(target.root().resolve("etc/os-release"), "ID=nixos\nVARIANT_ID=installer\n");
    assertThatThrownBy(() -> generations.plan(asked, age, ProgressListener.NONE))
        .hasMessageContaining("runs no NixOS of its own");
    assertThat(target.deploy("one").failure().orElseThrow().reason())
        .isEqualTo(Reason.HOST_NOT_NIXOS);
    Files.writeString(target.root().resolve("etc/os-release"), "ID=nixos\n");
    assertThat(numbers(generations.plan(asked, age, ProgressListener.NONE).removed()))
        .containsExactly(1);
  }

  @Test
  void age_isToldByTheClockOfTheHost_andWhatHasNoDateIsNotOld() {
    long day = 86_400;
    var now = Instant.parse("2026-01-31T00:00:00Z").getEpochSecond();
    var facts =
        TargetFacts.parse(
            "now=%d\nprofile_link=system-4-link\n".formatted(now)
                + "generation=1|%d|/nix/store/a|1|k|*||\n".formatted(now - 40 * day)
                + "generation=2||/nix/store/b|1|k|*||\n"
                + "generation=3|%d|/nix/store/c|1|k|*| booted|\n".formatted(now - 35 * day)
                + "generation=4|%d|/nix/store/d|1|k|*||\n".formatted(now - 34 * day)
                + "generation=5|%d|/nix/store/e|1|k|*| running|\n".formatted(now - 33 * day)
                + "generation=6|%d|/nix/store/f|1|k|*||\n".formatted(now - 32 * day)
                + "generation=7|%d|/nix/store/g|1|k|*||abc\n".formatted(now - day));
    var month = Optional.of(Duration.ofDays(30));
    assertThat(numbers(new Age(0, month).old(facts))).containsExactly(1, 6);
    assertThat(numbers(new Age(2, month).old(facts))).containsExactly(1);
    assertThat(numbers(new Age(2, Optional.empty()).old(facts))).containsExactly(1, 2);
    assertThat(new Age(9, Optional.empty()).old(facts)).isEmpty();
  }
}
