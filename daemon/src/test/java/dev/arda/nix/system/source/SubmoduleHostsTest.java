package dev.arda.nix.system.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.HostName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hosts whose files are in a git submodule of the flake. */
class SubmoduleHostsTest {

  @TempDir private Path directory;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aHostInASubmodule_isLeftToTheFlakeThatTheSubmoduleIs(Path nix) throws IOException {
    var inner = Files.createDirectory(directory.resolve("inner"));
    var text =
        HostBench.flake(
            """
            nixosConfigurations = {
              web01 = mk "web01" ./nix/web01.nix;
            };\
            """);
    HostBench.trying(
        directory,
        nix,
        Map.of("flake.nix", text),
        bench -> {
          bench.sandbox().allowSubmodulesOfFiles();
          Files.writeString(inner.resolve("web01.nix"), "{ networking.hostName = \"web01\"; }\n");
          bench.sandbox().run(inner, "git", "init", "-q");
          bench.sandbox().run(inner, "git", "add", ".");
          bench.sandbox().run(inner, "git", "commit", "-qm", "hosts");
          bench.git("init", "-q");
          bench.git(
              "-c",
              "protocol.file.allow=always",
              "submodule",
              "add",
              "-q",
              inner.toString(),
              "nix");
          bench.commit();
          var before = bench.state();
          var submodule = bench.flake().resolve("nix");

          refused(bench, "It is no flake; make the change there by hand.");
          assertThat(bench.state()).isEqualTo(before);

          Files.writeString(submodule.resolve("flake.nix"), "{ outputs = _: { }; }");
          refused(bench, "Name it as the flake: --flake " + submodule);
        });
  }

  private static void refused(HostBench bench, String remedy) {
    var submodule = bench.flake().resolve("nix");
    assertThatThrownBy(() ->
            bench.create(
                new HostWish(
                    bench.context(),
                    "git+file://%s?submodules=1".formatted(bench.flake()),
                    new HostName("web02"),
                    Optional.empty(),
                    Optional.of("x86_64-linux"),
                    List.of(),
                    "")))
        .hasMessage(
            "%s is in the git submodule %s, which has an index of its own. %s",
            submodule.resolve("web02.nix"), submodule, remedy);
  }
}
