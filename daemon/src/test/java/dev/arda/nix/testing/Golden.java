package dev.arda.nix.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Texts that are written down beside a test. */
public final class Golden {

  /** If this variable is set the texts are written anew, and what was compared fails for once. */
  private static final String RECORD = "ARDA_TEST_RECORD";

  private Golden() {}

  /**
   * Compares with what is written down.
   *
   * @param test a class in whose package of resources the file is
   * @param name of the file
   */
  public static void compare(Class<?> test, String name, String text) throws IOException {
    if (!System.getenv().getOrDefault(RECORD, "").isEmpty()) {
      var directory = Path.of("src/test/resources", test.getPackageName().replace('.', '/'));
      Files.writeString(Files.createDirectories(directory).resolve(name), text);
      throw new AssertionError(
          "%s is written anew; look at it, and run without %s".formatted(name, RECORD));
    }
    try (var stream = test.getResourceAsStream(name)) {
      var written = stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(text)
          .as("%s (the variable %s=1 has it written anew)", name, RECORD)
          .isEqualTo(written);
    }
  }
}
