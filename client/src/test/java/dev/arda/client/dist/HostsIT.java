package dev.arda.client.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.client.dist.ArdaFixture.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Deployments with the distribution and its daemon, to directories that stand for machines. Some
 * are this machine; the others are reached by an {@code ssh} that goes nowhere.
 */
class HostsIT {

  private static final Pattern OPERATION = Pattern.compile("operations/[a-z0-9]+");

  private static final String FLAKE =
      """
      {
        outputs = { self }:
          let
            state = builtins.fromJSON (builtins.readFile ./state.json);
            system = "SYSTEM";
            top = name: version: derivation {
              name = "nixos-system-${name}-${version}";
              inherit system;
              builder = "/bin/sh";
              args = [ "-ec" ''
                PATH=/usr/bin:/bin
                case ${version} in slow*) : >ROOT/building; sleep 600 ;; esac
                mkdir -p $out/bin
                printf %s "$text" >$out/bin/switch-to-configuration
                chmod +x $out/bin/switch-to-configuration
              '' ];
              text = ''
                #!/bin/sh
                PATH=/usr/bin:/bin:$PATH
                root=ROOT/${name}
                echo "$1 ${version}" >>$root/journal
                [ $1 = test ] || exit 0
                ln -sfn "$(dirname "$(dirname "$(readlink -f "$0")")")" $root/run/current-system
                while [ -e $root/hold ]; do sleep 0.05; done
                case ${version} in bad*) exit 2 ;; esac
              '';
            };
            host = target: name: version: {
              config.nixpkgs.hostPlatform.system = system;
              config.clan.core.networking.targetHost = target;
              config.system.build = {
                toplevel = top name version;
                diskoScript = derivation { name = "disko"; inherit system; builder = "/bin/sh"; args = [ "-c" "echo >$out" ]; };
              };
            };
          in
          {
            nixosConfigurations = builtins.mapAttrs (host "localhost") state // { bare = host "bare-machine" "bare" "1"; };
          };
      }
      """;

  private static final String SSH =
      """
      #!/bin/sh
      case " $* " in *" -G "*) exec /usr/bin/ssh "$@" ;; esac
      for last; do :; done
      exec /bin/sh -c "$last"
      """;

  private static final String ANYWHERE =
      """
      #!/bin/sh
      echo "$*" >>ROOT/installed
      echo "### Formatting hard drive with disko ###"
      echo "### Installing NixOS ###"
      echo "### Rebooting ###"
      echo "### Done! ###"
      """;

  /** What a test works with. */
  private static final class Bench implements AutoCloseable {
    final ArdaFixture arda = new ArdaFixture();
    final Path machines = arda.root.resolve("machines");
    final Path flake = arda.root.resolve("flake");

    Bench() {
      var tools = arda.root.resolve("tools");
      var arch = System.getProperty("os.arch", "").equals("aarch64") ? "aarch64" : "x86_64";
      write(flake.resolve("flake.nix"), FLAKE.replace("SYSTEM", arch + "-linux"));
      program(tools.resolve("ssh"), SSH);
      program(tools.resolve("nixos-anywhere"), ANYWHERE);
      program(tools.resolve("sudo"), "#!/bin/sh\nshift\nexec \"$@\"\n");
      arda.with("PATH", tools + ":" + arda.variable("PATH"))
          .with("ARDA_TARGET_ROOT", machines + "/%h");
      for (var name : List.of("a", "b", "bare")) {
        for (var part : List.of("run", "etc", "nix/var/nix/profiles")) {
          make(machines.resolve(name).resolve(part));
        }
      }
      write(machines.resolve("a/etc/NIXOS"), "");
      write(machines.resolve("b/etc/NIXOS"), "");
    }

    private void write(Path file, String text) {
      try {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text.replace("ROOT", machines.toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void program(Path file, String text) {
      write(file, text);
      try {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void make(Path directory) {
      try {
        Files.createDirectories(directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void versions(String a, String b) {
      write(flake.resolve("state.json"), "{ \"a\": \"%s\", \"b\": \"%s\" }".formatted(a, b));
    }

    Run run(String... words) {
      return arda.runIn(flake, words);
    }

    /** What was done with systems on a machine since the last call. */
    List<String> journal(String machine) {
      try {
        var file = machines.resolve(machine).resolve("journal");
        if (!Files.exists(file)) {
          return List.of();
        }
        var lines = Files.readAllLines(file);
        Files.delete(file);
        return lines;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String running(String machine) {
      try {
        return machines
            .resolve(machine)
            .resolve("run/current-system")
            .toRealPath()
            .getFileName()
            .toString()
            .replaceFirst("^.*nixos-system-", "");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The name of the newest operation. */
    String newest() {
      var matcher = OPERATION.matcher(run("ops", "list", "--json").out());
      assertThat(matcher.find()).isTrue();
      return matcher.group();
    }

    @Override
    public void close() {
      arda.close();
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it takes too long").isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  @Test
  void update_resume_doesWhatIsLeft_alsoAfterTheDaemonWasKilled() throws Exception {
    try (var bench = new Bench()) {
      bench.versions("1", "1");
      var first = bench.run("host", "update", "a", "b");
      assertThat(first.exitCode()).as(first.err()).isZero();
      bench.journal("a");
      bench.journal("b");

      // One fails; mended, it is all that is left.
      bench.versions("2", "bad2");
      var half = bench.run("host", "update", "a", "b", "--max-failures", "2");
      assertThat(half.exitCode()).as(half.err()).isEqualTo(6);
      assertThat(bench.running("a")).isEqualTo("a-2");
      assertThat(bench.running("b")).isEqualTo("b-1");
      var operation = bench.newest();
      bench.journal("a");
      bench.journal("b");
      bench.versions("3", "3");
      var rest = bench.run("host", "update", "--resume", operation);
      assertThat(rest.exitCode()).as(rest.err()).isZero();
      assertThat(rest.out()).contains("b ").doesNotContain("a-3");
      assertThat(bench.journal("b")).containsExactly("test 3", "boot 3");
      assertThat(bench.journal("a")).isEmpty();
      assertThat(bench.running("a")).isEqualTo("a-2");

      // Of one that ended with its daemon, all are left that were not done.
      bench.versions("2", "4");
      Files.createFile(bench.machines.resolve("b/hold"));
      var daemon = bench.arda.daemon();
      var cut = bench.arda.start(bench.flake, "host", "update", "a", "b", "--confirm-timeout", "1");
      await(() -> Files.exists(bench.machines.resolve("b/journal")));
      var interrupted = bench.newest();
      daemon.destroyForcibly();
      await(() -> !daemon.isAlive());
      Files.delete(bench.machines.resolve("b/hold"));
      assertThat(ArdaFixture.end(cut).exitCode()).isNotZero();
      // The machine goes back by itself.
      await(() -> bench.running("b").equals("b-3"));
      await(() -> bench.run("host", "update", "--resume", interrupted).out().contains("done"));
      assertThat(bench.running("b")).isEqualTo("b-4");
    }
  }

  @Test
  void interrupted_isCancelled_andTheMachineRunsWhatItRan() throws Exception {
    try (var bench = new Bench()) {
      bench.versions("1", "1");
      assertThat(bench.run("host", "update", "a").exitCode()).isZero();
      bench.journal("a");
      bench.versions("slow2", "1");

      var update = bench.arda.start(bench.flake, "host", "update", "a");
      await(() -> Files.exists(bench.machines.resolve("building")));
      new ProcessBuilder("kill", "-INT", Long.toString(update.pid())).start().waitFor();
      var end = ArdaFixture.end(update);

      assertThat(end.exitCode()).as(end.err()).isEqualTo(130);
      assertThat(end.err()).contains("cancelling").doesNotContain("goes on without");
      assertThat(bench.run("ops", "list").out()).contains("cancelled").doesNotContain("running");
      assertThat(bench.running("a")).isEqualTo("a-1");
      assertThat(bench.journal("a")).isEmpty();
    }
  }

  @Test
  void deploy_toAMachineWithoutNixos_asksAndInstallsIt() {
    try (var bench = new Bench()) {
      bench.versions("1", "1");
      var unasked = bench.run("host", "deploy", "bare");
      assertThat(unasked.exitCode()).isNotZero();
      assertThat(unasked.err())
          .contains("runs no NixOS of its own", "All disks that bare names are erased", "--yes");
      assertThat(bench.machines.resolve("installed")).doesNotExist();

      var installed = bench.run("host", "deploy", "bare", "a", "--yes", "--max-failures", "1");
      assertThat(installed.exitCode()).as(installed.err()).isZero();
      assertThat(installed.out()).contains("bare  installed on bare-machine");
      assertThat(bench.machines.resolve("installed"))
          .content()
          .hasLineCount(1)
          .contains("--store-paths", "nixos-system-bare-1", "--target-host bare-machine");
      assertThat(bench.running("a")).isEqualTo("a-1");
      assertThat(bench.journal("bare")).isEmpty();
    }
  }
}
