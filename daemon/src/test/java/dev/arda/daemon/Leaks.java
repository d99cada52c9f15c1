package dev.arda.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a class that leaves threads of ours, processes or temporary directories behind. */
public final class Leaks implements BeforeAllCallback, AfterAllCallback {

  /** Begins the names of this process's temporary directories; others may run at the same time. */
  private static final String PREFIX = "arda-test-%d-".formatted(ProcessHandle.current().pid());

  private Set<String> before = Set.of();

  /** A temporary directory that has to be gone in the end. */
  public static Path temporaryDirectory() throws IOException {
    return Files.createTempDirectory(PREFIX);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    before = directories();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    Eventually.until("no threads, left are " + threads(), () -> threads().isEmpty());
    Eventually.until(
        "no child processes", () -> ProcessHandle.current().children().findAny().isEmpty());
    var left = new TreeSet<>(directories());
    left.removeAll(before);
    if (!left.isEmpty()) {
      throw new AssertionError("temporary directories were left behind: " + left);
    }
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(n -> n.startsWith("arda-"))
        .collect(Collectors.toSet());
  }

  private static Set<String> directories() throws IOException {
    try (var entries = Files.list(Path.of(System.getProperty("java.io.tmpdir", "/tmp")))) {
      return entries
          .map(p -> p.getFileName().toString())
          .filter(n -> n.startsWith(PREFIX))
          .collect(Collectors.toSet());
    }
  }
}
