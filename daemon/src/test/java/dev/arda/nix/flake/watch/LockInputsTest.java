package dev.arda.nix.flake.watch;

import static dev.arda.nix.flake.watch.WatchHarness.assertIgnored;
import static dev.arda.nix.flake.watch.WatchHarness.assertNoticed;
import static dev.arda.nix.flake.watch.WatchHarness.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Local inputs of a lock file, and watches that follow it. */
class LockInputsTest {
  private static final Path FLAKE = Path.of("/home/u/flake");

  private static final SourceSpec ELSEWHERE = new SourceSpec.Fixed("elsewhere");

  @TempDir Path temporary;

  private static String lock(String nodes) {
    return """
    {"version": 7, "root": "root", "nodes": {"root": {"inputs": {"a": "a"}}, %s}}
    """
        .formatted(nodes);
  }

  @Test
  void of_pathInputs_absoluteAndRelative() {
    String lock =
        lock(
            """
            "a": {"locked": {"type": "path", "path": "/srv/a", "narHash": "sha256-x"}},
            "b": {"locked": {"type": "path", "path": "./sub"}, "parent": []},
            "c": {"locked": {"type": "path", "path": "../c"}, "parent": ["a"]},
            "d": {"locked": {"type": "path", "path": "/nix/store/x-source"}},
            "e": {"locked": {"type": "path", "path": "../e"}}
            """);

    assertThat(LockInputs.of(lock, FLAKE, ELSEWHERE))
        .containsExactlyInAnyOrder(
            new SourceSpec.PathTree(Path.of("/srv/a")),
            new SourceSpec.PathTree(FLAKE.resolve("sub")),
            new SourceSpec.PathTree(Path.of("/srv/c")),
            new SourceSpec.PathTree(Path.of("/home/u/e")));
  }

  @Test
  void of_inputsInsideTheSource_areItsOwn() {
    String lock =
        lock(
            """
            "a": {"locked": {"type": "path", "path": "./sub"}, "parent": []},
            "b": {"locked": {"type": "path", "path": "/home/u/flake/target"}}
            """);

    assertThat(LockInputs.of(lock, FLAKE, new SourceSpec.PathTree(FLAKE))).isEmpty();
    assertThat(LockInputs.of(lock, FLAKE, new SourceSpec.GitTree(FLAKE)))
        .as("an absolute input is copied with its untracked files")
        .containsExactly(new SourceSpec.PathTree(FLAKE.resolve("target")));
  }

  @Test
  void of_gitAndFiles_onlyWhatIsLocalAndUnlocked() {
    String lock =
        lock(
            """
            "a": {"locked": {"type": "git", "url": "file:///srv/dirty"}},
            "b": {"locked": {"type": "git", "url": "file:///srv/clean", "rev": "0123"}},
            "c": {"locked": {"type": "git", "url": "https://example.org/x"}},
            "d": {"locked": {"type": "github", "owner": "o", "repo": "r", "rev": "0123"}},
            "e": {"locked": {"type": "tarball", "url": "file:///srv/x%20y.tar.gz"}}
            """);

    assertThat(LockInputs.of(lock, FLAKE, ELSEWHERE))
        .containsExactlyInAnyOrder(
            new SourceSpec.GitTree(Path.of("/srv/dirty")),
            new SourceSpec.PathTree(Path.of("/srv/x y.tar.gz")));
  }

  @Test
  void of_brokenLock_none() {
    assertThat(LockInputs.of("", FLAKE, ELSEWHERE)).isEmpty();
    assertThat(LockInputs.of("{", FLAKE, ELSEWHERE)).isEmpty();
    assertThat(LockInputs.of("[]", FLAKE, ELSEWHERE)).isEmpty();
    assertThat(LockInputs.of("{\"nodes\": {\"x\": {\"locked\": {\"type\": 3}}}}", FLAKE, ELSEWHERE))
        .isEmpty();
  }

  @Test
  void ofFlake_lockNamesAnotherInput_followsIt() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary)) {
      Path flake = harness.directory("flake");
      Path first = harness.directory("first");
      Path second = harness.directory("second");
      write(flake.resolve("flake.lock"), lockOn(first));
      try (SourceWatch watch =
          WatchHarness.awaitWatching(
              harness.watches.ofFlake(new SourceSpec.PathTree(flake), flake))) {
        assertThat(watch.status()).hasSize(2);
        assertNoticed(watch, "write in the input", () -> write(first.resolve("f"), "1"));
        assertIgnored(watch, "elsewhere", () -> write(second.resolve("f"), "1"));
        assertNoticed(
            watch, "other lock", () -> write(flake.resolve("flake.lock"), lockOn(second)));
        WatchHarness.awaitWatching(watch);
        assertNoticed(watch, "write in the new input", () -> write(second.resolve("f"), "2"));
        assertIgnored(watch, "no longer an input", () -> write(first.resolve("f"), "2"));
        assertNoticed(watch, "no lock", () -> Files.delete(flake.resolve("flake.lock")));
        assertIgnored(watch, "no longer an input", () -> write(second.resolve("f"), "3"));
      }
      assertThat(harness.watches.watchedDirectories()).isZero();
    }
  }

  private static String lockOn(Path input) {
    return lock("\"a\": {\"locked\": {\"type\": \"path\", \"path\": \"" + input + "\"}}");
  }
}
