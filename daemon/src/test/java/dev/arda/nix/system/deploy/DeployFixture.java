package dev.arda.nix.system.deploy;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.core.build.BuildStep;
import dev.arda.nix.core.build.BuildTotals;
import dev.arda.nix.core.build.Transfer;
import dev.arda.nix.flake.NixFlakes;
import dev.arda.nix.remote.Ssh;
import dev.arda.nix.store.Stores;
import dev.arda.nix.store.build.BuildListener;
import dev.arda.nix.store.build.Builds;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.system.deploy.DeployRequest.Rollout;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.TestSshd;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A flake with hosts whose systems note what is done with them, and a target for them: an sshd
 * whose sessions have a store database, a profile and a {@code run} directory of their own. The
 * target's store lies elsewhere than the caller's, though both call it by one name, so that what is
 * deployed has to be copied.
 */
final class DeployFixture implements AutoCloseable {

  private static final String FLAKE =
      """
      {
        outputs = { self }:
          let
            system = "SYSTEM";
            stc = name: code: ''
              #!/bin/sh
              PATH=/usr/bin:/bin:$PATH
              root=ROOT
              echo "$1 ${name}" >>$root/journal
              case $1 in
                test)
                  echo "activating ${name}" >&2
                  ln -sfn "$(dirname "$(dirname "$(readlink -f "$0")")")" $root/run/current-system
                  while [ -e $root/hold ]; do sleep 0.05; done
                  [ ${code} = 0 ] || echo "warning: the following units failed: broken.service" >&2
                  exit ${code};;
                boot) [ ! -e $root/boot-fails ] || { echo "no room in /boot" >&2; exit 3; };;
                dry-activate) echo "would restart demo.service" >&2;;
              esac
            '';
            top = name: code: derivation {
              name = "nixos-system-${name}-1.0";
              inherit system;
              builder = "/bin/sh";
              args = [ "-ec" ''
                PATH=/usr/bin:/bin
                mkdir -p $out/bin $out/specialisation/night/bin
                printf %s "$text" >$out/bin/switch-to-configuration
                printf %s "$text" >$out/specialisation/night/bin/switch-to-configuration
                chmod +x $out/bin/switch-to-configuration $out/specialisation/night/bin/switch-to-configuration
                echo 1.0.${name} >$out/nixos-version
              '' ];
              text = stc name code;
            };
            host = name: code: {
              config.nixpkgs.hostPlatform.system = system;
              config.clan.core.networking.targetHost = "target-${name}";
              config.system.build.toplevel = top name code;
            };
          in
          {
            nixosConfigurations = builtins.mapAttrs host { one = "0"; two = "0"; bad = "2"; units = "4"; reboot = "100"; } // {
              broken.config = (host "broken" "0").config // { system.build.toplevel = throw "no such option"; };
              alien = { config.nixpkgs.hostPlatform.system = "riscv64-linux"; config.clan.core.networking.targetHost = "target-alien"; config.system.build.toplevel = top "alien" "0"; };
            };
            clan.core.machines.planned = { };
          };
      }
      """;

  final NixSandbox sandbox;
  final TestSshd sshd;
  final CallContext context;
  final Path root;
  final SystemProcessRunner runner = SystemProcessRunner.create();
  private final NixFlakes flakes;
  final Deployments deployments;

  DeployFixture(Path nix) {
    try {
      sandbox = NixSandbox.create(nix);
      var work = Files.createDirectories(sandbox.work());
      root = Files.createDirectories(work.resolve("target"));
      for (var name :
          List.of("run", "etc", "nix/var/nix/profiles", "state", "store", "home", "log")) {
        Files.createDirectories(root.resolve(name));
      }
      Files.createFile(root.resolve("etc/NIXOS"));
      var host = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
      var flake =
          sandbox.write(
              "flake/flake.nix",
              FLAKE.replace("ROOT", root.toString()).replace("SYSTEM", host + "-linux"));
      sshd = TestSshd.start(work.resolve("sshd"), targetVariables(nix));
      var variables = new LinkedHashMap<>(sandbox.environment());
      variables.put("ARDA_SSH_CONFIG", sshd.file("ssh_config").toString());
      variables.put("ARDA_TARGET_ROOT", root.toString());
      context =
          new CallContext(
              flake.resolveSibling(".").normalize(), Optional.of(nix), NixOptions.NONE, variables);
      flakes = flakes(work);
      deployments = deployments(flakes, runner, work);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Flakes whose files are below a directory. */
  static NixFlakes flakes(Path work) throws IOException {
    return NixFlakes.create(
        Clock.systemUTC(),
        new NixFlakes.Directories(
            Files.createDirectories(work.resolve("run")),
            Files.createDirectories(work.resolve("arda-state")),
            Files.createDirectories(work.resolve("cache"))),
        Duration.ofSeconds(60));
  }

  /** Deployments whose files are below a directory. */
  static Deployments deployments(NixFlakes flakes, SystemProcessRunner runner, Path work)
      throws IOException {
    var facts = NixFacts.using(runner);
    return new Deployments(
        new Means(
            new Hosts(flakes),
            Builds.create(flakes, runner, facts, work.resolve("roots"), Clock.systemUTC()),
            Stores.create(runner, facts, work.resolve("gcroots"), Clock.systemUTC()),
            new Ssh(runner, Files.createTempDirectory("arda-c")),
            runner,
            new TargetLocks(),
            new SecureRandom()));
  }

  private Map<String, String> targetVariables(Path nix) {
    var result = new LinkedHashMap<String, String>();
    result.put("PATH", nix.getParent() + ":/usr/bin:/bin");
    result.put("HOME", root.resolve("home").toString());
    result.put("NIX_STORE_DIR", sandbox.store().toString());
    result.put("NIX_STATE_DIR", root.resolve("state").toString());
    result.put("NIX_LOG_DIR", root.resolve("log").toString());
    result.put(
        "NIX_REMOTE",
        "local?real=%s&state=%s".formatted(root.resolve("store"), root.resolve("state")));
    result.put("NIX_CONF_DIR", sandbox.environment().getOrDefault("NIX_CONF_DIR", ""));
    return result;
  }

  DeployRequest request(DeployMode mode, String... hosts) {
    return new DeployRequest(
        context,
        "",
        List.of(hosts),
        mode,
        false,
        OptionalInt.empty(),
        Optional.empty(),
        new Reach(Optional.empty(), false, List.of(), false),
        new Rollout(10, 0, 0),
        Duration.ofSeconds(30),
        false);
  }

  DeployRequest rollback(int generation, String host) {
    var plain = request(DeployMode.SWITCH, host);
    return new DeployRequest(
        context,
        "",
        plain.selections(),
        plain.mode(),
        false,
        OptionalInt.of(generation),
        Optional.empty(),
        plain.reach(),
        plain.rollout(),
        plain.confirmation(),
        false);
  }

  DeployRequest patient(Duration confirmation, String host) {
    var plain = request(DeployMode.SWITCH, host);
    return new DeployRequest(
        context,
        "",
        plain.selections(),
        plain.mode(),
        false,
        OptionalInt.empty(),
        Optional.empty(),
        plain.reach(),
        plain.rollout(),
        confirmation,
        false);
  }

  /** Name of the host whose system runs on the target; empty: none does. */
  String running() {
    return host(root.resolve("run/current-system"));
  }

  /** Name of the host whose system the target boots. */
  String booted() {
    return host(root.resolve("nix/var/nix/profiles/system"));
  }

  private static String host(Path link) {
    try {
      return Files.exists(link, java.nio.file.LinkOption.NOFOLLOW_LINKS)
          ? link.toRealPath()
              .getFileName()
              .toString()
              .replaceFirst("^.*nixos-system-([a-z]+)-1.0$", "$1")
          : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was done with systems on the target since the last call. */
  List<String> journal() {
    try {
      var file = root.resolve("journal");
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

  /** Activations do not end as long as this is there. */
  Path hold() {
    return root.resolve("hold");
  }

  @Override
  public void close() {
    sshd.close();
    flakes.close();
    runner.close();
    sandbox.close();
  }

  /** Notes what is told, and acts on it. */
  static final class Told implements DeployListener {
    final List<String> stages = Collections.synchronizedList(new ArrayList<>());
    final List<String> lines = new CopyOnWriteArrayList<>();
    final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Consumer<String> onLine;

    Told(Consumer<String> onLine) {
      this.onLine = onLine;
    }

    Told() {
      this(_ -> {});
    }

    @Override
    public void hosts(List<String> names) {}

    @Override
    public void stage(String host, Stage stage, StageState state, String detail) {
      stages.add(host + " " + stage.word() + " " + state);
    }

    @Override
    public void finished(DeployResult.HostResult result) {}

    @Override
    public void line(String host, Stage stage, String line) {
      lines.add(line);
      onLine.accept(line);
    }

    @Override
    public void warning(String host, String text) {
      warnings.add(text);
    }

    @Override
    public BuildListener build(List<String> hosts) {
      return new BuildListener() {
        @Override
        public void target(int index, TargetState state, String drvPath, String failure) {}

        @Override
        public void build(BuildStep step) {}

        @Override
        public void transfer(Transfer transfer) {}

        @Override
        public void totals(BuildTotals totals) {}

        @Override
        public void line(String drvPath, String line) {}

        @Override
        public void warning(String text) {}

        @Override
        public void progress(NixProgress progress) {}

        @Override
        public Duration grace() {
          return Duration.ofSeconds(1);
        }
      };
    }
  }
}
