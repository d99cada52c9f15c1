package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {

  @TempDir Path directory;

  @Test
  void isUnchanged_sameFile_true() throws IOException {
    Installation installation = Installation.of(jar("a"));
    assertThat(installation.isUnchanged()).isTrue();
  }

  @Test
  void isUnchanged_overwrittenReplacedOrRemoved_false() throws IOException {
    Installation overwritten = Installation.of(jar("a"));
    Files.writeString(overwritten.jar(), "longer");
    assertThat(overwritten.isUnchanged()).isFalse();

    Installation replaced = Installation.of(jar("b"));
    Path other = Files.writeString(directory.resolve("other"), "jar");
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(replaced.jar()));
    Files.move(other, replaced.jar(), StandardCopyOption.REPLACE_EXISTING);
    assertThat(replaced.isUnchanged()).isFalse();

    Installation removed = Installation.of(jar("c"));
    Files.delete(removed.jar());
    assertThat(removed.isUnchanged()).isFalse();
  }

  private Path jar(String name) throws IOException {
    return Files.writeString(directory.resolve(name), "jar");
  }
}
