package dev.arda.nix.system.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.system.source.NixTokens.UnreadableException;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** New hosts use the files that are made for them, or nothing is made. */
class HostEntryTest {

  private static final String TEMPLATE =
      "{ networking.hostName = \"@name@\"; marker = \"from the template\"; }\n";

  @TempDir private Path directory;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  /** A flake whose {@code system} merges modules, each a set or a file with one. */
  private static Map<String, String> files(String hosts, Map<String, String> more) {
    var result = new TreeMap<>(more);
    result.put(
        "flake.nix",
        HostBench.flake(hosts)
            .replace(
                "let\n",
                """
                let
                      load = m: let set = if builtins.isAttrs m then m else import m; in builtins.foldl' (a: f: a // load f) set (set.imports or [ ]);
                      nixosSystem = { modules, ... }: { config = { nixpkgs.hostPlatform.system = system; } // builtins.foldl' (a: m: a // load m) { } modules; };
                """));
    return result;
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aNeighbourWithModulesWrittenDown_theNewOneUsesItsFile(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        files(
            """
            nixosConfigurations = {
              web01 = nixosSystem { modules = [ { networking.hostName = "web01"; own = 1; } ./common.nix ]; };
            };\
            """,
            Map.of("common.nix", "{ common = true; }\n", "templates/host.nix", TEMPLATE)),
        bench -> {
          bench.commit();
          var before = bench.state();
          var made = bench.create(bench.wish("new1"));
          assertThat(made.files()).containsExactly(Path.of("hosts/new1.nix"));
          assertThat(Files.readString(bench.flake().resolve("flake.nix")))
              .contains("new1 = nixosSystem { modules = [ ./hosts/new1.nix ./common.nix ]; };\n");
          assertThat(bench.sound()).containsExactly("new1", "web01");
          bench.remove("new1", false);
          assertThat(bench.state()).isEqualTo(before);
          assertThat(bench.flake().resolve("hosts")).doesNotExist();
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aNeighbourWithSeveralFiles_theNewOneTakesThePlaceOfAll(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        files(
            """
            nixosConfigurations = {
              web01 = nixosSystem { modules = [
                ./hosts/web01/hardware-configuration.nix
                ./hosts/web01/configuration.nix (import ./hosts/web01/disko.nix) (./hosts + "/web01/net.nix")
                ./common.nix
              ]; };
            };\
            """,
            Map.of(
                "common.nix",
                "{ common = true; }\n",
                "hosts/web01/configuration.nix",
                "{ own = 1; imports = [ ./hardware-configuration.nix ./net.nix ]; }\n",
                "hosts/web01/hardware-configuration.nix",
                "{ }\n",
                "hosts/web01/disko.nix",
                "{ }\n",
                "hosts/web01/net.nix",
                "{ }\n")),
        bench -> {
          bench.commit();
          var before = bench.state();
          var made = bench.create(bench.wish("new1"));
          assertThat(made.files()).containsExactly(Path.of("hosts/new1/configuration.nix"));
          assertThat(Files.readString(bench.flake().resolve("flake.nix")))
              .contains("[\n    ./hosts/new1/configuration.nix\n    ./common.nix\n  ]");
          assertThat(bench.sound()).containsExactly("new1", "web01");
          bench.remove("new1", false);
          assertThat(bench.state()).isEqualTo(before);

          assertThat(bench.create(bench.wishLike("new1", "web01")).files())
              .extracting(Path::toString)
              .containsExactly(
                  "hosts/new1/configuration.nix", "hosts/new1/disko.nix", "hosts/new1/net.nix");
          assertThat(Files.readString(bench.flake().resolve("flake.nix")))
              .contains(
                  "[\n    ./hosts/new1/configuration.nix (import ./hosts/new1/disko.nix) (./hosts + \"/new1/net.nix\")\n");
          assertThat(bench.flake().resolve("hosts/new1/configuration.nix"))
              .hasContent("{ own = 1; imports = [ ./net.nix ]; }\n");
          assertThat(bench.sound()).containsExactly("new1", "web01");
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aSingleHostWithItsHardware_isTheExample(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        files(
            """
            nixosConfigurations = {
              nixos = nixosSystem { modules = [ ./nixos/configuration.nix ./nixos/hardware-configuration.nix { networking.hostName = "nixos"; } ]; };
            };\
            """,
            Map.of(
                "nixos/configuration.nix", "{ }\n", "nixos/hardware-configuration.nix", "{ }\n")),
        bench -> {
          bench.commit();
          var before = bench.state();
          assertThat(bench.create(bench.wish("new1")).files())
              .containsExactly(Path.of("new1/configuration.nix"));
          assertThat(Files.readString(bench.flake().resolve("flake.nix")))
              .contains("[ ./new1/configuration.nix { networking.hostName = \"new1\"; } ]");
          assertThat(bench.sound()).containsExactly("new1", "nixos");
          bench.remove("new1", false);
          assertThat(bench.state()).isEqualTo(before);
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void anEntryThatWouldNotUseTheFile_nothingIsChanged(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        files(
            """
            nixosConfigurations = {
              web01 = nixosSystem (let name = "web01"; in { modules = map (x: x) [ { networking.hostName = name; } ]; });
            };\
            """,
            Map.of("templates/host.nix", TEMPLATE)),
        bench -> {
          bench.commit();
          var before = bench.state();
          assertThatThrownBy(() -> bench.create(bench.wish("new1")))
              .hasMessageContaining("would not use hosts/new1.nix")
              .isInstanceOfSatisfying(
                  NixException.class,
                  failure -> assertThat(failure.reason()).isEqualTo(Reason.HOST_SOURCE_REFUSED));
          assertThat(bench.state()).isEqualTo(before);
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aFunctionThatFindsTheFileByTheName_isUsedAsItIs(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        files(
            "nixosConfigurations = { web01 = at \"web01\"; };",
            Map.of("hosts/web01.nix", "{ }\n", "templates/host.nix", TEMPLATE)),
        bench -> {
          Files.writeString(
              bench.flake().resolve("flake.nix"),
              Files.readString(bench.flake().resolve("flake.nix"))
                  .replace(
                      "let\n", "let\n      at = name: mk name (./hosts + \"/${name}.nix\");\n"));
          bench.commit();
          bench.create(bench.wish("new1"));
          assertThat(Files.readString(bench.flake().resolve("flake.nix")))
              .contains("{ web01 = at \"web01\"; new1 = at \"new1\"; }");
          assertThat(Files.readString(bench.flake().resolve("hosts/new1.nix")))
              .isEqualTo(TEMPLATE.replace("@name@", "new1"));
        });
  }

  @Test
  void with_replacesWhatIsAboutTheHostAlone() throws UnreadableException {
    assertThat(
            HostModules.with(
                "f { modules = [ a.b ({ ... }: { n = \"h\"; }) { x = 1; } { y = \"h\"; } ]; }",
                "h",
                "./h.nix"))
        .contains("f { modules = [ a.b ./h.nix { x = 1; } ]; }");
    assertThat(HostModules.with("f { n = \"h\"; modules = [ ./c.nix ]; }", "h", "./h.nix"))
        .contains("f { n = \"h\"; modules = [ ./c.nix ./h.nix ]; }");
    assertThat(HostModules.with("f \"h\"", "h", "./h.nix")).isEmpty();
  }

  /**
   * A flake, what its hint says, and what following that replaces by what.
   *
   * @param hosts the outputs
   * @param hint its end
   */
  record Shape(String hosts, String hint, String from, String to) {}

  static Stream<Shape> shapes() {
    return Stream.of(
        new Shape(
            "nixosConfigurations = genAttrs [ \"web01\" ] at;",
            "behind \"web01\" in line 10,\n  \"new1\"",
            "\"web01\" ]",
            "\"web01\" \"new1\" ]"),
        new Shape(
            "nixosConfigurations = builtins.mapAttrs mk { web01 = ./hosts/web01.nix; };",
            "behind web01 in line 10,\n  new1 = ./hosts/new1.nix;",
            "web01.nix; }",
            "web01.nix; new1 = ./hosts/new1.nix; }"),
        new Shape(
            "nixosConfigurations = { } // extra;",
            "behind web01 in line 4,\n  new1 = mk \"new1\" ./hosts/new1.nix;",
            "web01.nix; }",
            "web01.nix; new1 = mk \"new1\" ./hosts/new1.nix; }"),
        new Shape(
            "nixosConfigurations = import ./all.nix at;",
            "write into all.nix, behind web01 in line 1,\n  new1 = at \"new1\";",
            "at \"web01\"; }",
            "at \"web01\"; new1 = at \"new1\"; }"),
        new Shape(
            "nixosConfigurations = genAttrs (import ./names.nix) at;",
            "write into names.nix, behind \"web01\" in line 1,\n  \"new1\"",
            "[ \"web01\" ]",
            "[ \"web01\" \"new1\" ]"),
        new Shape(
            "nixosConfigurations = builtins.mapAttrs (n: _: at n) (builtins.readDir ./dir);",
            "(line 10),\n  nixosConfigurations = (…) // { new1 = ",
            "= builtins.mapAttrs (n: _: at n) (builtins.readDir ./dir);",
            "= (builtins.mapAttrs (n: _: at n) (builtins.readDir ./dir)) // { new1 = mk \"new1\" ./hosts/new1.nix; };"));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void noPlaceIsCertain_theHintFitsAndWorks(Shape shape) throws IOException {
    var text =
        HostBench.flake(shape.hosts())
            .replace(
                "let\n",
                """
                let
                      extra = { web01 = mk "web01" ./hosts/web01.nix; };
                      at = name: mk name (./hosts + "/${name}.nix"); genAttrs = l: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) l);
                """);
    HostBench.trying(
        directory,
        NixSandbox.programs().getFirst(),
        Map.of(
            "flake.nix",
            text,
            "all.nix",
            "at: { web01 = at \"web01\"; }\n",
            "names.nix",
            "[ \"web01\" ]\n",
            "dir/web01",
            "",
            "hosts/web01.nix",
            "{ }\n"),
        bench -> {
          bench.commit();
          var before = bench.state();
          assertThatThrownBy(() -> bench.create(bench.wish("new1")))
              .isInstanceOfSatisfying(
                  NixException.class,
                  failure ->
                      assertThat(Optional.ofNullable(failure.metadata().get("hint")).orElse(""))
                          .contains("make hosts/new1.nix", shape.hint()));
          assertThat(bench.state()).isEqualTo(before);
          Files.writeString(bench.flake().resolve("hosts/new1.nix"), "{ }\n");
          for (var name : List.of("flake.nix", "all.nix", "names.nix")) {
            var file = bench.flake().resolve(name);
            Files.writeString(file, Files.readString(file).replace(shape.from(), shape.to()));
          }
          bench.git("add", "-A");
          assertThat(bench.sound()).containsExactly("new1", "web01");
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void outputsInAnotherFile_theHintIsForThat(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        Map.of(
            "flake.nix",
            "{ outputs = inputs: import ./nix/outputs.nix inputs; }\n",
            "nix/outputs.nix",
            """
            { self }:
            let mk = import ./mk.nix; in
            {
              nixosConfigurations = {
                web01 = mk "web01" ../hosts/web01.nix;
              };
            }
            """,
            "nix/mk.nix",
            "name: file: { config = { inherit name; nixpkgs.hostPlatform.system = \"x86_64-linux\"; } // import file; }\n",
            "hosts/web01.nix",
            "{ }\n"),
        bench -> {
          bench.commit();
          var line = "new1 = mk \"new1\" ../hosts/new1.nix;";
          assertThatThrownBy(() -> bench.create(bench.wish("new1")))
              .isInstanceOfSatisfying(
                  NixException.class,
                  failure ->
                      assertThat(Optional.ofNullable(failure.metadata().get("hint")).orElse(""))
                          .contains(
                              "make hosts/new1.nix",
                              "write into nix/outputs.nix, behind web01 in line 5,\n  " + line));
          var file = bench.flake().resolve("nix/outputs.nix");
          Files.writeString(
              file,
              Files.readString(file).replace("web01.nix;\n", "web01.nix;\n    " + line + "\n"));
          Files.writeString(bench.flake().resolve("hosts/new1.nix"), "{ }\n");
          bench.git("add", "-A");
          assertThat(bench.sound()).containsExactly("new1", "web01");
        });
  }
}
