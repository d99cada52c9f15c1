package dev.arda.nix.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.NixOptions.InputOverride;
import dev.arda.nix.types.NixOptions.Setting;
import dev.arda.nix.types.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The whole argument list of every builder. */
class FlakeCommandsTest {

  private static final NixCapabilities OLD =
      new NixCapabilities(false, false, true, false, false, false);
  private static final NixCapabilities NEW =
      new NixCapabilities(true, true, true, true, true, true);
  private static final NixOptions ALL =
      new NixOptions(
          List.of(new Setting("cores", "2")),
          List.of(new InputOverride("a", "path:/n")),
          true,
          true,
          true,
          true,
          Optional.empty(),
          false,
          false);
  private static final String OPTIONS =
      "--option cores 2 --impure --offline --refresh --override-input a path:/n";

  private static FlakeCommands commands(NixCapabilities capabilities, NixOptions options) {
    return new FlakeCommands(
        new NixCommands(
            new NixPrograms(Path.of("/bin/nix"), Map.of()),
            () -> capabilities,
            options,
            NixVariables.of(Map.of()),
            Optional.of(Path.of("/test"))));
  }

  private static List<String> nix(String... rest) {
    var result =
        new ArrayList<>(List.of("/bin/nix", "--extra-experimental-features", "nix-command flakes"));
    Stream.of(rest).flatMap(part -> Stream.of(part.split(" ", -1))).forEach(result::add);
    result.addAll(List.of("--store", "/test"));
    return result;
  }

  @Test
  void update_everyForm() {
    assertThat(commands(NEW, NixOptions.NONE).update("/f", List.of()))
        .isEqualTo(nix("flake update --flake /f"));
    assertThat(commands(NEW, ALL).update("/f", List.of("nixpkgs", "a/b")))
        .isEqualTo(nix("flake update --show-trace", OPTIONS, "--flake /f nixpkgs a/b"));
    assertThat(commands(OLD, NixOptions.NONE).update("/f", List.of()))
        .isEqualTo(nix("flake update /f"));
    assertThat(commands(OLD, ALL).update("/f", List.of("nixpkgs", "a/b")))
        .isEqualTo(
            nix(
                "flake lock --show-trace",
                OPTIONS,
                "--update-input nixpkgs --update-input a/b /f"));
  }

  @Test
  void lock_everyForm() {
    assertThat(commands(NEW, NixOptions.NONE).lock("/f")).isEqualTo(nix("flake lock /f"));
    assertThat(commands(OLD, ALL).lock("/f"))
        .isEqualTo(nix("flake lock --show-trace", OPTIONS, "/f"));
  }

  @Test
  void check_everyForm() {
    assertThat(commands(NEW, NixOptions.NONE).check("/f", true, false))
        .isEqualTo(nix("flake check --keep-going --show-trace /f"));
    assertThat(commands(NEW, ALL).check("/f", false, true))
        .isEqualTo(
            nix("flake check --keep-going --show-trace --no-build --all-systems", OPTIONS, "/f"));
    assertThat(commands(OLD, NixOptions.NONE).check("/f", false, true))
        .isEqualTo(nix("flake check --keep-going --show-trace --no-build /f"));
  }

  @Test
  void names_thatAreNot_neverReachTheCommandLine() {
    for (var name : List.of("", "-x", "--help", "a b", "a\nb", "/a", "$(x)")) {
      assertThatThrownBy(() -> commands(NEW, NixOptions.NONE).update("/f", List.of("ok", name)))
          .as(name)
          .isInstanceOfSatisfying(
              FlakeException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.FLAKE_INPUT_MISSING));
    }
    assertThatThrownBy(() -> commands(NEW, NixOptions.NONE).lock("--help"))
        .isInstanceOf(FlakeException.class);
  }
}
