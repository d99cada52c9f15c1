package dev.arda.nix.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.TestSshd;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StageLimits;
import dev.arda.nix.user.ApplyRequest.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Applying environments to homes of another machine: a real sshd, whose sessions have a store and a
 * home of their own. The store lies elsewhere than the caller's though both call it by one name, so
 * what is applied has to be copied.
 */
class RemoteApplyTest {

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  /** For what is the same with every Nix. */
  static List<Path> program() {
    return programs().subList(0, 1);
  }

  /** An account of this machine that is not the one who runs the test, if he may become it. */
  private static Optional<String> other() throws IOException {
    if (!System.getProperty("user.name").equals("root") || !Files.exists(Path.of("/etc/passwd"))) {
      return Optional.empty();
    }
    try (var lines = Files.lines(Path.of("/etc/passwd"))) {
      return lines
          .map(line -> line.substring(0, line.indexOf(':')))
          .filter(name -> List.of("games", "daemon", "nobody").contains(name))
          .findFirst();
    }
  }

  /** The machine and the way to it. */
  private static final class Machine implements AutoCloseable {
    private final Path root;
    private final ApplyFixture fixture;
    private final TestSshd sshd;
    private final Place place = new Place(SshTarget.parse("target"), false, List.of(), false);

    /**
     * A machine.
     *
     * @param user whose home is on it
     * @param path programs of its sessions
     */
    Machine(ApplyFixture fixture, String user, String path) throws IOException {
      this(fixture, user, path, false);
    }

    /**
     * A machine.
     *
     * @param ownStore whether its sessions see its own store where this machine's is, and nothing
     *     of this machine's, which takes a mount namespace
     */
    Machine(ApplyFixture fixture, String user, String path, boolean ownStore) throws IOException {
      this.fixture = fixture;
      var sandbox = fixture.users.sandbox;
      root = Files.createDirectories(sandbox.work().resolve("target"));
      for (var name : List.of("store", "state", "log", "home", "runtime")) {
        Files.createDirectories(root.resolve(name));
      }
      sandbox.write("flake/flake.nix", fixture.resource("homes.nix", user, home()));
      var variables = new LinkedHashMap<String, String>();
      variables.put("PATH", root.resolve("bin") + ":" + path);
      variables.put("HOME", root.toString());
      variables.put("XDG_RUNTIME_DIR", root.resolve("runtime").toString());
      variables.put("NIX_STORE_DIR", sandbox.store().toString());
      variables.put("NIX_STATE_DIR", root.resolve("state").toString());
      variables.put("NIX_LOG_DIR", root.resolve("log").toString());
      variables.put("NIX_CONF_DIR", sandbox.environment().getOrDefault("NIX_CONF_DIR", ""));
      variables.put("NIX_CONFIG", sandbox.environment().getOrDefault("NIX_CONFIG", ""));
      variables.put(
          "NIX_REMOTE",
          ownStore
              ? "local"
              : "local?real=%s&state=%s".formatted(root.resolve("store"), root.resolve("state")));
      if (!user.equals(System.getProperty("user.name"))) {
        give(user, variables);
      }
      sshd =
          TestSshd.startAll(
              sandbox.work().resolve("sshd"),
              Map.of(
                  "target",
                  new TestSshd.Machine(variables, ownStore ? ownStore(sandbox, root) : "")));
      fixture.users.variables.put("ARDA_SSH_CONFIG", sshd.file("ssh_config").toString());
    }

    /**
     * Makes everything on the machine the user's, whose Nix then makes the database. Root's Nix,
     * which takes the copies, would make the lock that only root can open.
     */
    private void give(String user, Map<String, String> variables) throws IOException {
      Files.createFile(root.resolve("state/gc.lock"));
      fixture.users.sandbox.run(root, "chown", "-R", user, root.toString());
      var words = new java.util.ArrayList<>(List.of("runuser", "-u", user, "--", "env"));
      variables.forEach((name, value) -> words.add(name + "=" + value));
      words.addAll(List.of("nix-store", "--load-db"));
      fixture.users.sandbox.run(root, words.toArray(String[]::new));
    }

    private static String ownStore(NixSandbox sandbox, Path root) {
      var program =
          sandbox.write(
              "own-store",
              """
              #!/bin/sh
              exec unshare -m sh -c 'mount --bind "$0" "$1" && shift && exec "$@"' %s %s "$@"
              """
                  .formatted(root.resolve("store"), sandbox.store()));
      assertThat(program.toFile().setExecutable(true)).isTrue();
      return program.toString();
    }

    /** Has the file {@code trace} say what {@code nix-env} of its sessions is asked for. */
    void trace(Path nix) {
      var program =
          fixture.users.sandbox.write(
              "target/bin/nix-env",
              """
              #!/bin/sh
              { printf nix-env; for word; do printf ' [%%s]' "$word"; done; echo; } >>%s
              exec %s/nix-env "$@"
              """
                  .formatted(root.resolve("trace"), nix.getParent()));
      assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    Path home() {
      return root.resolve("home");
    }

    boolean has(String storePath) {
      return Files.exists(root.resolve("store").resolve(Path.of(storePath).getFileName()));
    }

    @Override
    public void close() {
      sshd.close();
      fixture.close();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void apply_anotherMachine_copiesActivatesKeepsAndGoesBack(Path nix) throws IOException {
    var self = System.getProperty("user.name");
    try (var machine =
        new Machine(
            new ApplyFixture(nix), self, nix.getParent() + ":/usr/sbin:/usr/bin:/sbin:/bin")) {
      var fixture = machine.fixture;
      machine.trace(nix);

      var first = fixture.apply(fixture.request("alice").place(machine.place));

      assertThat(first.failure()).isEmpty();
      assertThat(first.generation()).hasValue(1);
      assertThat(machine.has(first.storePath())).isTrue();
      assertThat(machine.home().resolve(".config/demo.conf")).hasContent("one");
      assertThat(fixture.listener.printed)
          .anyMatch(line -> line.startsWith("(copying home-manager-generation"))
          .contains("Activating linkGeneration");
      assertThat(fixture.home(".config")).doesNotExist();

      assertThat(fixture.apply(fixture.request("alice").place(machine.place)).reused()).isTrue();
      var second = fixture.apply(fixture.request("alice2").place(machine.place));
      assertThat(second.packages()).isPresent();

      var failing = fixture.apply(fixture.request("failing").place(machine.place));
      assertThat(failing.failure().orElseThrow())
          .hasMessageContaining("generation 2 is active again")
          .hasMessageContaining("last words");
      assertThat(machine.home().resolve(".config/demo.conf")).hasContent("two");

      var back = fixture.apply(fixture.request("alice").place(machine.place).rollback(1));
      assertThat(back.failure()).isEmpty();
      // Whatever fails or stays as it is, touches no profile.
      var profile =
          fixture
              .homes
              .state(fixture.users.context(), "", "alice", Optional.of(machine.place))
              .profile();
      assertThat(machine.root.resolve("trace"))
          .content()
          .isEqualTo(
              """
              nix-env [--profile] [%1$s] [--set] [%2$s]
              nix-env [--profile] [%1$s] [--set] [%3$s]
              nix-env [--profile] [%1$s] [--switch-generation] [1]
              """
                  .formatted(profile, first.storePath(), second.storePath()));
      assertThat(
              fixture
                  .homes
                  .state(fixture.users.context(), "", "alice", Optional.of(machine.place))
                  .current()
                  .orElseThrow()
                  .number())
          .isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void apply_builtThere_isNeverHere(Path nix) throws IOException {
    try (var machine =
        new Machine(
            new ApplyFixture(nix),
            System.getProperty("user.name"),
            nix.getParent() + ":/usr/sbin:/usr/bin:/sbin:/bin",
            true)) {
      var fixture = machine.fixture;

      var built =
          fixture.apply(
              fixture.request("alice").place(machine.place).buildThere().mode(Mode.BUILD));
      assertThat(built.failure()).isEmpty();
      assertThat(machine.has(built.storePath())).isTrue();
      assertThat(machine.home()).isEmptyDirectory();

      var first = fixture.apply(fixture.request("alice").place(machine.place).buildThere());
      assertThat(first.failure()).isEmpty();
      assertThat(first.activated()).isTrue();
      // It leads to where only the machine has something.
      assertThat(Files.readSymbolicLink(machine.home().resolve(".config/demo.conf")))
          .isEqualTo(Path.of(first.storePath(), "home-files/.config/demo.conf"));
      assertThat(Path.of(first.storePath())).doesNotExist();
      assertThat(fixture.listener.printed)
          .anyMatch(line -> line.startsWith("(building) building on target"))
          .noneMatch(line -> line.startsWith("(copying"));

      // What differs is told by the machine that has both.
      var second = fixture.apply(fixture.request("alice2").place(machine.place).buildThere());
      assertThat(second.generation()).hasValue(2);
      assertThat(second.packages()).isPresent();
      assertThat(fixture.listener.notes).isEmpty();

      var failed = fixture.apply(fixture.request("unbuildable").place(machine.place).buildThere());
      assertThat(failed.failure().orElseThrow().reason()).isEqualTo(Reason.BUILD_FAILED);
      assertThat(failed.failure().orElseThrow())
          .hasMessageContaining("The environment of unbuildable cannot be built on target");
      assertThat(fixture.listener.printed).anyMatch(line -> line.contains("no compiler"));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void whatTakesTooLong_isEnded_andChangesNoHome(Path nix) throws IOException {
    try (var machine =
        new Machine(
            new ApplyFixture(nix),
            System.getProperty("user.name"),
            nix.getParent() + ":/usr/sbin:/usr/bin:/sbin:/bin",
            true)) {
      var fixture = machine.fixture;
      var time = Duration.ofHours(1);
      var copied = StageLimits.of(time, time, Duration.ofMillis(1));
      var built = StageLimits.of(time, Duration.ofSeconds(3), time);
      var evaluated = StageLimits.of(Duration.ofSeconds(5), time, time);

      late(
          machine,
          fixture.request("alice").place(machine.place).limits(copied),
          Reason.HOST_COPY_TIMEOUT,
          "did not finish within 1 ms",
          "Nothing was activated.",
          "--copy-timeout");
      late(
          machine,
          fixture.request("alice").place(machine.place).buildThere().limits(copied),
          Reason.HOST_COPY_TIMEOUT,
          "The copy of the derivations of the environment of alice to target",
          "--copy-timeout");
      late(
          machine,
          fixture.request("sleeping").place(machine.place).buildThere().limits(built),
          Reason.BUILD_TIMEOUT,
          "The build of the environment of sleeping on target took more than 3 s",
          "--build-timeout");
      late(
          machine,
          fixture.request("sleeping").place(machine.place).limits(built),
          Reason.BUILD_TIMEOUT,
          "took more than 3 s and was ended",
          "--build-timeout");
      late(
          machine,
          fixture.request("sluggish").place(machine.place).limits(evaluated),
          Reason.EVALUATION_TIMEOUT,
          "The evaluation of the flake took more than 5 s",
          "--evaluation-timeout");
      awaitNobodySleeping();
    }
  }

  private static void late(
      Machine machine, ApplyFixture.Request request, Reason reason, String... words) {
    var result = machine.fixture.apply(request);
    assertThat(result.failure().map(NixException::reason)).contains(reason);
    assertThat(result.failure().orElseThrow().getMessage()).contains(words);
    assertThat(result.activated()).isFalse();
    assertThat(machine.home()).isEmptyDirectory();
  }

  /** A builder of the environment that sleeps may take a moment to end. */
  private static void awaitNobodySleeping() {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (ProcessHandle.allProcesses()
        .anyMatch(process -> process.info().commandLine().orElse("").contains("sleep 2468"))) {
      assertThat(System.nanoTime()).as("a builder sleeps").isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  @ParameterizedTest
  @MethodSource("program")
  void apply_rootLogsInForSomebodyElse_activatesAsThatUser(Path nix) throws IOException {
    var user = other().orElse(System.getProperty("user.name"));
    var path =
        user.equals(System.getProperty("user.name"))
            ? nix.getParent() + ":/usr/sbin:/usr/bin:/bin"
            : "/usr/sbin:/usr/bin:/sbin:/bin";
    try (var machine = new Machine(ApplyFixture.readable(nix), user, path)) {
      var fixture = machine.fixture;

      var result = fixture.apply(fixture.request("alice").place(machine.place));

      assertThat(result.failure()).isEmpty();
      assertThat(result.user()).isEqualTo(user);
      assertThat(machine.home().resolve(".profile")).hasContent("p");
      assertThat(Files.getOwner(machine.home().resolve("journal")).getName()).isEqualTo(user);
      assertThat(fixture.listener.printed).contains("Activating linkGeneration");
    }
  }

  @ParameterizedTest
  @MethodSource("program")
  void apply_secretsOfSomebodyElseElsewhere_areThereForThatUserAlone(Path nix) throws IOException {
    var user = other().orElse(System.getProperty("user.name"));
    var path =
        user.equals(System.getProperty("user.name"))
            ? nix.getParent() + ":/usr/sbin:/usr/bin:/bin"
            : "/usr/sbin:/usr/bin:/sbin:/bin";
    try (var machine = new Machine(ApplyFixture.readable(nix), user, path)) {
      var fixture = machine.fixture;
      var secrets = new SecretsFixture(fixture);
      secrets.flake(fixture.resource("homes.nix", user, machine.home()));
      secrets.set("github-token", "t\0\n");
      secrets.set("mail", "m");

      var result = fixture.apply(fixture.request("alice").place(machine.place));

      assertThat(result.failure()).isEmpty();
      assertThat(result.secrets()).containsExactly("github-token", "mail");
      var token = machine.root.resolve("runtime/arda-secrets/github-token");
      assertThat(token).hasContent("t\0\n");
      assertThat(Files.getOwner(token).getName()).isEqualTo(user);
      assertThat(Files.getPosixFilePermissions(token))
          .containsExactly(java.nio.file.attribute.PosixFilePermission.OWNER_READ);
      assertThat(machine.home().resolve(".config/mail/password")).hasContent("m");
      assertThat(secrets.work("runtime")).isEmptyDirectory();

      var failing = fixture.apply(fixture.request("failing").place(machine.place));
      assertThat(failing.failure().orElseThrow())
          .hasMessageContaining("generation 1 is active again");
      assertThat(token).hasContent("t\0\n");
    }
  }

  @ParameterizedTest
  @MethodSource("program")
  void apply_machineThatIsNotThere_saysSo(Path nix) throws IOException {
    try (var machine =
        new Machine(new ApplyFixture(nix), System.getProperty("user.name"), "/bin")) {
      machine.sshd.knowNothing();
      var failure =
          org.assertj.core.api.Assertions.catchThrowableOfType(
              dev.arda.nix.types.NixException.class,
              () -> machine.fixture.apply(machine.fixture.request("alice").place(machine.place)));

      assertThat(failure.reason()).isEqualTo(Reason.HOST_KEY_REJECTED);
    }
  }
}
