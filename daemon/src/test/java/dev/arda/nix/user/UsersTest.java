package dev.arda.nix.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.Reason;
import dev.arda.nix.user.UserDefinition.Contents;
import dev.arda.nix.user.UserDefinition.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Finding the users of real flakes with a real Nix. */
class UsersTest {

  private static final String FLAKE =
      """
      { outputs = _: {
          homeConfigurations = {
            alice.config.home = { username = "alice"; homeDirectory = "/home/alice"; stateVersion = "25.11"; };
            "alice@web.example.org".config.home = { username = "alice"; homeDirectory = "/home/alice"; };
            "bob@db" = throw "bob is broken";
            "@x" = { }; "''${y}\\n-z" = abort "hostile";
          };
          clan.core.users = {
            alice = {
              homeDirectory = "/home/alice"; shell = "zsh"; stateVersion = "23.11";
              packages = [ { pname = "vim"; name = "vim-9.1"; } { name = "hello"; outPath = throw "not built"; } ];
              programs = { vim = throw "not asked"; zsh = { }; };
              dotfiles = { ".vimrc" = throw "not asked"; };
              secrets = ./flake.nix;
              devShells = { python = throw "not asked"; };
            };
            dora = { username = "dd"; packages = pkgs: [ ]; programs = pkgs: { }; };
            eve = { programs = throw "eve is broken"; };
            carol = throw "carol is broken";
          };
          nixosConfigurations = {
            db.config = {
              users.users = { dave = { isNormalUser = true; home = "/home/dave"; }; nginx.isSystemUser = true; };
              home-manager.users.alice = throw "never forced";
            };
            down = throw "the host is broken";
            bare.config.system = { };
          };
        }; }
      """
          .replace("''${y}", "\\${y}");

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private static UserListing list(
      UserFixture fixture, Set<String> names, boolean details, boolean hosts) {
    fixture.sandbox.write("flake/flake.nix", FLAKE);
    return new Users(fixture.flakes)
        .list(
            new UserQuestion(fixture.context(), "", names, details, hosts), ProgressListener.NONE);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void list_names_evaluatesNoDefinitionAndMergesPersons(Path nix) {
    try (var fixture = new UserFixture(nix)) {
      var listing = list(fixture, Set.of(), false, false);

      assertThat(listing.problems()).isEmpty();
      assertThat(listing.users())
          .extracting(KnownUser::name)
          .containsExactly("${y}\n-z", "@x", "alice", "bob", "carol", "dora", "eve");
      var alice = listing.users().get(2);
      assertThat(alice.hosts()).containsExactly("web.example.org");
      assertThat(alice.definitions())
          .extracting(UserDefinition::selector)
          .containsExactly(
              "homeConfigurations.\"alice@web.example.org\"",
              "homeConfigurations.alice",
              "clan.core.users.alice");
      assertThat(listing.users().get(3).hosts()).containsExactly("db");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void list_details_brokenDefinitionsSayWhyAndHideNothing(Path nix) {
    try (var fixture = new UserFixture(nix)) {
      var listing = list(fixture, Set.of(), true, true);

      var alice = listing.users().stream().filter(one -> one.name().equals("alice")).findFirst();
      assertThat(alice.orElseThrow().homeDirectory()).contains("/home/alice");
      assertThat(alice.orElseThrow().hosts()).containsExactly("db", "web.example.org");
      assertThat(alice.orElseThrow().definitions())
          .filteredOn(one -> one.kind() == Kind.CLAN)
          .first()
          .satisfies(one -> {
            assertThat(one.facts().shell()).contains("zsh");
            assertThat(one.facts().stateVersion()).contains("23.11");
            assertThat(one.contents())
                .isEqualTo(
                    new Contents(
                        List.of("vim", "hello"),
                        List.of("vim", "zsh"),
                        List.of(".vimrc"),
                        "flake.nix",
                        List.of("python")));
          });
      var dora = listing.users().stream().filter(one -> one.name().equals("dora")).findFirst();
      assertThat(dora.orElseThrow().definitions().getFirst().facts().username()).contains("dd");
      assertThat(dora.orElseThrow().definitions().getFirst().contents()).isEqualTo(Contents.NONE);
      assertThat(listing.users())
          .flatExtracting(KnownUser::definitions)
          .filteredOn(one -> one.failure().isPresent())
          .extracting(UserDefinition::name)
          .containsExactlyInAnyOrder("${y}\n-z", "@x", "bob@db", "carol", "eve");
      assertThat(listing.users())
          .extracting(KnownUser::name)
          .contains("dave")
          .doesNotContain("nginx");
      assertThat(listing.problems()).hasSize(1);
      assertThat(listing.problems().getFirst().failure().reason())
          .isEqualTo(Reason.EVALUATION_FAILED);
      assertThat(listing.problems().getFirst().failure()).hasMessageContaining("host is broken");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void list_oneName_asksOnlyItsDefinitions(Path nix) {
    try (var fixture = new UserFixture(nix)) {
      var person = list(fixture, Set.of("alice"), true, false);
      var definition = list(fixture, Set.of("alice@web.example.org"), true, false);

      assertThat(person.users()).hasSize(1);
      assertThat(person.users().getFirst().definitions()).hasSize(3);
      assertThat(definition.users()).hasSize(1);
      assertThat(definition.users().getFirst().definitions()).hasSize(1);
    }
  }
}
