package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
    command.addAll(List.of("/bin/sh", "-c", Scripts.LOCK, "sh", root.toString()));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return said.strip();
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

  /** Variables of a machine that has no flock, as macOS. */
  private String withoutFlock() throws IOException {
    var programs = Files.createDirectories(root.resolve("bin"));
    for (var name : List.of("cat", "ln", "readlink", "rm")) {
      Files.copy(
          Path.of("/bin", name).toRealPath(),
          programs.resolve(name),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    return "PATH=" + programs;
  }

  private Process taking(String path) throws IOException {
    var script = Scripts.TAKE_LOCK + "take_lock \"$1\" || { echo busy; exit; }; echo has; cat";
    return new ProcessBuilder("/usr/bin/env", path, "/bin/sh", "-c", script, "sh", root.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void withoutFlock_aProcessHasTheLock_untilItIsGone() throws Exception {
    var path = withoutFlock();
    directory();
    assertThat(looked(path)).isEqualTo("free");
    var first = taking(path);
    assertThat(first.inputReader().readLine()).isEqualTo("has");
    assertThat(looked(path)).isEqualTo("held");
    assertThat(taking(path).inputReader().readLine()).isEqualTo("busy");
    assertThat(looked(path)).isEqualTo("held");
    first.getOutputStream().close();
    assertThat(first.waitFor()).isZero();
    assertThat(looked(path)).isEqualTo("free");
    assertThat(root.resolve("run/arda")).isEmptyDirectory();
  }

  @Test
  void withoutFlock_theLockOfAProcessThatWasKilled_isNobodys() throws Exception {
    var path = withoutFlock();
    directory();
    var first = taking(path);
    assertThat(first.inputReader().readLine()).isEqualTo("has");
    assertThat(first.destroyForcibly().waitFor()).isNotZero();
    assertThat(looked(path)).isEqualTo("free");
    var second = taking(path);
    assertThat(second.inputReader().readLine()).isEqualTo("has");
    second.getOutputStream().close();
    assertThat(second.waitFor()).isZero();
  }

  @Test
  void withoutFlock_whereNoLockCanBeMade_nobodyHasIt_andThatIsSaid() throws Exception {
    var path = withoutFlock();
    assertThat(taking(path).inputReader().readLine()).isEqualTo("busy");
  }
}
