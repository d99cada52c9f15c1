package dev.arda.nix.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.TestSshd;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
      this.fixture = fixture;
      var sandbox = fixture.users.sandbox;
      root = Files.createDirectories(sandbox.work().resolve("target"));
      for (var name : List.of("store", "state", "log", "home", "runtime")) {
        Files.createDirectories(root.resolve(name));
      }
      sandbox.write("flake/flake.nix", fixture.resource("homes.nix", user, home()));
      var variables = new LinkedHashMap<String, String>();
      variables.put("PATH", path);
      variables.put("HOME", root.toString());
      variables.put("XDG_RUNTIME_DIR", root.resolve("runtime").toString());
      variables.put("NIX_STORE_DIR", sandbox.store().toString());
      variables.put("NIX_STATE_DIR", root.resolve("state").toString());
      variables.put("NIX_LOG_DIR", root.resolve("log").toString());
      variables.put("NIX_CONF_DIR", sandbox.environment().getOrDefault("NIX_CONF_DIR", ""));
      variables.put(
          "NIX_REMOTE",
          "local?real=%s&state=%s".formatted(root.resolve("store"), root.resolve("state")));
      if (!user.equals(System.getProperty("user.name"))) {
        give(user, variables);
      }
      sshd = TestSshd.start(sandbox.work().resolve("sshd"), variables);
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
