package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A look at the lock of deployments, by the script that looks. */
class LockScriptTest {

  @TempDir Path root;

  private String looked(String... variables) throws Exception {
    var command = new ArrayList<>(List.of("/usr/bin/env"));
    command.addAll(List.of(variables));
    command.addAll(List.of("/bin/sh", "-c", text(), "sh", root.toString()));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return said.strip();
  }

  private static String text() throws IOException {
    try (InputStream in = Deployments.class.getResourceAsStream("lock.sh")) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Path directory() throws IOException {
    return Files.createDirectories(root.resolve("run/arda"));
  }

  /** Has the lock until its input ends. */
  private static Process holder(Path lock, String how) throws IOException {
    var process =
        new ProcessBuilder("flock", how, lock.toString(), "sh", "-c", "echo has; cat").start();
    assertThat(process.getInputStream().read()).isEqualTo('h');
    return process;
  }

  @Test
  void whereNobodyEverDeployed_itIsFree_andNothingIsMade() throws Exception {
    assertThat(looked()).isEqualTo("free");
    assertThat(root).isEmptyDirectory();
    directory();
    assertThat(looked()).isEqualTo("free");
    assertThat(root.resolve("run/arda")).isEmptyDirectory();
  }

  @Test
  void theLock_isHeldByWhoHasIt_andByNobodyElse() throws Exception {
    var lock = Files.createFile(directory().resolve("lock"));
    assertThat(looked()).isEqualTo("free");
    var changing = holder(lock, "-x");
    assertThat(looked()).isEqualTo("held");
    changing.getOutputStream().close();
    assertThat(changing.waitFor()).isZero();
    assertThat(looked()).isEqualTo("free");

    var looking = holder(lock, "-s");
    assertThat(looked()).isEqualTo("free");
    looking.getOutputStream().close();
    assertThat(looking.waitFor()).isZero();
  }

  @Test
  void withoutFlock_theDirectoryOfAProcessThatIsGone_isNoLock() throws Exception {
    var programs = Files.createDirectories(root.resolve("bin"));
    Files.copy(Path.of("/bin/cat"), programs.resolve("cat"), StandardCopyOption.COPY_ATTRIBUTES);
    var held = Files.createDirectories(directory().resolve("lock.d")).resolve("pid");
    var path = "PATH=" + programs;
    assertThat(looked(path)).isEqualTo("free");
    var holder = new ProcessBuilder("cat").start();
    Files.writeString(held, holder.pid() + "\n");
    assertThat(looked(path)).isEqualTo("held");
    holder.getOutputStream().close();
    assertThat(holder.waitFor()).isZero();
    assertThat(looked(path)).isEqualTo("free");
    assertThat(held).exists();
  }
}
