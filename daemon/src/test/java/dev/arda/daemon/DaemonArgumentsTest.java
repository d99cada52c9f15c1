package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DaemonArgumentsTest {

  private static DaemonConfiguration resolve(Map<String, String> environment, String... arguments)
      throws DaemonStartException {
    return DaemonConfiguration.resolve(
        DaemonArguments.parse(List.of(arguments)), environment, 1000);
  }

  @Test
  void resolve_nothingSaid_followsTheEnvironmentInOrder() throws Exception {
    var all =
        Map.of(
            "ARDA_RUNTIME_DIR", "/a",
            "ARDA_STATE_DIR", "/b",
            "XDG_RUNTIME_DIR", "/run/user/1000",
            "XDG_STATE_HOME", "/state",
            "TMPDIR", "/var/tmp",
            "HOME", "/home/me");
    assertThat(resolve(all).runtimeDirectory()).isEqualTo(Path.of("/a"));
    assertThat(resolve(all).stateDirectory()).isEqualTo(Path.of("/b"));

    var xdg = Map.of("XDG_RUNTIME_DIR", "/run/user/1000", "XDG_STATE_HOME", "/state");
    assertThat(resolve(xdg).runtimeDirectory()).isEqualTo(Path.of("/run/user/1000/arda"));
    assertThat(resolve(xdg).stateDirectory()).isEqualTo(Path.of("/state/arda"));

    var plain = Map.of("TMPDIR", "/var/tmp", "HOME", "/home/me", "XDG_RUNTIME_DIR", "");
    assertThat(resolve(plain).runtimeDirectory()).isEqualTo(Path.of("/var/tmp/arda-1000"));
    assertThat(resolve(plain).stateDirectory()).isEqualTo(Path.of("/home/me/.local/state/arda"));
    assertThat(resolve(Map.of()).runtimeDirectory()).isEqualTo(Path.of("/tmp/arda-1000"));
    assertThat(resolve(plain).idleTimeout()).contains(Duration.ofHours(3));
    assertThat(resolve(plain).logFile())
        .isEqualTo(Path.of("/home/me/.local/state/arda/log/daemon.log"));
  }

  @Test
  void resolve_argumentsGiven_winOverTheEnvironment() throws Exception {
    var configuration =
        resolve(
            Map.of("ARDA_RUNTIME_DIR", "/a"),
            "--runtime-dir=/c/../d",
            "--state-dir",
            "/e",
            "--private",
            "--idle-timeout=5s");
    assertThat(configuration.runtimeDirectory()).isEqualTo(Path.of("/d"));
    assertThat(configuration.stateDirectory()).isEqualTo(Path.of("/e"));
    assertThat(configuration.isPrivate()).isTrue();
    assertThat(configuration.idleTimeout())
        .as("a private daemon ends with its client, not before")
        .isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({"500ms,500", "90s,90000", "15m,900000", "3h,10800000", "1d,86400000"})
  void parse_idleTimeout_takesUnits(String text, long milliseconds) throws Exception {
    assertThat(DaemonArguments.parse(List.of("--idle-timeout", text)).idleTimeout())
        .contains(Duration.ofMillis(milliseconds));
  }

  @Test
  void resolve_slowEvaluation_isASecondUnlessSaid() throws Exception {
    assertThat(slow()).isEqualTo(Duration.ofSeconds(1));
    assertThat(slow("--slow-evaluation", "250ms")).isEqualTo(Duration.ofMillis(250));
  }

  private static Duration slow(String... arguments) throws Exception {
    return DaemonConfiguration.resolve(
            DaemonArguments.parse(List.of(arguments)), Map.of("HOME", "/h"), 7)
        .slowEvaluation();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--idle-timeout",
        "--idle-timeout=",
        "--idle-timeout=0s",
        "--idle-timeout=-1s",
        "--idle-timeout=5",
        "--slow-evaluation=0s",
        "--runtime-dir=",
        "--private=yes",
        "--nonsense",
        "run"
      })
  void parse_wrongArguments_saysWhatAndHow(String argument) {
    var thrown =
        catchThrowableOfType(
            DaemonStartException.class, () -> DaemonArguments.parse(List.of(argument)));
    assertThat(thrown.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(thrown.getMessage())
        .contains(argument.replaceAll("=.*", ""))
        .contains("Usage: arda daemon run");
  }
}
