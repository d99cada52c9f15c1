package dev.arda.nix.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The forms that Nix 2.8, 2.26 and 2.34 printed. */
class BuildOutputsTest {

  private static List<String> parse(String text) {
    return BuildOutputs.parse(text.getBytes(UTF_8));
  }

  @Test
  void parse_lines_areThePaths() {
    assertThat(parse("/nix/store/a-x\n/nix/store/b-y\n"))
        .containsExactly("/nix/store/a-x", "/nix/store/b-y");
    assertThat(parse("")).isEmpty();
  }

  @Test
  void parse_json_areAllOutputs() {
    assertThat(
            parse(
                "[{\"drvPath\":\"/nix/store/d.drv\",\"outputs\":{\"dev\":\"/nix/store/a-dev\","
                    + "\"out\":\"/nix/store/b\"},\"startTime\":5},"
                    + "{\"drvPath\":\"/nix/store/e.drv\",\"outputs\":{\"out\":null}}]\n"))
        .containsExactly("/nix/store/a-dev", "/nix/store/b");
    assertThat(parse("[]")).isEmpty();
  }

  @Test
  void parse_storePathAskedForByName_isItself() {
    assertThat(parse("[{\"path\":\"/nix/store/a-x\"}]")).containsExactly("/nix/store/a-x");
    assertThat(parse("[\"/nix/store/a-x\"]")).containsExactly("/nix/store/a-x");
  }

  @Test
  void parse_damagedJson_isRefused() {
    assertThatThrownBy(() -> parse("[{")).isInstanceOf(IllegalArgumentException.class);
  }
}
