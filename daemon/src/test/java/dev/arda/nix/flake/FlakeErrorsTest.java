package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.NixErrors;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.Reason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlakeErrorsTest {

  private static final String SAID =
      "error: unable to download 'https://host.example/x': Couldn't resolve host name (6)";

  @ParameterizedTest
  @CsvSource({"web, true", "nixpkgs/unstable, true", "github:o/r, false", "path:/a, false"})
  void locking_whatCannotBeFetched_saysWhereANameIsLookedUp(String text, boolean name) {
    var failure = FlakeErrors.locking(FlakeRef.of(text), NixErrors.read(SAID));

    assertThat(failure.reason()).isEqualTo(Reason.FLAKE_FETCH_FAILED);
    assertThat(failure)
        .hasMessage(
            "cannot fetch %s%s: unable to download 'https://host.example/x': Couldn't resolve host name (6)"
                .formatted(
                    text,
                    name
                        ? ", which is no directory with a flake.nix, from the flake registry"
                        : ""));
  }
}
