package dev.arda.nix.flake.watch;

import static dev.arda.nix.flake.watch.WatchHarness.git;
import static dev.arda.nix.flake.watch.WatchHarness.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reader of git's index against git itself. */
class GitIndexTest {
  @TempDir Path repository;

  private final long seed = System.nanoTime();

  @BeforeEach
  void print() {
    System.out.println("git index, seed " + seed);
  }

  @ParameterizedTest
  @CsvSource({"2, sha1", "3, sha1", "4, sha1", "2, sha256", "4, sha256"})
  void read_anyVersion_namesWhatGitNames(int version, String format) throws Exception {
    git(repository, "init", "--quiet", "--object-format=" + format);
    git(repository, "config", "index.version", Integer.toString(version));
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      StringBuilder name = new StringBuilder();
      for (int depth = random.nextInt(4); depth > 0; depth--) {
        name.append("d").append(random.nextInt(5)).append('/');
      }
      name.append("f").append("x".repeat(random.nextInt(30))).append(i);
      write(repository.resolve(name.toString()), "1");
    }
    write(repository.resolve("f".repeat(200) + "/" + "g".repeat(220)), "1");
    git(repository, "add", ".");
    if (version >= 3) {
      write(repository.resolve("later"), "1");
      git(repository, "add", "--intent-to-add", "later"); // needs the extended flags
    }
    git(repository, "update-index", "--index-version=" + version);

    TrackedFiles tracked = GitIndex.read(repository.resolve(".git/index"));

    assertThat(tracked.unknown()).isEmpty();
    assertThat(files(tracked, ""))
        .containsExactlyInAnyOrder(git(repository, "ls-files", "-z").split("\0"));
  }

  @Test
  void read_missingIndex_tracksNothing() {
    TrackedFiles tracked = GitIndex.read(repository.resolve("none"));

    assertThat(tracked.unknown()).isEmpty();
    assertThat(files(tracked, "")).isEmpty();
  }

  @Test
  void parse_truncatedOrFlipped_neverThrows() throws Exception {
    git(repository, "init", "--quiet");
    write(repository.resolve("a/b"), "1");
    write(repository.resolve("c"), "1");
    git(repository, "add", ".");
    byte[] bytes = Files.readAllBytes(repository.resolve(".git/index"));

    for (int length = 0; length < bytes.length; length++) {
      assertThat(GitIndex.parse(Arrays.copyOf(bytes, length)).unknown())
          .as("length %d", length)
          .isPresent();
    }
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      byte[] broken = bytes.clone();
      broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
      assertThat(GitIndex.parse(broken)).isNotNull();
    }
  }

  private static List<String> files(TrackedFiles tracked, String directory) {
    List<String> all = new ArrayList<>();
    for (String name : tracked.names(directory)) {
      String path = directory.isEmpty() ? name : directory + "/" + name;
      if (tracked.isDirectory(path)) {
        all.addAll(files(tracked, path));
      } else {
        all.add(path);
      }
    }
    return all;
  }
}
