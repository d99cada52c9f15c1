package dev.arda.nix.system.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.flake.FlakeLocks;
import dev.arda.nix.flake.NixCalls;
import dev.arda.nix.flake.NixFlakes;
import dev.arda.nix.remote.Ssh;
import dev.arda.nix.store.Stores;
import dev.arda.nix.store.build.Builds;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.system.deploy.HardwareReports;
import dev.arda.nix.system.deploy.HardwareReports.Backend;
import dev.arda.nix.system.deploy.Means;
import dev.arda.nix.system.deploy.TargetLocks;
import dev.arda.nix.system.source.HostHardware.Effect;
import dev.arda.nix.system.source.HostHardware.Refreshed;
import dev.arda.nix.system.source.HostHardware.Wish;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.TestSshd;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reports about hardware by programs of a target that say what the test wants. */
class HostHardwareTest {

  private static final String FLAKE =
      """
      {
        outputs = { self }:
          let
            host = name: hardware: {
              config.nixpkgs.hostPlatform.system = "x86_64-linux";
              config.clan.core.networking.targetHost = "target";
              config.system.build.toplevel = derivation {
                name = "nixos-system-${name}";
                system = "x86_64-linux";
                builder = "/bin/sh";
                inherit hardware;
              };
            };
            facter = file: if builtins.pathExists file then (builtins.fromJSON (builtins.readFile file)).cpu else "none";
          in
          {
            nixosConfigurations = {
              web = host "web" (facter ./hosts/web/facter.json);
              old = host "old" (import ./hosts/old/hardware-configuration.nix).cpu;
              deaf = host "deaf" "none";
              lost = host "lost" "none";
            };
            clan.core.machines.planned = { };
          };
      }
      """;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  /** What a test works with. */
  private static final class Bench implements AutoCloseable {
    final NixSandbox sandbox;
    final TestSshd sshd;
    final Path flake;
    final Path sockets;
    final Map<String, String> variables;
    final NixFlakes flakes;
    final SystemProcessRunner runner = SystemProcessRunner.create();
    final HostHardware hardware;

    Bench(Path nix) throws IOException {
      sandbox = NixSandbox.create(nix);
      sockets = Files.createTempDirectory("arda-c");
      flake = sandbox.write("flake/flake.nix", FLAKE).resolveSibling("").normalize();
      sandbox.write("flake/hosts/web/default.nix", "{ }\n");
      sandbox.write("flake/hosts/deaf.nix", "{ }\n");
      sandbox.write("flake/hosts/old/default.nix", "{ }\n");
      sandbox.write(
          "flake/hosts/old/hardware-configuration.nix",
          "{\n  cpu = \"8086\";\n  fileSystems.\"/\" = { };\n}\n");
      git("init", "-q");
      git("add", ".");
      git("commit", "-qm", "all");
      program("nixos-generate-config");
      program("nixos-facter");
      program("nix");
      sshd =
          TestSshd.start(
              sandbox.work().resolve("sshd"),
              Map.of(
                  "PATH",
                  sandbox.work().resolve("tools") + ":/usr/bin:/bin",
                  "ARGUMENTS",
                  sandbox.work().resolve("arguments").toString(),
                  "REPORT",
                  sandbox.work().resolve("report").toString()));
      variables = new LinkedHashMap<>(sandbox.environment());
      variables.put("ARDA_SSH_CONFIG", sshd.file("ssh_config").toString());
      var work = sandbox.work();
      flakes =
          NixFlakes.create(
              Clock.systemUTC(),
              new NixFlakes.Directories(
                  Files.createDirectories(work.resolve("run")),
                  Files.createDirectories(work.resolve("state")),
                  Files.createDirectories(work.resolve("cache"))),
              Duration.ofSeconds(60));
      var facts = NixFacts.using(runner);
      var hosts = new Hosts(flakes);
      hardware =
          new HostHardware(
              new FlakeSources(
                  hosts,
                  new FlakeLocks(new NixCalls(runner, facts)),
                  runner,
                  work.resolve("changes")),
              new HardwareReports(
                  new Means(
                      hosts,
                      Builds.create(
                          flakes, runner, facts, work.resolve("roots"), Clock.systemUTC()),
                      Stores.create(runner, facts, work.resolve("gcroots"), Clock.systemUTC()),
                      new Ssh(runner, sockets),
                      runner,
                      new TargetLocks(),
                      new SecureRandom())),
              new HardwareText(runner, facts));
    }

    private void program(String name) throws IOException {
      var file =
          sandbox.write(
              "tools/" + name,
              "#!/bin/sh\necho \"${0##*/} $*\" >\"$ARGUMENTS\"\ncat \"$REPORT\" || exit 7\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    String git(String... words) {
      var all =
          new java.util.ArrayList<>(List.of("git", "-c", "user.name=t", "-c", "user.email=t@t"));
      all.addAll(List.of(words));
      return sandbox.run(flake, all.toArray(String[]::new));
    }

    void says(String report) {
      sandbox.write("report", report);
    }

    Wish wish(String host, Backend backend) {
      return new Wish(
          new CallContext(flake, Optional.of(sandbox.nix()), NixOptions.NONE, variables),
          "",
          new HostName(host),
          new Reach(Optional.empty(), false, List.of(), false),
          backend,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          Optional.empty());
    }

    Refreshed refresh(Wish wish) {
      return hardware.refresh(wish, ProgressListener.NONE);
    }

    void refuses(Wish wish, Reason reason, String words) {
      var before = git("status", "--porcelain");
      assertThatThrownBy(() -> refresh(wish))
          .hasMessageContaining(words)
          .isInstanceOfSatisfying(
              NixException.class, e -> assertThat(e.reason()).isEqualTo(reason));
      assertThat(git("status", "--porcelain")).isEqualTo(before);
    }

    @Override
    public void close() throws IOException {
      sshd.close();
      flakes.close();
      runner.close();
      Files.deleteIfExists(sockets);
      sandbox.close();
    }
  }

  private static Wish planned(Wish wish) {
    return new Wish(
        wish.context(),
        wish.flake(),
        wish.host(),
        wish.reach(),
        wish.backend(),
        wish.file(),
        wish.filesystems(),
        wish.report(),
        true,
        wish.password());
  }

  private static Wish at(Wish wish, String file) {
    return new Wish(
        wish.context(),
        wish.flake(),
        wish.host(),
        wish.reach(),
        wish.backend(),
        Optional.of(file),
        wish.filesystems(),
        wish.report(),
        wish.planOnly(),
        wish.password());
  }

  private static Wish told(Wish wish, String report) {
    return new Wish(
        wish.context(),
        wish.flake(),
        wish.host(),
        wish.reach(),
        wish.backend(),
        wish.file(),
        Optional.of(true),
        Optional.of(report),
        wish.planOnly(),
        wish.password());
  }

  @ParameterizedTest
  @MethodSource("programs")
  void reports(Path nix) throws IOException {
    try (var bench = new Bench(nix)) {
      // A new file: told first, and everything is as it was then.
      bench.says("{ \"cpu\": \"8086\" }");
      var facter = bench.wish("web", Backend.NIXOS_FACTER);
      var plan = bench.refresh(planned(facter));
      assertThat(plan.file()).hasToString("hosts/web/facter.json");
      assertThat(plan.target()).isEqualTo("target");
      assertThat(plan.before()).isEmpty();
      assertThat(plan.after()).isEqualTo("{ \"cpu\": \"8086\" }\n");
      assertThat(plan.effect()).isEqualTo(Effect.CHANGES);
      assertThat(bench.git("status", "--porcelain")).isEmpty();

      // What was told is written, without asking again.
      long logins = bench.sshd.logins();
      var written = bench.refresh(told(facter, plan.after()));
      assertThat(written.staged()).isTrue();
      assertThat(bench.sshd.logins()).isEqualTo(logins);
      assertThat(bench.flake.resolve("hosts/web/facter.json")).hasContent("{ \"cpu\": \"8086\" }");
      assertThat(bench.git("status", "--porcelain")).isEqualTo("A  hosts/web/facter.json\n");
      assertThat(bench.refresh(facter).effect()).isEqualTo(Effect.UNKNOWN);
      assertThat(bench.git("status", "--porcelain")).isEqualTo("A  hosts/web/facter.json\n");
      bench.git("commit", "-qm", "web");

      // The other program; file systems stay where they are.
      bench.says("{\n  cpu = \"68000\";\n}\n");
      var generated = bench.wish("old", Backend.NIXOS_GENERATE_CONFIG);
      var replaced = bench.refresh(generated);
      assertThat(bench.sandbox.work().resolve("arguments"))
          .hasContent("nixos-generate-config --show-hardware-config");
      assertThat(replaced.before().orElseThrow()).contains("8086");
      assertThat(replaced.effect()).isEqualTo(Effect.CHANGES);
      assertThat(replaced.staged()).isFalse();
      assertThat(bench.git("status", "--porcelain"))
          .isEqualTo(" M hosts/old/hardware-configuration.nix\n");
      bench.refresh(planned(generated));
      assertThat(bench.sandbox.work().resolve("arguments"))
          .hasContent("nixos-generate-config --show-hardware-config --no-filesystems");

      // What cannot be evaluated is not kept, also where the file was changed already.
      bench.says("{ cpu = throw \"no such cpu\"; }");
      bench.refuses(generated, Reason.HOST_SOURCE_REFUSED, "no such cpu");
      assertThat(bench.flake.resolve("hosts/old/hardware-configuration.nix"))
          .hasContent("{\n  cpu = \"68000\";\n}");
      bench.says("{ \"gpu\": 1 }");
      bench.refuses(facter, Reason.HOST_SOURCE_REFUSED, "nothing was written");
      bench.says("[ 1 ]");
      bench.refuses(facter, Reason.HOST_UNFIT, "no JSON object");
      bench.says("{ \"cpu\": \"1\" }{ \"cpu\": \"2\" }");
      bench.refuses(facter, Reason.HOST_UNFIT, "is no report");
      bench.says("{ \"cpu\": ");
      bench.refuses(facter, Reason.HOST_UNFIT, "is no report");
      bench.says("");
      bench.refuses(generated, Reason.HOST_UNFIT, "nothing");
      Files.delete(bench.sandbox.work().resolve("report"));
      bench.refuses(facter, Reason.HOST_UNFIT, "No such file");

      // One whose system does not read it.
      bench.says("{ \"cpu\": \"6502\" }");
      var deaf = bench.refresh(bench.wish("deaf", Backend.NIXOS_FACTER));
      assertThat(deaf.effect()).isEqualTo(Effect.NONE);
      assertThat(deaf.file()).hasToString("hosts/deaf-facter.json");

      // What is no module is not written, also where no host reads it yet.
      var unread = bench.wish("deaf", Backend.NIXOS_GENERATE_CONFIG);
      for (var bad : List.of("bash: warning, no root", "{ ... }:\n{ hw = ; }", "{ a = ", "\"x\"")) {
        bench.says(bad);
        bench.refuses(unread, Reason.HOST_SOURCE_REFUSED, "no module of NixOS");
      }
      bench.says("{ config, ... }:\n{ imports = [ (config.x + /y) ]; }");
      assertThat(bench.refresh(unread).effect()).isEqualTo(Effect.NONE);

      // A file that was named and is something else stays.
      bench.refuses(
          at(unread, "hosts/web/default.nix"), Reason.HOST_SOURCE_REFUSED, "is no report of");
      bench.refuses(at(unread, "flake.nix"), Reason.HOST_SOURCE_REFUSED, "is no report of");
      bench.refuses(
          at(unread, "hosts/old/hardware-configuration.nix"),
          Reason.HOST_SOURCE_REFUSED,
          "is a file of old");
      bench.says("{ \"cpu\": \"6502\" }");

      // Where nobody knows the place, or it is none.
      var lost = bench.wish("lost", Backend.NIXOS_FACTER);
      bench.refuses(lost, Reason.HOST_SOURCE_REFUSED, "--file");
      assertThat(bench.refresh(at(lost, "x/lost.json")).file()).hasToString("x/lost.json");
      for (var bad :
          List.of(
              "../x.json", "/etc/x.json", "hosts", "", "a\0b", ".git/config", "x/.GIT/hooks/a")) {
        bench.refuses(at(lost, bad), Reason.HOST_SOURCE_REFUSED, "--file");
      }
      bench.refuses(
          bench.wish("planned", Backend.NIXOS_FACTER),
          Reason.HOST_SOURCE_REFUSED,
          "no host of nixosConfigurations");
      bench.refuses(bench.wish("wob", Backend.NIXOS_FACTER), Reason.HOST_NOT_FOUND, "web");

      // Programs that are not there: one can be had.
      bench.says("{ \"cpu\": \"Z80\" }");
      Files.delete(bench.sandbox.work().resolve("tools/nixos-facter"));
      assertThat(bench.refresh(facter).after()).contains("Z80");
      assertThat(bench.sandbox.work().resolve("arguments"))
          .hasContent(
              "nix --extra-experimental-features nix-command flakes shell nixpkgs#nixos-facter"
                  + " --command nixos-facter");
      Files.delete(bench.sandbox.work().resolve("tools/nixos-generate-config"));
      bench.refuses(generated, Reason.HOST_UNFIT, "no nixos-generate-config on its PATH");
    }
  }
}
