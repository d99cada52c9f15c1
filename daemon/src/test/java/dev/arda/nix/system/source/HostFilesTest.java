package dev.arda.nix.system.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Making hosts in real flakes, and taking them out again. */
class HostFilesTest {

  private static final Path FLEET = Path.of("..", "examples", "fleet").toAbsolutePath().normalize();

  @TempDir private Path directory;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private void trying(Path nix, Map<String, String> files, HostBench.Trial trial)
      throws IOException {
    HostBench.trying(directory, nix, files, trial);
  }

  private static Map<String, String> fleet() throws IOException {
    var result = new TreeMap<String, String>();
    try (var all = Files.walk(FLEET)) {
      for (var file : all.filter(Files::isRegularFile).toList()) {
        result.put(FLEET.relativize(file).toString(), Files.readString(file));
      }
    }
    return result;
  }

  @ParameterizedTest
  @MethodSource("programs")
  void theFleet_aHostIsMadeFromItsTemplateAndTakenOutAgain(Path nix) throws IOException {
    trying(
        nix,
        fleet(),
        bench -> {
          bench.commit();
          var before = bench.state();
          var made =
              bench.create(
                  new HostWish(
                      bench.context(),
                      "",
                      new HostName("web03"),
                      Optional.empty(),
                      Optional.of("aarch64-linux"),
                      List.of("web", "new"),
                      "third \"web\" ${server}"));
          assertThat(made.files()).containsExactly(Path.of("hosts/web03.nix"));
          assertThat(made.edited()).isFalse();
          assertThat(made.host().system()).isEqualTo("aarch64-linux");
          assertThat(made.host().tags()).contains("web", "new");
          assertThat(made.host().description()).isEqualTo("third \"web\" ${server}");
          assertThat(bench.git("status", "--porcelain")).isEqualTo("A  hosts/web03.nix\n");
          assertThat(bench.names()).containsExactly("db01", "web01", "web02", "web03");

          var removed = bench.remove("web03", false);
          assertThat(removed.files()).containsExactly(Path.of("hosts/web03.nix"));
          // It was in no commit.
          assertThat(removed.keptAt().orElseThrow().resolve("hosts/web03.nix")).isRegularFile();
          assertThat(bench.state()).isEqualTo(before);

          assertThat(bench.remove("db01", true).mentions())
              .extracting(mention -> mention.file() + ": " + mention.text())
              .containsExactly(
                  "flake.nix: \"bob@db01\" = lib.homeConfiguration \"bob\" users.bob;");
          assertThat(bench.state()).isEqualTo(before);
          assertThat(bench.remove("db01", false).keptAt()).isEmpty();
          assertThat(bench.git("status", "--porcelain")).isEqualTo("D  hosts/db01.nix\n");
          assertThat(bench.names()).containsExactly("web01", "web02");
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aSetInFlakeNix_getsAnEntryLikeItsNeighbours(Path nix) throws IOException {
    var text =
        HostBench.flake(
            """
            nixosConfigurations = {
              # the first
              web01 = mk "web01" ./nodes/web01/main.nix;
            };
            clan.core.machines = { web01.tags = [ "web" ]; };\
            """);
    trying(
        nix,
        Map.of("flake.nix", text, "nodes/web01/main.nix", "{ networking.hostName = \"web01\"; }\n"),
        bench -> {
          var before = bench.state();
          var wish =
              new HostWish(
                  bench.context(),
                  bench.flake().toString(),
                  new HostName("1db"),
                  Optional.of("web01"),
                  Optional.empty(),
                  List.of("db"),
                  "a database");
          // The example is not where hosts usually are.
          assertThatThrownBy(() -> bench.create(wish)).hasMessageContaining("no template web01");
          var made =
              bench.create(
                  new HostWish(
                      wish.context(),
                      wish.flake(),
                      wish.name(),
                      Optional.empty(),
                      Optional.empty(),
                      wish.tags(),
                      wish.description()));
          assertThat(made.files()).containsExactly(Path.of("nodes/1db/main.nix"));
          assertThat(made.edited()).isTrue();
          assertThat(made.staged()).isFalse();
          assertThat(made.host().tags()).containsExactly("db");
          assertThat(Files.readString(bench.flake().resolve("flake.nix")))
              .contains(
                  "  \"1db\" = mk \"1db\" ./nodes/1db/main.nix;\n",
                  "\"1db\" = { description = \"a database\"; tags = [ \"db\" ]; }; };");
          var removed = bench.remove("1db", false);
          assertThat(removed.files()).containsExactly(Path.of("nodes/1db"));
          assertThat(removed.cuts()).hasSize(2);
          assertThat(bench.state()).isEqualTo(before);
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void hostsThatAreFoundInAnyDirectory_needTheirFileOnly(Path nix) throws IOException {
    trying(
        nix,
        Map.of(
            "flake.nix",
            HostBench.flake(
                "nixosConfigurations = builtins.mapAttrs (n: _: mk n (./nix/machines + \"/${n}/configuration.nix\")) (builtins.readDir ./nix/machines);"),
            "nix/machines/web01/configuration.nix",
            "{ own = 1; }\n",
            "nix/machines/web02/configuration.nix",
            "{ own = 2; }\n"),
        bench -> {
          bench.commit();
          var before = bench.state();
          var made = bench.create(bench.wish("new1"));
          assertThat(made.files()).containsExactly(Path.of("nix/machines/new1/configuration.nix"));
          assertThat(made.edited()).isFalse();
          assertThat(bench.sound()).containsExactly("new1", "web01", "web02");
          bench.remove("new1", false);
          assertThat(bench.state()).isEqualTo(before);
          assertThat(bench.remove("web01", false).files())
              .containsExactly(Path.of("nix/machines/web01"));
          assertThat(bench.sound()).containsExactly("web02");
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void newFiles_areForThoseWhoMayReadTheFlake(Path nix) throws IOException {
    trying(
        nix,
        Map.of(
            "flake.nix",
            HostBench.flake("nixosConfigurations = { web01 = mk \"web01\" ./hosts/web01/a.nix; };"),
            "hosts/web01/a.nix",
            "{ }\n"),
        bench -> {
          bench.commit();
          for (var mode : List.of("rw-rw-r--", "rw-------")) {
            var flakeFile = bench.flake().resolve("flake.nix");
            var hosts = bench.flake().resolve("hosts");
            Files.setPosixFilePermissions(flakeFile, PosixFilePermissions.fromString(mode));
            Files.setPosixFilePermissions(
                hosts, PosixFilePermissions.fromString(mode.replace("rw-", "rwx")));
            bench.create(bench.wish("new1"));
            var made = hosts.resolve("new1/a.nix");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo(mode);
            assertThat(Files.getPosixFilePermissions(made.getParent()))
                .isEqualTo(Files.getPosixFilePermissions(hosts));
            bench.remove("new1", false);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aNameThatNixosDoesNotTake_isRefused(Path nix) throws IOException {
    trying(
        nix,
        Map.of(
            "flake.nix",
            HostBench.flake("nixosConfigurations = { web01 = mk \"web01\" ./hosts/web01.nix; };"),
            "hosts/web01.nix",
            "{ }\n",
            "templates/short.nix",
            "{ networking.hostName = \"short\"; } # @name@\n"),
        bench -> {
          bench.commit();
          var before = bench.state();
          for (var name : List.of("web01.", "a..b", "new+1", "x".repeat(64))) {
            assertThatThrownBy(() -> bench.create(bench.wish(name)))
                .hasMessageContaining("NixOS takes no networking.hostName \"" + name + "\"");
            assertThat(bench.state()).isEqualTo(before);
          }
          bench.create(bench.wish("a_b-1"));
          assertThat(bench.create(bench.wishLike("new1.example", "short")).files())
              .containsExactly(Path.of("hosts/new1.example.nix"));
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void whateverFails_nothingIsChanged(Path nix) throws IOException {
    trying(
        nix,
        Map.of(
            "flake.nix",
            HostBench.flake(
                """
                nixosConfigurations = builtins.listToAttrs [ { name = "web01"; value = mk "web01" ./hosts/web01.nix; } ];
                clan.machines.web01 = { };
                darwinConfigurations = { mac = mk "mac" ./hosts/mac.nix; };\
                """),
            "hosts/web01.nix",
            "{ }\n",
            "hosts/mac.nix",
            "{ }\n",
            "templates/broken.nix",
            "{ networking.hostName = throw \"not ready\"; nixpkgs.hostPlatform.system = throw \"not ready\"; }\n",
            ".gitignore",
            "hosts/secret*\n"),
        bench -> {
          bench.commit();
          var before = bench.state();

          assertThatThrownBy(() -> bench.create(bench.wish("web02")))
              .isInstanceOfSatisfying(
                  NixException.class,
                  failure -> {
                    assertThat(failure.reason()).isEqualTo(Reason.HOST_SOURCE_REFUSED);
                    assertThat(failure.metadata().get("hint"))
                        .contains(
                            "make hosts/web02.nix", "nixosConfigurations = (…) // { web02 = ");
                  });
          assertThat(bench.state()).isEqualTo(before);

          var mac = bench.wish("mac2");
          var broken =
              new HostWish(
                  mac.context(),
                  mac.flake(),
                  mac.name(),
                  Optional.of("broken"),
                  Optional.of("aarch64-darwin"),
                  List.of(),
                  "");
          assertThatThrownBy(() -> bench.create(broken)).hasMessageContaining("not ready");
          assertThat(bench.state()).isEqualTo(before);

          assertThatThrownBy(() -> bench.create(bench.wish("secret1")))
              .hasMessageContaining("git add failed");
          assertThat(bench.state()).isEqualTo(before);

          assertThatThrownBy(() -> bench.create(bench.wish("web01")))
              .isInstanceOfSatisfying(
                  NixException.class,
                  failure -> assertThat(failure.reason()).isEqualTo(Reason.HOST_EXISTS));

          assertThatThrownBy(() -> bench.remove("web01", false))
              .isInstanceOfSatisfying(
                  NixException.class,
                  failure -> assertThat(failure.reason()).isEqualTo(Reason.HOST_SOURCE_REFUSED));
          assertThat(bench.state()).isEqualTo(before);
          assertThatThrownBy(() -> bench.remove("web09", false))
              .hasMessageContaining("did you mean web01?");

          Thread.currentThread().interrupt();
          assertThatThrownBy(() -> bench.remove("mac", false))
              .isInstanceOfSatisfying(
                  NixException.class,
                  failure -> assertThat(failure.reason()).isEqualTo(Reason.CANCELLED));
          assertThat(Thread.interrupted()).isTrue();
          assertThat(bench.state()).isEqualTo(before);
        });
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(
      strings = {"-x", "", "a b", "a\"b", "a\nb", "${x}", "../x", "a/b", "é"})
  void hostileNamesAreRefused(String name) {
    assertThatThrownBy(() -> new HostName(name))
        .isInstanceOfSatisfying(
            NixException.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.HOST_NAME_INVALID));
    assertThatThrownBy(() -> wishWithTag(name))
        .isInstanceOfSatisfying(
            NixException.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.REQUEST_INVALID));
  }

  @Test
  void aNameThatIsTooLong_isToldAsThat() {
    assertThat(new HostName("a".repeat(253)).text()).hasSize(253);
    assertThatThrownBy(() -> new HostName("a".repeat(300)))
        .hasMessageContaining("it has 300 characters, and at most 253 are allowed");
  }

  private HostWish wishWithTag(String tag) {
    return new HostWish(
        new CallContext(directory, Optional.empty(), dev.arda.nix.types.NixOptions.NONE, Map.of()),
        "",
        new HostName("a"),
        Optional.empty(),
        Optional.empty(),
        List.of(tag),
        "");
  }
}
