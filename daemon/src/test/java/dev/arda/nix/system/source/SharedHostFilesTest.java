package dev.arda.nix.system.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hosts are taken out whose files others use. */
class SharedHostFilesTest {

  private static final String OWN = "{ own = true; }\n";

  @TempDir private Path directory;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private static Map<String, String> files(String hosts, Map<String, String> more) {
    var result = new TreeMap<>(more);
    result.put("flake.nix", HostBench.flake(hosts));
    result.putIfAbsent("hosts/web01.nix", OWN);
    result.putIfAbsent("hosts/web02.nix", OWN);
    return result;
  }

  private static final String EACH =
      """
      nixosConfigurations = {
        web01 = mk "web01" ./hosts/web01.nix;
        web02 = mk "web02" ./hosts/web02.nix;
      };\
      """;

  private static List<String> left(HostRemover.Removed removed) {
    return removed.left().stream()
        .map(one -> one.file() + " " + one.use().file() + ":" + one.use().line())
        .toList();
  }

  private void isLeft(Path nix, Map<String, String> files, String expected) throws IOException {
    HostBench.trying(
        directory,
        nix,
        files,
        bench -> {
          bench.commit();
          assertThat(left(bench.remove("web01", true))).containsExactly(expected);
          assertThat(left(bench.remove("web01", false))).containsExactly(expected);
          assertThat(bench.flake().resolve("hosts/web01.nix")).isRegularFile();
          assertThat(bench.git("status", "--porcelain")).isEqualTo(" M flake.nix\n");
          assertThat(bench.sound()).containsExactly("web02");
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void anotherEntryNamesTheFile_itIsLeft(Path nix) throws IOException {
    isLeft(
        nix,
        files(
            """
            nixosConfigurations = {
              web01 = mk "web01" ./hosts/web01.nix;
              web02 = mk "web02" ./hosts/web01.nix;
            };\
            """,
            Map.of()),
        "hosts/web01.nix flake.nix:10");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aFileOfAnotherHostNamesTheFile_itIsLeft(Path nix) throws IOException {
    isLeft(
        nix,
        files(
            EACH,
            Map.of(
                "hosts/web02.nix", "{\n  more = import ./web01.nix;\n} // import ./web01.nix\n")),
        "hosts/web01.nix hosts/web02.nix:2");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aNameOfBothIsTheFile_itIsLeft(Path nix) throws IOException {
    var files =
        files(
            """
            nixosConfigurations = {
              web01 = mk "web01" f;
              web02 = mk "web02" f;
            };\
            """,
            Map.of());
    files.computeIfPresent(
        "flake.nix",
        (_, text) -> text.replace("let\n", "let\n      f = ./hosts + \"/web01.nix\";\n"));
    isLeft(nix, files, "hosts/web01.nix flake.nix:4");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void whatAFileThatIsLeftUses_isLeft(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        files(
            EACH,
            Map.of(
                "hosts/web02.nix", "import ../hosts/web01.nix\n",
                "hosts/web01.nix", "{ secret = \"${../secrets/web01/key}\"; }\n",
                "secrets/web01/key", "k\n",
                "vars/per-machine/web01/x", "x\n")),
        bench -> {
          bench.commit();
          var removed = bench.remove("web01", false);
          assertThat(removed.files()).containsExactly(Path.of("vars/per-machine/web01"));
          assertThat(left(removed))
              .containsExactly(
                  "hosts/web01.nix hosts/web02.nix:1", "secrets/web01 hosts/web01.nix:1");
          assertThat(bench.sound()).containsExactly("web02");
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void anotherHostNeedsTheHostOrComputesThePath_nothingIsChanged(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        files(
            """
            nixosConfigurations = {
              web01 = mk "web01" ./hosts/web01.nix;
              web02 = mk "web02" (./hosts + "/web0${toString 1}.nix");
              db01 = mk "db01" ./hosts/db01.nix;
              app01 = { config = mk "app01" ./hosts/web02.nix // { system.build.toplevel.drvPath = self.nixosConfigurations.db01.config.name; }; };
            };\
            """,
            Map.of("hosts/db01.nix", OWN)),
        bench -> {
          bench.commit();
          var before = bench.state();
          refused(bench, "web01", "Without web01, web02 could not be evaluated any more");
          assertThat(bench.state()).isEqualTo(before);
          refused(bench, "db01", "Without db01, app01 could not be evaluated any more");
          assertThat(bench.state()).isEqualTo(before);
        });
  }

  private static void refused(HostBench bench, String host, String message) {
    assertThatThrownBy(() -> bench.remove(host, false))
        .isInstanceOfSatisfying(
            NixException.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.HOST_SOURCE_REFUSED);
              assertThat(failure).hasMessageContaining(message);
            });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void onlyAFileThatIsUsedIsThere_itIsToldWhereTheHostIsMade(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        files(
            "nixosConfigurations = import ./hosts mk;",
            Map.of(
                "hosts/default.nix",
                "mk: {\n  web01 = mk \"web01\" ./web01.nix;\n  web02 = mk \"web02\" ./web02.nix;\n}\n")),
        bench -> {
          bench.commit();
          var before = bench.state();
          refused(bench, "web01", "hosts/web01.nix would be left: hosts/default.nix:2 uses it.");
          assertThat(bench.state()).isEqualTo(before);
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void onlyAListOfAnImportedFileNamesIt_itsLineIsTold(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        files(
            """
            nixosConfigurations = builtins.listToAttrs (map (name: {
              inherit name;
              value = mk name ./common.nix;
            }) (import ./list.nix));\
            """,
            Map.of(
                "common.nix", OWN, "list.nix", "[\n  \"first\"\n  \"second\"\n  \"third\"\n]\n")),
        bench -> {
          bench.commit();
          refused(bench, "second", "nor has it files of its own. What names it: list.nix:3.");
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void flakeNixIsALink_itsOwnLinesUseNothing(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        files(EACH, Map.of()),
        bench -> {
          var link = bench.flake().resolve("flake.nix");
          Files.move(link, bench.flake().resolve("x.nix"));
          Files.createSymbolicLink(link, Path.of("x.nix"));
          bench.commit();
          var before = bench.state();
          bench.create(bench.wish("new1"));
          var removed = bench.remove("new1", false);
          assertThat(left(removed)).isEmpty();
          assertThat(removed.mentions()).isEmpty();
          assertThat(bench.state()).isEqualTo(before);
          assertThat(bench.remove("web01", false).files())
              .containsExactly(Path.of("hosts/web01.nix"));
          assertThat(link).isSymbolicLink();
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void gitFails_nothingIsChanged(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        files(EACH, Map.of()),
        bench -> {
          bench.commit();
          var before = bench.state();
          var lock = Files.createFile(bench.flake().resolve(".git/index.lock"));
          refused(bench, "web01", "locked by another process: " + lock);
          Files.delete(lock);
          assertThat(bench.state()).isEqualTo(before);
          assertThat(bench.remove("web01", false).files())
              .containsExactly(Path.of("hosts/web01.nix"));
        });
  }
}
