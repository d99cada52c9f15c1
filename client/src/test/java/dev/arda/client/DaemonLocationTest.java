package dev.arda.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where the daemon is, by the environment. */
final class DaemonLocationTest {

  private static DaemonLocation of(Map<String, String> variables) {
    return DaemonLocation.of(
        new Environment(variables, Path.of("/flake"), Optional.empty(), "", 1000));
  }

  @Test
  void directories_areArdasOwn_orThoseOfTheUser() {
    var own = of(Map.of("ARDA_RUNTIME_DIR", "/r", "ARDA_STATE_DIR", "/s", "HOME", "/h"));
    assertThat(own.runtimeDirectory()).isEqualTo(Path.of("/r"));
    assertThat(own.stateDirectory()).isEqualTo(Path.of("/s"));
    var user = of(Map.of("XDG_RUNTIME_DIR", "/r", "XDG_STATE_HOME", "/s", "HOME", "/h"));
    assertThat(user.runtimeDirectory()).isEqualTo(Path.of("/r/arda"));
    assertThat(user.stateDirectory()).isEqualTo(Path.of("/s/arda"));
  }

  /** There would be another daemon for each directory that is asked from. */
  @Test
  void relativeDirectories_areRefused_orDoNotCount() {
    assertThatThrownBy(() -> of(Map.of("ARDA_RUNTIME_DIR", "rel", "HOME", "/h")))
        .isInstanceOf(DaemonException.class)
        .hasMessage("ARDA_RUNTIME_DIR is not an absolute path: rel");
    assertThatThrownBy(() -> of(Map.of("ARDA_STATE_DIR", "./s", "HOME", "/h")))
        .isInstanceOf(DaemonException.class)
        .hasMessage("ARDA_STATE_DIR is not an absolute path: ./s");
    var ignored = of(Map.of("XDG_RUNTIME_DIR", "r", "XDG_STATE_HOME", "s", "HOME", "/h"));
    assertThat(ignored.runtimeDirectory()).isEqualTo(Path.of("/tmp/arda-1000"));
    assertThat(ignored.stateDirectory()).isEqualTo(Path.of("/h/.local/state/arda"));
  }
}
