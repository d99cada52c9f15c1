package dev.arda.nix.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserConfig;
import dev.arda.nix.user.ApplyRequest.Mode;
import dev.arda.nix.user.People.LoginShell;
import dev.arda.nix.user.People.Person;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packages, dotfiles and shells of people, of a flake in a git repository. */
@TestInstance(Lifecycle.PER_CLASS)
class PeopleTest {

  private final Map<Path, ApplyFixture> fixtures = new HashMap<>();

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private ApplyFixture fixture(Path nix) {
    var fixture = fixtures.computeIfAbsent(nix, PeopleTest::create).emptied();
    git(fixture, "reset", "-q", "--hard");
    git(fixture, "clean", "-fdqx");
    return fixture;
  }

  @AfterAll
  void close() {
    fixtures.values().forEach(ApplyFixture::close);
  }

  private static ApplyFixture create(Path nix) {
    var fixture = GeneratedHomesTest.create(nix);
    git(fixture, "init", "-q");
    git(fixture, "add", ".");
    git(fixture, "commit", "-qm", "all");
    return fixture;
  }

  private static String git(ApplyFixture fixture, String... arguments) {
    var words = new java.util.ArrayList<>(List.of("git"));
    words.addAll(List.of(arguments));
    return fixture.users.sandbox.run(
        fixture.users.sandbox.work().resolve("flake"), words.toArray(String[]::new));
  }

  private static Person person(ApplyFixture fixture, String name) {
    return new Person(fixture.users.context(), "", name);
  }

  private static Path flake(ApplyFixture fixture, String path) {
    return fixture.users.sandbox.work().resolve("flake").resolve(path);
  }

  private static Reason reasonOf(Runnable work) {
    return catchThrowableOfType(NixException.class, work::run).reason();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void packages_ofADescription_haveNamesVersionsAndPlaces(Path nix) {
    var fixture = fixture(nix);

    assertThat(fixture.people.packages(person(fixture, "alice")))
        .extracting(DeclaredPackage::name, DeclaredPackage::version, DeclaredPackage::source)
        .contains(
            org.assertj.core.groups.Tuple.tuple("vim", "9.1", "pkgs/vim.nix:3"),
            org.assertj.core.groups.Tuple.tuple("git", "2.47", "pkgs/git.nix:3"));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void user_asTheSeedHasIt_selectsAppliesAndFindsTemplates(Path nix) {
    var fixture = fixture(nix);
    var alice = new User(ApplyFixture.tools(fixture.users), person(fixture, "alice"));

    assertThat(alice.select("config.home.stateVersion")).contains("23.11");
    assertThat(alice.getDotfile(".vimrc")).isEqualTo(Path.of("users/alice/templates/vimrc"));
    assertThat(reasonOf(() -> alice.getDotfile(".text"))).isEqualTo(Reason.ATTRIBUTE_MISSING);
    assertThat(alice.listPackages()).hasSize(2);
    assertThat(alice.applyConfig("build", fixture.listener).storePath()).isNotEmpty();
    assertThat(fixture.home(".gitconfig")).doesNotExist();
    assertThat(alice.applyConfig(fixture.listener).activated()).isTrue();
    assertThat(fixture.home(".gitconfig")).exists();
    assertThat(reasonOf(() -> alice.applyConfig("install", fixture.listener)))
        .isEqualTo(Reason.REQUEST_INVALID);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void runHomeManager_asTheSeedHasIt_goesOnlyWhereTheHomeHasToBe(Path nix) {
    var fixture = fixture(nix);
    var config = UserConfig.of(FlakeRef.of(""), "alice");
    var elsewhere = new UserConfig(config.flake(), "alice", "switch", Optional.of(Path.of("/x")));
    var here = new UserConfig(config.flake(), "alice", "switch", Optional.of(fixture.home("")));

    assertThat(reasonOf(() -> run(fixture, elsewhere))).isEqualTo(Reason.USER_ACCOUNT_UNSUITABLE);
    assertThat(fixture.home(".gitconfig")).doesNotExist();
    assertThat(run(fixture, here).activated()).isTrue();
    assertThat(run(fixture, config).reused()).isTrue();
  }

  private static ApplyResult run(ApplyFixture fixture, UserConfig config) {
    return fixture.homes.runHomeManager(
        fixture.users.context(), config, Optional.empty(), fixture.listener);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void dotfiles_listAndCompare_sayWhereTheyComeFromAndHowTheyDiffer(Path nix) throws IOException {
    var fixture = fixture(nix);
    var alice = person(fixture, "alice");

    assertThat(fixture.people.dotfiles(alice))
        .filteredOn(file -> file.path().equals(".gitconfig"))
        .extracting(Dotfile::origin)
        .containsExactly("users/alice/templates/gitconfig");

    var built = fixture.apply(fixture.request("alice").mode(Mode.BUILD)).storePath();
    Files.writeString(fixture.home(".gitconfig"), "[user]\n  name = me\n");

    assertThat(fixture.people.compare(alice, built, List.of(".gitconfig")))
        .isEqualToNormalizingNewlines(
            """
            --- ~/.gitconfig
            +++ environment/.gitconfig
            @@ -1,2 +1 @@
             [user]
            -  name = me
            """);
    assertThat(fixture.people.compare(alice, built, List.of()))
        .contains("--- ~/.zshrc (not there)", "+++ environment/.vimrc");
    assertThat(fixture.home(".vimrc")).doesNotExist();
    assertThat(reasonOf(() -> fixture.people.compare(alice, built, List.of("../x"))))
        .isEqualTo(Reason.REQUEST_INVALID);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void adopt_newFileAndDeclaredFile_areInTheFlakeAndKnownToGit(Path nix) throws IOException {
    var fixture = fixture(nix);
    var alice = person(fixture, "alice");
    Files.createDirectories(fixture.home(".config"));
    Files.writeString(fixture.home(".config/new file"), "new");
    Files.writeString(fixture.home(".gitconfig"), "[core]\n");

    var adopted = fixture.people.adopt(alice, ".config/new file");

    assertThat(adopted.tracked()).isTrue();
    assertThat(adopted.declaration())
        .isEqualTo(
            "clan.core.users.alice.dotfiles.\".config/new file\" = ./. +"
                + " \"/users/alice/dotfiles/.config/new file\";");
    assertThat(flake(fixture, "users/alice/dotfiles/.config/new file")).hasContent("new");
    assertThat(git(fixture, "ls-files", "users/alice/dotfiles")).contains("new file");
    assertThat(fixture.home(".config/new file")).hasContent("new");

    var declared = fixture.people.adopt(alice, ".gitconfig");

    assertThat(declared.declaration()).isEmpty();
    assertThat(flake(fixture, "users/alice/templates/gitconfig")).hasContent("[core]\n");
    assertThat(fixture.people.adopt(alice, ".config/new file").tracked()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void adopt_whatCannotBe_leavesTheFlakeAlone(Path nix) throws IOException {
    var fixture = fixture(nix);
    var alice = person(fixture, "alice");
    Files.createSymbolicLink(fixture.home(".link"), Path.of("/etc/passwd"));
    Files.createDirectories(fixture.home(".directory"));
    Files.writeString(fixture.home(".vimrc"), "mine");
    Files.writeString(fixture.home(".ignored"), "ignored");
    Files.writeString(flake(fixture, ".gitignore"), ".ignored\n");

    for (var name : List.of(".link", ".directory", ".missing", ".vimrc")) {
      assertThat(reasonOf(() -> fixture.people.adopt(alice, name)))
          .isEqualTo(Reason.DOTFILE_REFUSED);
    }
    assertThat(reasonOf(() -> fixture.people.adopt(alice, ".ignored")))
        .isEqualTo(Reason.COMMAND_FAILED);
    assertThat(flake(fixture, "users/alice/dotfiles/.ignored")).doesNotExist();
    assertThat(flake(fixture, "users/alice/templates/vimrc")).content().contains("{{hostName}}");
    for (var name : List.of("../x", "/etc/passwd", "a/../../x", "", "a\nb")) {
      assertThat(reasonOf(() -> fixture.people.adopt(alice, name)))
          .isEqualTo(Reason.REQUEST_INVALID);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void shell_packageStringAndDefault_areAsNixOsWritesThem(Path nix) {
    var fixture = fixture(nix);

    assertThat(fixture.people.shell(person(fixture, "alice"), "web"))
        .isEqualTo(
            new LoginShell(
                "/run/current-system/sw/bin/zsh",
                "nixosConfigurations.web.config.users.users.alice.shell"));
    assertThat(fixture.people.shell(person(fixture, "bob"), "web").path()).isEqualTo("/bin/fish");
    assertThat(fixture.people.shell(person(fixture, "carol"), "web").path())
        .isEqualTo("/run/current-system/sw/bin/bash");
    assertThat(fixture.people.shell(person(fixture, "root"), ""))
        .satisfies(shell -> {
          assertThat(shell.path()).startsWith("/");
          assertThat(shell.source()).isEqualTo("this machine");
        });
    assertThat(reasonOf(() -> fixture.people.shell(person(fixture, "alice"), "nowhere")))
        .isEqualTo(Reason.HOST_NOT_FOUND);
    assertThat(reasonOf(() -> fixture.people.shell(person(fixture, "-no body"), "")))
        .isEqualTo(Reason.USER_NOT_FOUND);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void developmentShell_directoriesAndDerivations_giveTheCommandThatEntersThem(Path nix) {
    var fixture = fixture(nix);
    var alice = person(fixture, "alice");

    var python = fixture.people.developmentShell(alice, "python", List.of("echo", "it's"));

    assertThat(python.getFirst()).endsWith("/nix-shell");
    assertThat(python.get(1)).endsWith("users/alice/shells/python/shell.nix");
    assertThat(python.getLast()).isEqualTo("'echo' 'it'\\''s'");
    assertThat(fixture.people.developmentShell(alice, "built", List.of("true")))
        .containsSubsequence("develop", "--command", "true")
        .anyMatch(word -> word.endsWith("#clan.core.users.alice.devShells.built"));
    assertThat(reasonOf(() -> fixture.people.developmentShell(alice, "go", List.of())))
        .isEqualTo(Reason.ATTRIBUTE_MISSING);
    assertThat(
            reasonOf(() -> fixture.people.developmentShell(person(fixture, "x"), "go", List.of())))
        .isEqualTo(Reason.USER_NOT_FOUND);
  }
}
