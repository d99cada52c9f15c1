package dev.arda.nix.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.NixFlakes;
import dev.arda.nix.system.Hosts.View;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hosts of real flakes. */
class HostsTest {

  private static final String FLEET =
      """
      {
        description = "a fleet";
        outputs = { self }:
          let
            host = config: { inherit config; pkgs = throw "packages were evaluated"; };
          in
          {
            nixosConfigurations = {
              web01 = host {
                nixpkgs.hostPlatform.system = "x86_64-linux";
                clan.core.networking = { targetHost = "root@192.0.2.1"; buildHost = null; };
                system.build.toplevel = throw "the system was evaluated";
              };
              old = { config = { }; pkgs.stdenv.hostPlatform.system = "i686-linux"; };
              broken = throw "no such option";
              "odd name" = host { nixpkgs.hostPlatform.system = "aarch64-linux"; };
            };
            darwinConfigurations.mac = host { nixpkgs.hostPlatform.system = "aarch64-darwin"; };
            clan.core.machines = {
              web01 = { tags = [ "web" "canary" ]; description = "first"; network.targetHost = "deploy@web01.example:2222"; };
              planned = { tags = [ "spare" ]; system = "x86_64-linux"; };
              module = { config, ... }: { };
            };
            clan.machines.web01 = { };
            clan.inventory.machines = { web01.tags = [ "inventory" ]; elsewhere.tags = [ "no" ]; };
          };
      }
      """;

  @TempDir private Path directory;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private interface Trial {
    void with(Hosts hosts, CallContext context) throws IOException;
  }

  private void trying(Path nix, String flake, Trial trial) throws IOException {
    try (var sandbox = NixSandbox.create(nix);
        var flakes =
            NixFlakes.create(
                Clock.systemUTC(),
                new NixFlakes.Directories(
                    Files.createDirectory(directory.resolve("run")),
                    Files.createDirectory(directory.resolve("state")),
                    Files.createDirectory(directory.resolve("cache"))),
                Duration.ofSeconds(60))) {
      var file = sandbox.write("f/flake.nix", flake);
      trial.with(new Hosts(flakes), sandbox.context(file.resolveSibling(".").normalize()));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void list_aBrokenHostHidesNoOther(Path nix) throws IOException {
    trying(
        nix,
        FLEET,
        (hosts, context) -> {
          var all = hosts.list(context, "", View.FULL, ProgressListener.NONE).hosts();
          assertThat(all)
              .extracting(Host::name)
              .containsExactly("broken", "mac", "module", "odd name", "old", "planned", "web01");
          var web = all.getLast();
          assertThat(web.kind()).isEqualTo(HostKind.NIXOS);
          assertThat(web.system()).isEqualTo("x86_64-linux");
          assertThat(web.tags()).containsExactly("canary", "inventory", "web");
          assertThat(web.description()).isEqualTo("first");
          assertThat(web.targetHost()).isEqualTo("deploy@web01.example:2222");
          assertThat(web.buildHost()).isEmpty();
          assertThat(web.failure()).isEmpty();
          assertThat(web.definitions())
              .containsExactly(
                  "nixosConfigurations.web01",
                  "clan.core.machines.web01",
                  "clan.machines.web01",
                  "clan.inventory.machines.web01");
          assertThat(all.get(0).failure().orElseThrow().getMessage()).contains("no such option");
          assertThat(all.get(0).configured()).isTrue();
          assertThat(all.get(1).kind()).isEqualTo(HostKind.DARWIN);
          assertThat(all.get(1).system()).isEqualTo("aarch64-darwin");
          assertThat(all.get(2).failure()).isEmpty();
          assertThat(all.get(3).definitions()).containsExactly("nixosConfigurations.\"odd name\"");
          assertThat(all.get(4).system()).isEqualTo("i686-linux");
          assertThat(all.get(5).configured()).isFalse();
          assertThat(all.get(5).system()).isEqualTo("x86_64-linux");

          assertThat(
                  Host.names(
                      hosts
                          .select(
                              context,
                              "",
                              List.of("web01 & @canary", "mac"),
                              View.NAMES,
                              ProgressListener.NONE)
                          .hosts()))
              .containsExactly("mac", "web01");
          assertThat(
                  new Machine(hosts.flakes(), context, "", new HostName("web01"))
                      .select("config.nixpkgs.hostPlatform.system"))
              .isEqualTo("\"x86_64-linux\"");
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void list_whatIsDeclared_evaluatesNoHost(Path nix) throws IOException {
    trying(
        nix,
        """
        { outputs = { self }: {
            nixosConfigurations = { a = throw "evaluated"; b.config = throw "evaluated"; };
            clan.core.machines = { a = { tags = [ "t" ]; system = "x86_64-linux"; }; c = { }; };
          }; }
        """,
        (hosts, context) -> {
          var all = hosts.list(context, "", View.DECLARED, ProgressListener.NONE).hosts();
          assertThat(Host.names(all)).containsExactly("a", "b", "c");
          assertThat(all).allSatisfy(host -> assertThat(host.failure()).isEmpty());
          assertThat(all.getFirst().tags()).containsExactly("t");
          assertThat(all.getFirst().system()).isEqualTo("x86_64-linux");
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void list_namesEvaluateNoHost(Path nix) throws IOException {
    trying(
        nix,
        """
        { outputs = { self }: { nixosConfigurations = { a = throw "evaluated"; b = throw "evaluated"; }; }; }
        """,
        (hosts, context) -> {
          var names = hosts.list(context, "", View.NAMES, ProgressListener.NONE).hosts();
          assertThat(Host.names(names)).containsExactly("a", "b");
          assertThat(names).allSatisfy(host -> assertThat(host.failure()).isEmpty());
          assertThatThrownBy(
                  () -> hosts.select(context, "", List.of("c"), View.NAMES, ProgressListener.NONE))
              .isInstanceOfSatisfying(
                  NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.HOST_NOT_FOUND));
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void list_aFlakeWithoutHosts_hasNone(Path nix) throws IOException {
    trying(
        nix,
        "{ outputs = { self }: { clan.core = x: x; nixosConfigurations = { }; }; }",
        (hosts, context) ->
            assertThat(hosts.list(context, "", View.FULL, ProgressListener.NONE).hosts())
                .isEmpty());
  }
}
