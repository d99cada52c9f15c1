package dev.arda.daemon;

import dev.arda.nix.flake.Flakes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A daemon in a process of its own, with scripted flakes: selecting {@code never} never ends. */
final class DaemonProcess implements AutoCloseable {

  private final Path directory;
  private final Process process;
  private final Path output;
  private final Path errors;

  private DaemonProcess(Path directory, List<String> arguments) {
    this.directory = directory;
    try {
      output = Files.createTempFile(directory, "stdout", "");
      errors = Files.createTempFile(directory, "stderr", "");
      var command = new ArrayList<>(java(Main.class));
      command.addAll(
          List.of(
              "--runtime-dir",
              run(directory).toString(),
              "--state-dir",
              directory.resolve("state").toString()));
      command.addAll(arguments);
      process =
          new ProcessBuilder(command)
              .redirectOutput(Redirect.to(output.toFile()))
              .redirectError(Redirect.to(errors.toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command line that runs a class on the class path of the tests. */
  static List<String> java(Class<?> main) {
    return List.of(
        Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path", ""),
        main.getName());
  }

  static Path run(Path directory) {
    return directory.resolve("run");
  }

  /** Starts one and waits until it can be found. */
  static DaemonProcess start(Path directory, String... arguments) {
    var daemon = new DaemonProcess(directory, List.of(arguments));
    Eventually.until(
        "the daemon has started",
        () ->
            RuntimeRecord.read(daemon.recordFile())
                .filter(r -> r.pid() == daemon.process.pid())
                .isPresent());
    return daemon;
  }

  /** Starts one that is expected to fail. */
  static DaemonProcess launch(Path directory, String... arguments) {
    return new DaemonProcess(directory, List.of(arguments));
  }

  Process process() {
    return process;
  }

  Path socket() {
    return run(directory).resolve("daemon-1.sock");
  }

  Path recordFile() {
    return run(directory).resolve("daemon-1.json");
  }

  /** Its exit status, within twenty seconds. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the daemon still runs");
    }
    return process.exitValue();
  }

  String output() {
    return read(output);
  }

  String errors() {
    return read(errors);
  }

  String log() {
    return read(directory.resolve("state/log/daemon.log"));
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
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The daemon's own main class, with flakes that need no Nix. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) {
      Function<DaemonConfiguration, Flakes> library = _ -> scripted();
      new DaemonMain(System.getenv(), System.in, System.err, Exit.JVM, library)
          .runAndExit(List.of(arguments));
    }

    private static Flakes scripted() {
      var flakes = new FakeFlakes();
      var echo = flakes.selecting;
      flakes.selecting =
          (request, listener) -> {
            if (request.selectors().contains("never")) {
              listener.state(FakeFlakes.STATE);
              FakeFlakes.never().select(request, listener);
            }
            echo.select(request, listener);
          };
      return flakes;
    }
  }
}
