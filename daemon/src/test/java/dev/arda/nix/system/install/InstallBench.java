package dev.arda.nix.system.install;

import dev.arda.nix.core.Command;
import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.RecordingRunner;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.flake.FlakeLocks;
import dev.arda.nix.flake.NixCalls;
import dev.arda.nix.flake.NixFlakes;
import dev.arda.nix.remote.Ssh;
import dev.arda.nix.shell.Shell;
import dev.arda.nix.store.Stores;
import dev.arda.nix.store.build.BuildListener;
import dev.arda.nix.store.build.Builds;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.system.deploy.DeployListener.StageState;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.system.deploy.Deployments;
import dev.arda.nix.system.deploy.Means;
import dev.arda.nix.system.deploy.TargetLocks;
import dev.arda.nix.system.install.InstallRequest.BuildOn;
import dev.arda.nix.testing.CommandTrace;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.TestSshd;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.StageLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A flake, a machine to install, and a {@code nixos-anywhere} that notes what it is called with and
 * does to ssh what the real one does: it tells it to check no key.
 */
final class InstallBench implements AutoCloseable {

  private static final String FLAKE =
      """
      {
        outputs = { self }:
          let
            system = "SYSTEM";
            count = n: f: builtins.foldl' (a: i: a + f i) 0 (builtins.genList (i: i) n);
            file = name: derivation {
              inherit name system;
              builder = "/bin/sh";
              args = [ "-c" "echo ${name} >$out" ];
            };
            host = name: {
              config.nixpkgs.hostPlatform.system = system;
              config.clan.core.networking.targetHost = "target";
              config.system.build = { toplevel = file "system-${name}"; diskoScript = file "disko-${name}"; };
            };
          in
          {
            nixosConfigurations = {
              one = host "one";
              sluggish = host "one" // { config = (host "one").config // { system.build = { toplevel = builtins.seq (count 100000 (_: count 100000 (_: 1))) (file "x"); diskoScript = file "y"; }; }; };
              sleeper = host "one" // { config = (host "one").config // { system.build = { toplevel = file "x"; diskoScript = derivation { name = "sleeper"; inherit system; builder = "/bin/sh"; args = [ "-c" "PATH=/usr/bin:/bin; sleep 1468" ]; }; }; }; };
              alien = host "alien" // { config = (host "alien").config // { nixpkgs.hostPlatform.system = "riscv64-linux"; }; };
            };
            clan.core.machines.planned = { };
          };
      }
      """;

  private static final String FAKE =
      """
      #!/bin/sh
      for word; do printf '%s\\n' "$word"; done >"$TRACE"
      printf '%s' "${NIX_SSHOPTS-unset}" >"$TRACE.opts"
      echo "### Uploading install SSH keys ###"
      port=$(sed -n '/^--ssh-port$/{n;p}' "$TRACE")
      ssh -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no ${OTHER_PORT:+-p $OTHER_PORT} target true 2>"$TRACE.ssh"
      echo $? >"$TRACE.code"
      echo "### Gathering machine facts ###"
      echo "### Switching system into kexec ###"
      echo "### Gathering machine facts ###"
      if [ "$MODE" = loop ]; then while :; do sleep 0.2; done; fi
      echo "### Formatting hard drive with disko ###"
      if [ "$MODE" = fail ]; then echo "disk full of holes" >&2; exit 1; fi
      echo "### Uploading the system closure ###"
      echo "### Installing NixOS ###"
      echo "### Rebooting ###"
      echo "### Waiting for the machine to become unreachable due to reboot ###"
      echo "### Done! ###"
      """;

  /** Packages among which the same program is. */
  private static final String PACKAGES =
      """
      {
        outputs = { self }: {
          legacyPackages."SYSTEM".nixos-anywhere = derivation {
            name = "nixos-anywhere-1";
            system = "SYSTEM";
            builder = "/bin/sh";
            PATH = "/usr/bin:/bin";
            args = [ "-c" "mkdir -p $out/bin; cp ${./nixos-anywhere} $out/bin/nixos-anywhere; chmod 555 $out/bin/nixos-anywhere" ];
          };
        };
      }
      """;

  final NixSandbox sandbox;
  final TestSshd sshd;
  final Path work;
  final Map<String, String> variables;
  final Path flake;
  final NixFlakes flakes;
  final Installations installations;
  final List<String> stages = new CopyOnWriteArrayList<>();
  final CommandTrace commands = new CommandTrace();

  InstallBench(Path nix) {
    sandbox = NixSandbox.create(nix);
    work = sandbox.work();
    try {
      flake =
          sandbox
              .write("flake/flake.nix", FLAKE.replace("SYSTEM", platform()))
              .resolveSibling("")
              .normalize();
      program("tools/sudo", "#!/bin/sh\nshift\nexec \"$@\"\n");
      program("bin/nixos-anywhere", FAKE);
      var machine =
          new TestSshd.Machine(Map.of("PATH", work.resolve("tools") + ":/usr/bin:/bin"), "");
      sshd = TestSshd.startAll(work.resolve("sshd"), Map.of("target", machine, "jump", machine));
      variables = new LinkedHashMap<>(sandbox.environment());
      variables.put("PATH", work.resolve("bin") + ":" + variables.get("PATH"));
      variables.put("ARDA_SSH_CONFIG", sshd.file("ssh_config").toString());
      variables.put("ARDA_TARGET_ROOT", work.resolve("root").toString());
      variables.put("TRACE", work.resolve("trace").toString());
      variables.put("NIX_SSHOPTS", "-o ProxyCommand=false");
      variables.put("MODE", "");
      flakes =
          NixFlakes.create(
              Clock.systemUTC(),
              new NixFlakes.Directories(
                  Files.createDirectories(work.resolve("run")),
                  Files.createDirectories(work.resolve("state")),
                  Files.createDirectories(work.resolve("cache"))),
              Duration.ofSeconds(60));
      var system = SystemProcessRunner.create();
      var facts = NixFacts.using(system);
      var runner = new RecordingRunner(system, this::begins);
      installations =
          new Installations(
              new Means(
                  new Hosts(flakes),
                  Builds.create(flakes, runner, facts, work.resolve("roots"), Clock.systemUTC()),
                  Stores.create(runner, facts, work.resolve("gcroots"), Clock.systemUTC()),
                  new Ssh(runner, work.resolve("c")),
                  runner,
                  new TargetLocks(),
                  new SecureRandom()),
              new Shell(runner, facts, work.resolve("shell"), Clock.systemUTC()),
              new FlakeLocks(new NixCalls(runner, facts)),
              work.resolve("private"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    commands
        .script(Deployments.class, "lock.sh")
        .script(Deployments.class, "hold.sh")
        .name(work.resolve("roots").toString(), "STATE/roots")
        .name(flake.toString(), "FLAKE")
        .name(work.toString(), "WORK")
        .name(sandbox.store().toString(), "STORE")
        .name(sshd.file("ssh_config").toString(), "CONFIG")
        .name(sshd.file("").toString(), "SSHD")
        .pattern("WORK/private/i[0-9]+", "PRIVATE")
        .pattern("WORK/shell/[0-9a-f]{32}/", "WORK/shell/SET/")
        .pattern("'/[^' ]*/ssh'", "'ssh'")
        .pattern("AAAA[A-Za-z0-9+/=]+", "KEY")
        .pattern("[0-9a-f]{12}(?=\\.conf\\b)", "HASH")
        .pattern("(?<![0-9a-f])%d(?![0-9a-f])".formatted(sshd.port()), "PORT")
        .pattern("(?<![\\w.-])%1$s(?=@)|^%1$s$".formatted(user()), "USER");
  }

  private static String platform() {
    return System.getProperty("os.arch").equals("aarch64") ? "aarch64-linux" : "x86_64-linux";
  }

  /** The program is not on the {@code PATH} any more, but among the packages. */
  void unprovide() throws IOException {
    Files.delete(work.resolve("bin/nixos-anywhere"));
    sandbox.write("pkgs/flake.nix", PACKAGES.replace("SYSTEM", platform()));
    sandbox.write("pkgs/nixos-anywhere", FAKE);
    variables.put("ARDA_NIXPKGS", "path:" + work.resolve("pkgs"));
  }

  static String user() {
    return System.getProperty("user.name", "");
  }

  /** Tells the trace of commands, and which ssh {@code nixos-anywhere} has. */
  private void begins(Command command, String input, boolean isTalkedTo) {
    commands.begins(command, input, isTalkedTo);
    if (command.programName().equals("nixos-anywhere")) {
      var programs = Path.of(command.environment().getOrDefault("PATH", "").split(":", 2)[0]);
      for (var file : List.of("bin/ssh", "ssh_config", "known_hosts")) {
        commands.note("    with " + file);
        read(programs.resolveSibling(file))
            .lines()
            .filter(line -> !line.isBlank())
            .forEach(line -> commands.note("      " + line));
      }
    }
  }

  private void program(String name, String text) throws IOException {
    Files.setPosixFilePermissions(
        sandbox.write(name, text), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  InstallRequest request(String host) {
    return new InstallRequest(
        new CallContext(flake, Optional.of(sandbox.nix()), NixOptions.NONE, variables),
        "",
        new HostName(host),
        new Reach(Optional.empty(), false, List.of(), false),
        EnumSet.allOf(InstallPhase.class),
        Optional.empty(),
        List.of(),
        List.of(),
        BuildOn.LOCAL,
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        StageLimits.USUAL);
  }

  InstallResult install(InstallRequest request) {
    return install(installations, request);
  }

  /** What installs for somebody else, who knows nothing of what is done here. */
  Installations another() {
    var means = installations.means();
    return new Installations(
        new Means(
            means.hosts(),
            means.builds(),
            means.stores(),
            means.ssh(),
            means.runner(),
            new TargetLocks(),
            means.random()),
        installations.shell(),
        installations.references(),
        work.resolve("another"));
  }

  InstallResult install(Installations by, InstallRequest request) {
    return by.install(
        request,
        new InstallListener() {
          @Override
          public void began(String host) {}

          @Override
          public void stage(InstallStage stage, StageState state, String detail) {
            if (state == StageState.RUNNING && detail.isEmpty()) {
              commands.enter(stage.word());
            }
            if (state != StageState.RUNNING) {
              stages.add(stage.word() + " " + state.name().toLowerCase(java.util.Locale.ROOT));
            }
          }

          @Override
          public void line(InstallStage stage, String line) {}

          @Override
          public void ended(StageState state, String failure) {}

          @Override
          public BuildListener build() {
            return (BuildListener)
                Proxy.newProxyInstance(
                    BuildListener.class.getClassLoader(),
                    new Class<?>[] {BuildListener.class},
                    (_, method, _) ->
                        method.getReturnType() == Duration.class ? Duration.ofSeconds(1) : null);
          }
        });
  }

  List<String> trace() {
    return read("trace").lines().toList();
  }

  String read(String name) {
    return read(work.resolve(name));
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    sshd.close();
    flakes.close();
    sandbox.close();
  }
}
