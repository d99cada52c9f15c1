package dev.arda.nix.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.user.ApplyFixture.Request;
import dev.arda.nix.user.ApplyRequest.Engine;
import dev.arda.nix.user.ApplyRequest.Mode;
import dev.arda.nix.user.Collision.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Environments applied by {@code home-manager}: the whole argument lists, and what comes of them. A
 * stand-in does what the command is known to do, with the real Nix: it sets the profile, and then
 * activates.
 */
class HomeManagerTest {

  private static final String STAND_IN =
      """
      #!/bin/sh
      { printf 'home-manager'; for word; do printf ' [%s]' "$word"; done; echo; } >>SANDBOX/trace
      printf 'USER=%s HOME=%s LOGNAME=%s\\n' "$USER" "$HOME" "$LOGNAME" >>SANDBOX/variables
      dry= spec= back=
      while [ $# -gt 0 ]; do
        case $1 in
          -n) dry=1 ;;
          -b | --option) shift ;;
          --flake) flake=${2%#*} name=${2#*#}; shift ;;
          build | switch) command=$1 ;;
          --rollback) back=1 ;;
          -c) spec=$2; shift ;;
        esac
        shift
      done
      profile=$HOME/.local/state/nix/profiles/home-manager
      [ -z "${XDG_STATE_HOME-}" ] || profile=$XDG_STATE_HOME/nix/profiles/home-manager
      echo "Starting $command" >&2
      if [ -n "$back" ]; then
        nix-env --profile "$profile" --rollback && "$profile/activate" --driver-version 1
        exit
      fi
      nix build "$flake#homeConfigurations.\\"$name\\".activationPackage" --out-link result || exit 1
      [ "$command" = switch ] || exit 0
      [ -z "$dry" ] || { echo would activate; exit 0; }
      mkdir -p "$(dirname "$profile")"
      generation=$(readlink -f result)
      nix-env --profile "$profile" --set "$generation"
      "$generation${spec:+/specialisation/$spec}/activate" --driver-version 1
      """;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  /** For what is the same with every Nix. */
  static List<Path> program() {
    return programs().subList(0, 1);
  }

  private static ApplyFixture fixture(Path nix) {
    var fixture = new ApplyFixture(nix);
    var sandbox = fixture.users.sandbox;
    var program =
        sandbox.write("bin/home-manager", STAND_IN.replace("SANDBOX", sandbox.work().toString()));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    fixture.users.variables.put(
        "PATH", program.getParent() + ":" + sandbox.environment().get("PATH"));
    return fixture;
  }

  /** A flake that offers what nixpkgs does, with the stand-in for home-manager in it. */
  private static final String NIXPKGS =
      """
      { outputs = _: {
          legacyPackages.SYSTEM.home-manager = derivation {
            name = "home-manager-1"; system = "SYSTEM"; builder = "/bin/sh"; PATH = "/usr/bin:/bin";
            program = ./home-manager;
            args = [ "-ec" "mkdir -p $out/bin; cp $program $out/bin/home-manager; chmod +x $out/bin/home-manager" ];
          };
        }; }
      """;

  @ParameterizedTest
  @MethodSource("program")
  void apply_commandThatIsMissing_isHadFromNixpkgs(Path nix) throws IOException {
    try (var fixture = new ApplyFixture(nix)) {
      var sandbox = fixture.users.sandbox;
      sandbox.write("nixpkgs/home-manager", STAND_IN.replace("SANDBOX", sandbox.work().toString()));
      sandbox.write(
          "nixpkgs/flake.nix",
          NIXPKGS.replace(
              "SYSTEM",
              System.getProperty("os.arch", "").equals("aarch64")
                  ? "aarch64-linux"
                  : "x86_64-linux"));
      fixture.users.variables.put("ARDA_NIXPKGS", "path:" + sandbox.work().resolve("nixpkgs"));
      fixture.users.variables.put("PATH", "/usr/bin:/bin");

      var result = fixture.apply(request(fixture, "alice"));

      assertThat(result.failure()).isEmpty();
      assertThat(result.activated()).isTrue();
      assertThat(trace(fixture)).isEqualTo("home-manager [--flake] [/work/flake#alice] [switch]\n");
    }
  }

  private static Request request(ApplyFixture fixture, String name) {
    return fixture.request(name).engine(Engine.HOME_MANAGER);
  }

  private static String trace(ApplyFixture fixture) throws IOException {
    return Files.readString(fixture.users.sandbox.work().resolve("trace"))
        .replace(fixture.users.sandbox.work().toString(), "/work");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void apply_everyMode_isTheseCommands(Path nix) throws IOException {
    try (var fixture = fixture(nix)) {
      var built = fixture.apply(request(fixture, "alice").mode(Mode.BUILD));
      assertThat(built.failure()).isEmpty();
      assertThat(built.activated()).isFalse();

      var planned = fixture.apply(request(fixture, "alice").mode(Mode.DRY_RUN));
      assertThat(planned.failure()).isEmpty();
      assertThat(planned.storePath()).isEqualTo(built.storePath());
      assertThat(fixture.state().generations()).isEmpty();

      var first = fixture.apply(request(fixture, "alice"));
      assertThat(first.failure()).isEmpty();
      assertThat(first.activated()).isTrue();
      assertThat(first.generation()).hasValue(1);
      assertThat(first.reused()).isFalse();
      assertThat(first.storePath()).isEqualTo(built.storePath());
      assertThat(fixture.home(".profile")).hasContent("p");
      assertThat(fixture.listener.printed)
          .contains("Starting switch", "Activating linkGeneration", "would activate");

      assertThat(fixture.apply(request(fixture, "alice")).reused()).isTrue();
      assertThat(fixture.apply(request(fixture, "alice2").policy(Policy.BACK_UP)).generation())
          .hasValue(2);
      var back = fixture.apply(request(fixture, "alice2").rollback(0));
      assertThat(back.failure()).isEmpty();
      assertThat(back.generation()).hasValue(1);
      assertThat(fixture.home(".config/demo.conf")).hasContent("one");
      assertThat(fixture.apply(request(fixture, "spec").specialisation("night")).failure())
          .isEmpty();
      assertThat(fixture.home(".base")).hasContent("night");

      assertThat(trace(fixture))
          .isEqualTo(
              """
              home-manager [--flake] [/work/flake#alice] [build]
              home-manager [-n] [--flake] [/work/flake#alice] [switch]
              home-manager [--flake] [/work/flake#alice] [switch]
              home-manager [--flake] [/work/flake#alice] [switch]
              home-manager [-b] [old] [--flake] [/work/flake#alice2] [switch]
              home-manager [--flake] [/work/flake#alice2] [switch] [--rollback]
              home-manager [--flake] [/work/flake#spec] [switch] [-c] [night]
              """);
      var self = System.getProperty("user.name");
      assertThat(Files.readAllLines(fixture.users.sandbox.work().resolve("variables")))
          .containsOnly("USER=%s HOME=%s LOGNAME=%s".formatted(self, fixture.home(""), self));
    }
  }

  @ParameterizedTest
  @MethodSource("program")
  void apply_activationFails_saysThatNothingIsPutBack(Path nix) {
    try (var fixture = fixture(nix)) {
      assertThat(fixture.apply(request(fixture, "alice")).failure()).isEmpty();

      var failed = fixture.apply(request(fixture, "failing"));

      assertThat(failed.failure().orElseThrow().reason()).isEqualTo(Reason.USER_ACTIVATION_FAILED);
      assertThat(failed.failure().orElseThrow())
          .hasMessageContaining("exit code 9")
          .hasMessageContaining("(it was 1)")
          .hasMessageContaining("last words");
      assertThat(failed.generation()).hasValue(2);
      assertThat(failed.activated()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("program")
  void apply_whatItCannotDo_isRefusedBeforeAnythingRuns(Path nix) {
    try (var fixture = fixture(nix)) {
      for (var request :
          List.of(
              request(fixture, "alice").policy(Policy.OVERWRITE),
              request(fixture, "alice").policies(Map.of(".x", Policy.BACK_UP)),
              request(fixture, "alice").rollback(3),
              request(fixture, "alice")
                  .place(
                      new Place(
                          dev.arda.nix.remote.SshTarget.parse("web01"),
                          false,
                          List.of(),
                          false)))) {
        var failure = catchThrowableOfType(NixException.class, () -> fixture.apply(request));
        assertThat(failure.reason()).isEqualTo(Reason.REQUEST_INVALID);
        assertThat(failure).hasMessageContaining("--engine native");
      }
      assertThat(fixture.apply(request(fixture, "stranger")).failure()).isPresent();
      assertThat(fixture.users.sandbox.work().resolve("trace")).doesNotExist();
    }
  }
}
