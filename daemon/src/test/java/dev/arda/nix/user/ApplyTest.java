package dev.arda.nix.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.remote.LocalShell;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.Reason;
import dev.arda.nix.user.ApplyRequest.Mode;
import dev.arda.nix.user.Collision.Policy;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Applying environments to a home of the test with a real Nix. There is one store for each Nix; the
 * home is emptied before each test.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ApplyTest {

  private final Map<Path, ApplyFixture> fixtures = new HashMap<>();

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  /** For what is the same with every Nix. */
  static List<Path> program() {
    return programs().subList(0, 1);
  }

  private ApplyFixture fixture(Path nix) {
    return fixtures.computeIfAbsent(nix, ApplyFixture::new).emptied();
  }

  @AfterAll
  void close() {
    fixtures.values().forEach(ApplyFixture::close);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void apply_firstThenSameThenOther_makesGenerationsOnlyWhereSomethingChanged(Path nix)
      throws IOException {
    var fixture = fixture(nix);

    var first = fixture.apply("alice");

    assertThat(first.failure()).isEmpty();
    assertThat(first.activated()).isTrue();
    assertThat(first.generation()).hasValue(1);
    assertThat(first.reused()).isFalse();
    assertThat(first.before()).isEmpty();
    assertThat(first.definition()).isEqualTo("homeConfigurations.alice");
    assertThat(first.files())
        .containsExactly(
            new FileChange(".config/demo.conf", FileChange.Kind.ADDED),
            new FileChange(".profile", FileChange.Kind.ADDED));
    assertThat(fixture.home(".config/demo.conf")).hasContent("one");
    assertThat(fixture.home("journal")).content().contains("driver=1 dry=unset backup=unset");
    assertThat(fixture.listener.printed).contains("Activating linkGeneration");

    var same = fixture.apply("alice");

    assertThat(same.failure()).isEmpty();
    assertThat(same.generation()).hasValue(1);
    assertThat(same.reused()).isTrue();
    assertThat(same.activated()).isTrue();
    assertThat(same.files()).isEmpty();
    assertThat(same.collisions()).isEmpty();

    var other = fixture.apply("alice2");

    assertThat(other.generation()).hasValue(2);
    assertThat(other.before()).hasValue(1);
    assertThat(other.files())
        .containsExactly(
            new FileChange(".profile", FileChange.Kind.REMOVED),
            new FileChange(".config/demo.conf", FileChange.Kind.CHANGED),
            new FileChange(".new", FileChange.Kind.ADDED));
    assertThat(fixture.home(".config/demo.conf")).hasContent("two");
    assertThat(fixture.home(".profile")).doesNotExist();
    assertThat(other.packages()).isPresent();
  }

  @ParameterizedTest
  @MethodSource("program")
  void apply_fileInTheWay_refusedBackedUpOrOverwritten(Path nix) throws IOException {
    var fixture = fixture(nix);

    Files.writeString(fixture.home(".profile"), "mine");

    var refused = fixture.apply("alice");

    assertThat(refused.failure().orElseThrow().reason()).isEqualTo(Reason.USER_FILES_COLLIDE);
    assertThat(refused.collisions())
        .containsExactly(new Collision(".profile", Collision.Kind.FILE, false));
    assertThat(refused.activated()).isFalse();
    assertThat(fixture.home(".profile")).hasContent("mine");
    assertThat(fixture.home(".config")).doesNotExist();
    assertThat(fixture.profile()).doesNotExist();

    var backedUp = fixture.apply(fixture.request("alice").policy(Policy.BACK_UP));

    assertThat(backedUp.failure()).isEmpty();
    assertThat(backedUp.backups()).containsExactly(".profile.old");
    assertThat(fixture.home(".profile")).hasContent("p");
    assertThat(fixture.home(".profile.old")).hasContent("mine");

    fixture.apply("alice2");
    Files.writeString(fixture.home(".profile"), "mine again");
    var taken = fixture.apply(fixture.request("alice").policy(Policy.BACK_UP));

    assertThat(taken.failure().orElseThrow().reason()).isEqualTo(Reason.USER_FILES_COLLIDE);
    assertThat(taken.collisions())
        .containsExactly(new Collision(".profile", Collision.Kind.FILE, true));

    var overwritten =
        fixture.apply(fixture.request("alice").policies(Map.of(".profile", Policy.OVERWRITE)));

    assertThat(overwritten.failure()).isEmpty();
    assertThat(fixture.home(".profile")).hasContent("p");
    assertThat(fixture.home(".profile.old")).hasContent("mine");
    try (var all = Files.list(fixture.home(""))) {
      assertThat(all).noneMatch(file -> file.toString().contains(".arda-"));
    }
  }

  @ParameterizedTest
  @MethodSource("program")
  void apply_linksDirectoriesAndFilesInTheWay_areTold(Path nix) throws IOException {
    var fixture = fixture(nix);

    Files.createSymbolicLink(fixture.home(".profile"), Path.of("/etc/passwd"));
    Files.writeString(fixture.home(".config"), "no directory");

    var result = fixture.apply(fixture.request("alice").mode(Mode.DRY_RUN));

    assertThat(result.failure()).isEmpty();
    assertThat(result.collisions())
        .containsExactly(
            new Collision(".config", Collision.Kind.PARENT, false),
            new Collision(".profile", Collision.Kind.LINK, false));
    assertThat(fixture.profile()).doesNotExist();

    var failing = fixture.apply(fixture.request("failing").policy(Policy.OVERWRITE));

    assertThat(failing.ending().orElseThrow().restored()).isTrue();
    assertThat(fixture.home(".config")).hasContent("no directory");

    var backedUp = fixture.apply(fixture.request("alice").policy(Policy.BACK_UP));

    assertThat(backedUp.failure()).isEmpty();
    assertThat(backedUp.backups()).containsExactlyInAnyOrder(".config.old", ".profile.old");
    assertThat(fixture.home(".config.old")).hasContent("no directory");
    assertThat(fixture.home(".config/demo.conf")).hasContent("one");
  }

  @ParameterizedTest
  @MethodSource("program")
  void apply_forcedFileAndSameFile_areNotInTheWay(Path nix) throws IOException {
    var fixture = fixture(nix);

    Files.writeString(fixture.home(".profile"), "p");
    assertThat(fixture.apply("alice").collisions()).isEmpty();

    Files.writeString(fixture.home(".forced"), "other");
    var forced = fixture.apply(fixture.request("forced").mode(Mode.DRY_RUN));

    assertThat(forced.collisions()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void apply_activationFails_profileAndFilesAreAsBefore(Path nix) throws IOException {
    var fixture = fixture(nix);

    var first = fixture.apply("failing");

    assertThat(first.failure().orElseThrow().reason()).isEqualTo(Reason.USER_ACTIVATION_FAILED);
    assertThat(first.ending().orElseThrow())
        .isEqualTo(
            new Ending(Ending.Stage.ACTIVATE, 9, true, OptionalLong.empty(), OptionalLong.empty()));
    assertThat(Files.exists(fixture.profile(), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(Files.exists(fixture.home(".bad"), LinkOption.NOFOLLOW_LINKS)).isFalse();

    fixture.apply("alice");
    Files.writeString(fixture.home(".bad"), "mine");
    var second = fixture.apply(fixture.request("failing").policy(Policy.OVERWRITE));

    assertThat(second.failure().orElseThrow())
        .hasMessageContaining("exit code 9; generation 1 is active again")
        .hasMessageEndingWith("last words\n  Activating reloadSystemd");
    // What the restored generation prints is told, after what it is not taken for.
    assertThat(fixture.listener.printed)
        .containsSubsequence("last words", "(restoring)", "Activating linkGeneration");
    assertThat(fixture.home(".bad")).hasContent("mine");
    assertThat(fixture.home(".config/demo.conf")).hasContent("one");
    assertThat(fixture.state().current().orElseThrow().number()).isEqualTo(1);
    assertThat(fixture.state().generations()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void apply_activationThatSetsTheProfileItself_isPutBackToo(Path nix) throws IOException {
    var fixture = fixture(nix);

    var first = fixture.apply("legacyfailing");

    assertThat(first.ending().orElseThrow().restored()).isTrue();
    assertThat(Files.exists(fixture.profile(), LinkOption.NOFOLLOW_LINKS)).isFalse();

    assertThat(fixture.apply("legacy").generation()).hasValue(1);
    var second = fixture.apply("legacyfailing");

    assertThat(second.failure()).isPresent();
    assertThat(fixture.state().current().orElseThrow().number()).isEqualTo(1);
    assertThat(fixture.home(".legacy")).hasContent("l");
    assertThat(fixture.home("journal")).content().doesNotContain("driver=1");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void rollBack_toTheOneBeforeAndToANumber_activatesThem(Path nix) throws IOException {
    var fixture = fixture(nix);

    fixture.apply("alice");
    fixture.apply("alice2");

    var back = fixture.apply(fixture.request("").rollback(0));

    assertThat(back.failure()).isEmpty();
    assertThat(back.generation()).hasValue(1);
    assertThat(fixture.home(".config/demo.conf")).hasContent("one");

    var forth = fixture.apply(fixture.request("").rollback(2));

    assertThat(forth.generation()).hasValue(2);
    assertThat(fixture.home(".config/demo.conf")).hasContent("two");
    assertThat(fixture.apply(fixture.request("").rollback(7)).failure().orElseThrow().reason())
        .isEqualTo(Reason.GENERATION_MISSING);
  }

  @ParameterizedTest
  @MethodSource("program")
  void apply_specialisation_isActivatedAndTheWholeIsTheGeneration(Path nix) throws IOException {
    var fixture = fixture(nix);

    var result = fixture.apply(fixture.request("spec").specialisation("night"));

    assertThat(result.failure()).isEmpty();
    assertThat(fixture.home(".base")).hasContent("night");
    assertThat(fixture.state().current().orElseThrow().storePath()).isEqualTo(result.storePath());
    assertThat(
            fixture
                .apply(fixture.request("spec").specialisation("day"))
                .failure()
                .orElseThrow()
                .reason())
        .isEqualTo(Reason.GENERATION_MISSING);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void apply_userWithASession_activationHasItsRuntimeDirectoryAndBus(Path nix) throws IOException {
    var fixture = fixture(nix);
    var runtime = Files.createDirectories(fixture.users.sandbox.work().resolve("r"));
    var bus = runtime.resolve("bus");
    fixture.users.variables.put("XDG_RUNTIME_DIR", runtime.toString());
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(bus));

      assertThat(fixture.apply("alice").failure()).isEmpty();
    } finally {
      fixture.users.variables.remove("XDG_RUNTIME_DIR");
      Files.deleteIfExists(bus);
    }
    assertThat(fixture.home("journal"))
        .content()
        .contains("runtime=" + runtime + " bus=unix:path=" + bus);
  }

  @ParameterizedTest
  @MethodSource("program")
  void apply_whoeverIsEndedBelowArda_isNotTheActivation(Path nix) throws Exception {
    var fixture = fixture(nix);
    var applied = CompletableFuture.supplyAsync(() -> fixture.apply("slow"));
    try {
      while (!fixture.listener.printed.contains("waiting")) {
        assertThat(applied).isNotDone();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
      var record = fixture.home("state/arda/activations/last");

      // A daemon that is ended ends all that is below it.
      ProcessHandle.current()
          .descendants()
          .filter(process -> isOf(process, fixture.home("").toString()))
          .forEach(ProcessHandle::destroyForcibly);
      assertThat(ProcessHandle.of(Long.parseLong(Files.readString(record.resolve("pid")).strip())))
          .hasValueSatisfying(driver -> assertThat(driver.isAlive()).isTrue());
    } finally {
      Files.writeString(fixture.home("go"), "");
    }

    assertThat(applied.get(1, TimeUnit.MINUTES).failure()).isEmpty();
    assertThat(fixture.home(".slow")).hasContent("s");
  }

  private static boolean isOf(ProcessHandle process, String home) {
    return List.of(process.info().arguments().orElse(new String[0])).contains(home);
  }

  @ParameterizedTest
  @MethodSource("program")
  void apply_activationThatFailsAndLeavesLinks_theyAreTakenAway(Path nix) {
    var fixture = fixture(nix);
    fixture.apply("alice");

    var result = fixture.apply("messy");

    assertThat(result.ending().orElseThrow().restored()).isTrue();
    assertThat(fixture.home(".messy")).doesNotExist();
    assertThat(Files.isSymbolicLink(fixture.home(".messy"))).isFalse();
    assertThat(fixture.home(".profile")).hasContent("p");
  }

  @ParameterizedTest
  @MethodSource("program")
  void activate_nixThatTheUserMayNotRun_takesTheMachines(Path nix) throws IOException {
    var fixture = fixture(nix);
    fixture.apply("alice");
    var first = fixture.profile().toRealPath().toString();
    fixture.apply("alice2");
    var account = new Account("", fixture.home("").toString(), List.of());
    try (var shell = new LocalShell(fixture.users.runner, fixture.users.context())) {
      var activations = new HomeActivation(new Home(shell, account), shell, account);

      var activated =
          activations.activate(
              new HomeActivation.Activation(
                  "20260101000000x1", first, "", "/root/only/nix-env", "1", List.of(), ""),
              new Home.Looking(first, first, "", ""),
              _ -> {},
              () -> {});

      assertThat(activated)
          .isInstanceOfSatisfying(
              HomeActivation.Activated.Ended.class,
              ended -> assertThat(ended.ending().stage()).isEqualTo(Ending.Stage.DONE));
    }
    assertThat(fixture.profile().toRealPath()).hasToString(first);
  }

  @Test
  void local_rootForSomebodyElse_hasNoneOfRootsDirectories() {
    assertThat(Account.local("alice", "", "root").prefix())
        .containsSubsequence("-u", "alice", "--", "env", "-u", "XDG_STATE_HOME");
    assertThat(Account.remote("alice", "", "root").prefix())
        .containsSubsequence("runuser", "-u", "alice", "--", "env", "-u", "XDG_CONFIG_HOME");
    assertThat(Account.local("alice", "", "alice").prefix()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("program")
  void apply_severalUsers_eachFailsForItself(Path nix) throws IOException {
    var fixture = fixture(nix);

    var results =
        fixture.applyAll(fixture.request("broken", "unbuildable", "nobody", "alice", "stranger"));

    assertThat(results)
        .extracting(one -> one.failure().map(failure -> failure.reason()).orElse(Reason.INTERNAL))
        .containsExactly(
            Reason.EVALUATION_FAILED,
            Reason.BUILD_FAILED,
            Reason.USER_NOT_FOUND,
            Reason.INTERNAL,
            Reason.USER_ACCOUNT_UNSUITABLE);
    assertThat(fixture.home(".profile")).hasContent("p");
  }

  @ParameterizedTest
  @MethodSource("program")
  void apply_dryRun_changesNothing(Path nix) throws IOException {
    var fixture = fixture(nix);

    var result = fixture.apply(fixture.request("alice").mode(Mode.DRY_RUN));

    assertThat(result.storePath()).contains("home-manager-generation");
    assertThat(result.activated()).isFalse();
    assertThat(fixture.home("journal")).doesNotExist();
    assertThat(fixture.home("state")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("program")
  void state_homeThatOnlyTheFlakeKnows_isFoundByTheNameInTheFlake(Path nix) {
    var fixture = fixture(nix);
    fixture.apply("elsewhere");

    var state = fixture.homes.state(fixture.users.context(), "", "elsewhere");

    assertThat(state.home()).isEqualTo(fixture.elsewhere().toString());
    assertThat(state.generations()).hasSize(1);
    assertThat(fixture.apply(fixture.request("elsewhere").rollback(1)).failure()).isEmpty();
    assertThat(fixture.elsewhere().resolve(".elsewhere")).hasContent("e");
  }
}
