package dev.arda.nix.flake.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A watch service on a directory of its own, and the questions tests ask of it. */
final class WatchHarness implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** An action that may fail. */
  interface Action {
    void run() throws Exception;
  }

  final Path base;
  final Path runtime;
  final FaultyEvents.Faults faults = new FaultyEvents.Faults();
  final Watches watches;

  WatchHarness(Path base) throws IOException {
    this(base, List.of());
  }

  WatchHarness(Path base, List<Path> probes) throws IOException {
    this(base, probes, Duration.ofSeconds(1), Duration.ofSeconds(1));
  }

  /** One that looks for changes of which no event told. */
  static WatchHarness auditing(Path base, Duration pause) throws IOException {
    return new WatchHarness(base, List.of(), Duration.ofSeconds(1), Duration.ofSeconds(1), pause);
  }

  WatchHarness(Path base, List<Path> probes, Duration cookieTimeout, Duration drainBound)
      throws IOException {
    this(base, probes, cookieTimeout, drainBound, Duration.ofHours(1));
  }

  private WatchHarness(
      Path base,
      List<Path> probes,
      Duration cookieTimeout,
      Duration drainBound,
      Duration auditPause)
      throws IOException {
    this.base = base.toRealPath();
    runtime = Files.createDirectories(this.base.resolve("runtime"));
    watches =
        new Watches(
            new WatchSettings(
                runtime, probes, cookieTimeout, drainBound, Duration.ofMillis(20), auditPause),
            () -> new FaultyEvents(new JdkDirectoryEvents(FileSystems.getDefault()), faults),
            InstantSource.system(),
            System::nanoTime);
  }

  /** A watch that has its watches set up. */
  SourceWatch watching(SourceSpec spec) throws Exception {
    return awaitWatching(watches.of(spec));
  }

  static SourceWatch awaitWatching(SourceWatch watch) throws Exception {
    watch.ready().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isWatching(watch) && System.nanoTime() < end) {
      watch.barrier(); // asks for another attempt when one is due
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(watch.status()).allMatch(s -> s.mode() instanceof WatchMode.Watching);
    // The first barrier after set-up may still account for the root's own time stamps.
    watch.barrier();
    return watch;
  }

  static boolean isWatching(SourceWatch watch) {
    return watch.status().stream().allMatch(s -> s.mode() instanceof WatchMode.Watching);
  }

  static List<String> scanReasons(SourceWatch watch) {
    return watch.status().stream()
        .map(WatchStatus::mode)
        .filter(WatchMode.Scanning.class::isInstance)
        .map(mode -> ((WatchMode.Scanning) mode).reason())
        .toList();
  }

  /** The token when what was done before has been accounted for, which may be more than once. */
  private static Token settled(SourceWatch watch) throws Exception {
    Token last = watch.barrier();
    for (Token next = watch.barrier(); !next.equals(last); next = watch.barrier()) {
      last = next;
    }
    return last;
  }

  static void assertNoticed(SourceWatch watch, String what, Action action) throws Exception {
    Token before = watch.barrier();
    action.run();
    assertThat(watch.barrier()).as("after: %s", what).isNotEqualTo(before);
  }

  static void assertIgnored(SourceWatch watch, String what, Action action) throws Exception {
    Token before = settled(watch);
    action.run();
    assertThat(watch.barrier()).as("after: %s", what).isEqualTo(before);
  }

  /** Runs git with no configuration but its own; returns its output. */
  static String git(Path directory, String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("git", "-c", "protocol.file.allow=always", "-c", "gc.auto=0"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_CONFIG_SYSTEM", "/dev/null");
    for (String role : List.of("AUTHOR", "COMMITTER")) {
      builder.environment().put("GIT_" + role + "_NAME", "test");
      builder.environment().put("GIT_" + role + "_EMAIL", "test@example.org");
    }
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
    return output;
  }

  /** A repository with one commit: {@code flake.nix}, {@code lib/a.nix}, {@code lib/deep/b.nix}. */
  Path repository(String name) throws Exception {
    Path root = Files.createDirectories(base.resolve(name));
    git(root, "init", "--quiet", "--initial-branch=main");
    write(root.resolve("flake.nix"), "{ outputs = _: { }; }");
    write(root.resolve("lib/a.nix"), "1");
    write(root.resolve("lib/deep/b.nix"), "2");
    write(root.resolve(".gitignore"), "target/\n");
    git(root, "add", ".");
    git(root, "commit", "--quiet", "--message=first");
    return root;
  }

  Path directory(String name) throws IOException {
    return Files.createDirectories(base.resolve(name));
  }

  static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, text);
  }

  @Override
  public void close() {
    watches.close();
  }
}
