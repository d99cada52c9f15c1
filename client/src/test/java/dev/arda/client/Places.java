package dev.arda.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Directories and an environment for one test, with a launcher that starts {@link FakeDaemonMain}.
 */
public final class Places {

  public final Path root;
  public final Path runtime;
  public final Path state;
  public final Path launcher;
  private final Map<String, String> variables = new HashMap<>();

  public Places(Path root) throws IOException {
    this.root = root;
    this.runtime = root.resolve("run");
    this.state = root.resolve("state");
    this.launcher = root.resolve("arda");
    Files.writeString(
        launcher,
        """
        #!/bin/sh
        exec '%s/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx64m -cp '%s' dev.arda.client.FakeDaemonMain "$@"
        """
            .formatted(System.getProperty("java.home"), System.getProperty("java.class.path")));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    variables.put("PATH", "/usr/bin:/bin");
    variables.put("HOME", root.resolve("home").toString());
    variables.put("LANG", "C.UTF-8");
    variables.put("ARDA_RUNTIME_DIR", runtime.toString());
    variables.put("ARDA_STATE_DIR", state.toString());
  }

  public Places with(String name, String value) {
    variables.put(name, value);
    return this;
  }

  /** Makes the runtime directory as a client would. */
  public Path makeRuntime() throws IOException {
    return Files.createDirectories(runtime, PrivateFiles.ownerOnly());
  }

  public Environment environment() {
    return environment("");
  }

  public Environment environment(String terminals) {
    return new Environment(
        variables, root, Optional.of(launcher), terminals, Environment.ofProcess().uid());
  }

  public DaemonConnector connector() {
    return DaemonConnector.brief(environment());
  }

  /** One line for each daemon that was started: process id, start time and arguments. */
  public List<String> starts() throws IOException {
    var file = state.resolve("starts");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  /** The daemons that were started and still live. */
  public List<ProcessHandle> living() throws IOException {
    return starts().stream()
        .map(line -> line.split(" ", 3))
        .flatMap(words ->
            ProcessHandle.of(Long.parseLong(words[0]))
                .filter(process ->
                    process
                        .info()
                        .startInstant()
                        .filter(start -> start.toString().equals(words[1]))
                        .isPresent())
                .stream())
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  /** Ends the daemons that a test left. */
  public void endDaemons() throws Exception {
    for (var process : living()) {
      process.destroyForcibly();
      process.onExit().get(60, TimeUnit.SECONDS);
    }
  }
}
