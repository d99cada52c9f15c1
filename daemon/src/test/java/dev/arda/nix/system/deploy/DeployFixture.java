package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.core.RecordingRunner;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.flake.NixCalls;
import dev.arda.nix.flake.NixFlakes;
import dev.arda.nix.flake.eval.PoolLimits;
import dev.arda.nix.remote.Secret;
import dev.arda.nix.remote.Ssh;
import dev.arda.nix.shell.Shell;
import dev.arda.nix.store.Stores;
import dev.arda.nix.store.build.Builds;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.system.rebuild.RebuildTools;
import dev.arda.nix.testing.CommandTrace;
import dev.arda.nix.testing.EvaluationTrace;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.TestSshd;
import dev.arda.nix.testing.Trees;
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
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A flake with hosts whose systems note what is done with them, and targets for them: an sshd whose
 * sessions have a store database, a profile and a {@code run} directory of their own for each of
 * its machines. The stores of targets lie elsewhere than the caller's, though all call them by one
 * name, so that what is deployed has to be copied.
 */
final class DeployFixture implements AutoCloseable {

  /** Names of the hosts of the fleet, which are machines of the sshd, too. */
  static final List<String> FLEET =
      List.of("f01", "f02", "f03", "f04", "f05", "f06", "f07", "f08", "f09", "f10", "f11", "f12");

  private static final int TARGETS = 42;

  final NixSandbox sandbox;
  final TestSshd sshd;
  final SystemProcessRunner runner = SystemProcessRunner.create();
  final Deployments deployments;
  private final Path work;
  private final Path sockets;
  private final Map<String, String> variables;
  private final NixFlakes flakes;
  private final AtomicInteger taken = new AtomicInteger();

  DeployFixture(Path nix) {
    try {
      sandbox = NixSandbox.create(nix);
      work = Files.createDirectories(sandbox.work());
      sockets = Files.createTempDirectory("arda-c");
      try (var stream = DeployFixture.class.getResourceAsStream("hosts.nix")) {
        if (stream == null) {
          throw new IllegalStateException("no hosts.nix");
        }
        var machine = System.getProperty("os.arch", "").equals("aarch64") ? "aarch64" : "x86_64";
        sandbox.write(
            "flake/flake.nix",
            new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                .replace("SYSTEM", machine + "-linux"));
      }
      fleet(1);
      var machines = new TreeMap<String, TestSshd.Machine>();
      for (int i = 1; i <= TARGETS; i++) {
        machines.put("t" + i, machine(nix, "t" + i, ""));
      }
      for (var name : FLEET) {
        machines.put(name, machine(nix, name, ""));
      }
      for (var name : List.of("guarded", "secured")) {
        machines.put(name, machine(nix, name, DeployTarget.unprivileged()));
      }
      for (var name : List.of("sleeper", "sluggish")) {
        machines.put(name, machine(nix, name, ""));
      }
      // Their stores are on disks that tests make; see FullDiskTest.
      for (var name : List.of("small", "crammed")) {
        var small = machine(nix, name, "");
        small.variables().put("NIX_REMOTE", "");
        machines.put(
            name,
            new TestSshd.Machine(
                small.variables(),
                "nsenter --mount --target \"$(cat %s)\" --".formatted(root(name).resolve("disk"))));
      }
      // It builds, so that the store has to be where Nix says it is.
      var builder = machine(nix, "builder", "");
      builder.variables().put("NIX_REMOTE", "");
      machines.put(
          "builder",
          new TestSshd.Machine(
              builder.variables(),
              "unshare -m sh -c 'mount --bind %s %s && exec \"$@\"' sh"
                  .formatted(root("builder").resolve("store"), sandbox.store())));
      sshd = TestSshd.startAll(work.resolve("sshd"), machines);
      variables = new LinkedHashMap<>(sandbox.environment());
      variables.put("ARDA_SSH_CONFIG", sshd.file("ssh_config").toString());
      flakes = flakes(work);
      deployments = deployments(flakes, runner, work, sockets);
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

  /**
   * Deployments whose files are below a directory.
   *
   * @param sockets directory with a short path
   */
  static Deployments deployments(
      NixFlakes flakes, SystemProcessRunner runner, Path work, Path sockets) {
    return deployments(flakes, runner, NixFacts.using(runner), work, sockets);
  }

  private static Deployments deployments(
      NixFlakes flakes, ProcessRunner runner, NixFacts facts, Path work, Path sockets) {
    return new Deployments(
        new Means(
            new Hosts(flakes),
            Builds.create(flakes, runner, facts, work.resolve("roots"), Clock.systemUTC()),
            Stores.create(runner, facts, work.resolve("gcroots"), Clock.systemUTC()),
            new Ssh(runner, sockets),
            runner,
            new TargetLocks(),
            new SecureRandom()),
        new RebuildTools(
            runner, new Shell(runner, facts, work.resolve("shell"), Clock.systemUTC())));
  }

  /**
   * Deployments of the same hosts whose programs are told to a trace, but for those that evaluate.
   *
   * @param sockets directory with a short path
   */
  Deployments traced(CommandTrace trace, Path sockets) throws IOException {
    var directory = Files.createTempDirectory(work, "traced");
    trace
        .name(directory.toString(), "STATE")
        .name(sockets.toString(), "SOCKETS")
        .name(sandbox.store().toString(), "STORE")
        .name(sshd.file("ssh_config").toString(), "CONFIG");
    return deployments(
        flakes, new RecordingRunner(runner, trace), NixFacts.using(runner), directory, sockets);
  }

  /**
   * Flakes of which nothing is known yet, and whose commands are told to a trace.
   *
   * @param directory for their files
   */
  NixFlakes evaluating(EvaluationTrace trace, Path directory) throws IOException {
    trace
        .commands()
        .name(directory.toString(), "FILES")
        .name(work.resolve("flake").toString(), "FLAKE")
        .name(sandbox.store().toString(), "STORE");
    return NixFlakes.create(
        Clock.systemUTC(),
        new NixFlakes.Directories(
            Files.createDirectories(directory.resolve("run")),
            Files.createDirectories(directory.resolve("state")),
            Files.createDirectories(directory.resolve("cache"))),
        Duration.ofSeconds(60),
        new NixCalls(new RecordingRunner(runner, trace), NixFacts.using(runner)),
        // Of a single processor: on more, evaluators help one another if a question takes long.
        PoolLimits.forMachine(1, 8L << 30),
        List.of());
  }

  /**
   * Deployments of the same hosts, but for how long they wait for answers of stores.
   *
   * @param question how long
   */
  Deployments asking(Duration question) {
    var means = deployments.means();
    return new Deployments(
        new Means(
            means.hosts(),
            means.builds(),
            Stores.create(
                runner,
                NixFacts.using(runner),
                work.resolve("gcroots"),
                Clock.systemUTC(),
                question),
            means.ssh(),
            means.runner(),
            means.locks(),
            means.random()),
        deployments.tools());
  }

  /** Whether the builds of the caller hold a store path. */
  boolean isHeld(String path) throws IOException {
    var hash = Path.of(path).getFileName().toString().substring(0, 32);
    try (var links = Files.list(work.resolve("roots/held"))) {
      return links.anyMatch(link -> link.getFileName().toString().endsWith("." + hash));
    }
  }

  /**
   * Writes what the fleet runs.
   *
   * @param version of all its systems
   * @param failing hosts whose new systems cannot be activated
   */
  void fleet(int version, String... failing) {
    sandbox.write(
        "flake/fleet.json",
        "{ \"version\": \"%d\", \"failing\": [%s] }"
            .formatted(
                version,
                String.join(",", List.of(failing).stream().map(n -> '"' + n + '"').toList())));
  }

  private Path targetSettings() throws IOException {
    var directory = Files.createDirectories(work.resolve("target-conf"));
    Files.writeString(
        directory.resolve("nix.conf"),
        "sandbox = false\nsubstituters =\nbuild-users-group =\nexperimental-features = nix-command flakes\n");
    return directory;
  }

  private TestSshd.Machine machine(Path nix, String name, String wrapper) throws IOException {
    var root = root(name);
    for (var part :
        List.of("run", "etc", "nix/var/nix/profiles", "state", "store", "home", "log", "bin")) {
      Files.createDirectories(root.resolve(part));
    }
    Files.createFile(root.resolve("etc/NIXOS"));
    var result = new LinkedHashMap<String, String>();
    result.put("PATH", root.resolve("bin") + ":" + nix.getParent() + ":/usr/bin:/bin");
    result.put("HOME", root.resolve("home").toString());
    result.put("NIX_STORE_DIR", sandbox.store().toString());
    result.put("NIX_STATE_DIR", root.resolve("state").toString());
    result.put("NIX_LOG_DIR", root.resolve("log").toString());
    result.put(
        "NIX_REMOTE",
        "local?real=%s&state=%s".formatted(root.resolve("store"), root.resolve("state")));
    result.put("NIX_CONF_DIR", targetSettings().toString());
    return new TestSshd.Machine(result, wrapper);
  }

  private Path root(String name) {
    return work.resolve("targets").resolve(name);
  }

  /** A target that nobody has used. */
  DeployTarget target() {
    int number = taken.incrementAndGet();
    if (number > TARGETS) {
      throw new IllegalStateException("more targets are needed");
    }
    return target("t" + number);
  }

  /** The target of a name. */
  DeployTarget target(String name) {
    return new DeployTarget(this, name, root(name), context(root(name).toString()));
  }

  /** A caller whose targets have their files below a directory. */
  CallContext context(String root) {
    var result = new LinkedHashMap<>(variables);
    result.put("ARDA_TARGET_ROOT", root);
    return new CallContext(
        work.resolve("flake"), Optional.of(sandbox.nix()), NixOptions.NONE, result);
  }

  /** A caller who deploys to the fleet. */
  CallContext fleetContext() {
    return context(root("%h").toString());
  }

  @Override
  public void close() {
    sshd.close();
    flakes.close();
    runner.close();
    Trees.delete(sockets);
    sandbox.close();
  }

  /** Notes what is told, and acts on it. */
  static class Told extends SilentListener {
    final List<String> stages = Collections.synchronizedList(new ArrayList<>());
    final List<String> waves = new CopyOnWriteArrayList<>();
    final List<String> lines = new CopyOnWriteArrayList<>();
    final List<String> warnings = new CopyOnWriteArrayList<>();
    final List<String> questions = new CopyOnWriteArrayList<>();
    final List<String> details = new CopyOnWriteArrayList<>();
    private final List<String> answers = new CopyOnWriteArrayList<>();
    private final Consumer<String> onLine;
    private boolean canAsk;

    Told(Consumer<String> onLine) {
      this.onLine = onLine;
    }

    Told() {
      this(_ -> {});
    }

    /** Who answers questions, one after the other, like this. */
    static Told answering(String... answers) {
      var result = new Told();
      result.canAsk = true;
      result.answers.addAll(List.of(answers));
      return result;
    }

    @Override
    public void stage(String host, Stage stage, StageState state, String detail) {
      stages.add(host + " " + stage.word() + " " + state);
      details.add(detail);
      onLine.accept(host + " " + stage.word() + " " + state);
    }

    @Override
    public void wave(Wave wave, StageState state, String detail) {
      waves.add(
          "%d/%d %s %d %s %s"
              .formatted(wave.number(), wave.count(), wave.hosts(), wave.over(), state, detail)
              .strip());
    }

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
    public boolean canAsk() {
      return canAsk;
    }

    @Override
    public Optional<Secret> askPassword(String host, Stage stage, String question) {
      questions.add(question);
      return answers.isEmpty() ? Optional.empty() : Optional.of(new Secret(answers.removeFirst()));
    }
  }

  /** Waits until something is so; fails when it is not within two minutes. */
  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
