package dev.arda.nix.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import dev.arda.nix.user.ApplyRequest.Mode;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Home configurations made of {@code clan.core.users}, with stand-ins for home-manager and nixpkgs
 * that have the signatures of the real functions.
 */
@TestInstance(Lifecycle.PER_CLASS)
class GeneratedHomesTest {

  private final Map<Path, ApplyFixture> fixtures = new HashMap<>();

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private ApplyFixture fixture(Path nix) {
    return fixtures.computeIfAbsent(nix, GeneratedHomesTest::create).emptied();
  }

  @AfterAll
  void close() {
    fixtures.values().forEach(ApplyFixture::close);
  }

  /** A sandbox with the flake {@code clan.nix} and its inputs. */
  static ApplyFixture create(Path nix) {
    var fixture = new ApplyFixture(nix, "clan.nix");
    var sandbox = fixture.users.sandbox;
    sandbox.write("nixpkgs/flake.nix", fixture.resource("nixpkgs.nix"));
    sandbox.write("home-manager/flake.nix", fixture.resource("home-manager.nix"));
    var alice = "flake/users/alice/";
    sandbox.write(alice + "templates/vimrc", "\" {{hostName}} {{ username }} {{other}}\n");
    sandbox.write(alice + "templates/zshrc", "cd {{homeDirectory}} # {{shell}} {{stateVersion}}");
    sandbox.write(alice + "templates/gitconfig", "[user]\n");
    var hello = sandbox.write(alice + "templates/hello", "#!/bin/sh\n");
    assertThat(hello.toFile().setExecutable(true)).isTrue();
    sandbox.write(alice + "tree/deep/{{hostName}}", "{{hostName}}");
    sandbox.write(alice + "secrets.nix", "{ }");
    sandbox.write(alice + "shells/python/shell.nix", "{ }");
    sandbox.write(alice + "shells/nodejs/shell.nix", "{ }");
    return fixture;
  }

  private static String hostName() throws IOException {
    return HomeNames.shortName(InetAddress.getLocalHost().getHostName());
  }

  @ParameterizedTest
  @MethodSource("programs")
  void apply_describedUser_getsItsFilesWithTheFactsOfTheHome(Path nix) throws IOException {
    var fixture = fixture(nix);

    var result = fixture.apply("alice");

    assertThat(result.failure()).isEmpty();
    assertThat(result.definition()).isEqualTo("clan.core.users.alice");
    assertThat(result.generation()).hasValue(1);
    var self = System.getProperty("user.name");
    assertThat(fixture.home(".vimrc")).hasContent("\" " + hostName() + " " + self + " {{other}}\n");
    assertThat(fixture.home(".zshrc"))
        .hasContent("cd " + fixture.home("").toString() + " # zsh 23.11");
    assertThat(Files.isExecutable(fixture.home(".local/bin/hello"))).isTrue();
    assertThat(fixture.home(".config/tree/deep/{{hostName}}")).hasContent("{{hostName}}");
    assertThat(fixture.home(".raw")).content().contains("{{hostName}}");
    assertThat(fixture.home(".text")).content().contains("{{hostName}}");
    assertThat(Path.of(result.storePath(), "packages")).content().contains("-vim-9.1", "-git-2.47");
    assertThat(fixture.apply("alice").reused()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void expression_evaluatedByNixItself_isWhatIsApplied(Path nix) {
    var fixture = fixture(nix);
    var expression = fixture.homes.expression(fixture.users.context(), "", "alice", "");
    var file = fixture.users.sandbox.write("alice.nix", expression);

    var drv =
        fixture.users.sandbox.run(
            fixture.users.sandbox.work(),
            nix.toString(),
            "eval",
            "--impure",
            "--raw",
            "--file",
            file.toString(),
            "activationPackage");
    var built = fixture.apply(fixture.request("alice").mode(Mode.DRY_RUN));

    assertThat(drv).isEqualTo(built.storePath());
    assertThat(expression).contains("clan.core.users.${name}", "name = \"alice\";");
    assertThat(fixture.homes.expression(fixture.users.context(), "", "alice", "db"))
        .contains("hostName = \"db\";");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void apply_descriptionWithMistakes_tellsAllWithPlaces(Path nix) {
    var fixture = fixture(nix);

    var failure = fixture.apply("mallory").failure().orElseThrow();

    assertThat(failure.reason()).isEqualTo(Reason.USER_DESCRIPTION_INVALID);
    assertThat(failure.getMessage().lines().map(String::strip))
        .containsExactlyInAnyOrder(
            "clan.core.users.mallory cannot be made a home configuration:",
            "flake.nix:50:11: dotfiles.\"../.ssh/config\" is not a path below the home directory",
            "flake.nix:52:11: dotfiles.\".both\" has either source or text",
            "flake.nix:51:11: dotfiles.\".missing\" is users/no-such-file, which is not there (is"
                + " it tracked by git?)",
            "flake.nix:45:11: homeDirectory is an absolute path, as a string, not a path",
            "flake.nix:48:11: packages[1] is a string, not a package",
            "flake.nix:53:11: pakages is not known; there are devShells, dotfiles, homeDirectory,"
                + " packages, programs, secrets, sessionVariables, shell, stateVersion, username",
            "flake.nix:49:11: programs.vim is a set, not a boolean",
            "flake.nix:46:11: shell names no-such-shell, and nixpkgs has no package of that name",
            "flake.nix:47:11: stateVersion is a release such as \"25.11\", not a number");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void apply_twinAndFunctionsAndHostileNames_areUnderstood(Path nix) {
    var fixture = fixture(nix);

    var results =
        fixture.applyAll(
            fixture
                .request("twin", "bob", "${builtins.abort \"code\"}", "nobody")
                .mode(Mode.DRY_RUN));

    assertThat(results.getFirst().definition()).isEqualTo("homeConfigurations.twin");
    assertThat(results.getFirst().failure()).isEmpty();
    // Built, and somebody else's.
    assertThat(results.get(1).storePath()).isNotEmpty();
    assertThat(results.get(1).failure().orElseThrow().reason())
        .isEqualTo(Reason.USER_ACCOUNT_UNSUITABLE);
    assertThat(results.get(2).failure().orElseThrow().reason())
        .isIn(Reason.USER_ACCOUNT_UNSUITABLE, Reason.USER_DESCRIPTION_INVALID);
    assertThat(results.get(3).failure().orElseThrow())
        .hasMessageContaining("it has twin, ")
        .hasMessageContaining("alice");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void expression_flakeWithoutInputs_saysWhichAreMissing(Path nix) {
    try (var users = new UserFixture(nix)) {
      users.sandbox.write(
          "flake/flake.nix",
          "{ outputs = _: { clan.core.users.alice = { packages = pkgs: [ ]; shell = \"zsh\"; }; };"
              + " }");
      var homes = ApplyFixture.homes(users);

      var failure =
          catchThrowableOfType(
              UserException.class, () -> homes.expression(users.context(), "", "alice", ""));

      assertThat(failure)
          .hasMessageContaining("no input home-manager; add inputs.home-manager.url")
          .hasMessageContaining("no input nixpkgs")
          .hasMessageContaining("stateVersion is missing")
          .hasMessageContaining("\n  flake.nix:1:");
    }
  }
}
