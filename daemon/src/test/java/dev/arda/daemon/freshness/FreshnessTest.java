package dev.arda.daemon.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.testing.NixSandbox;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A write that has finished is seen by the next question, through the real daemon and Nix. */
final class FreshnessTest {

  private static final int TRIALS = 60;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_afterAWrite_seesIt(Path nix) throws Exception {
    long seed = Long.getLong("arda.test.seed", new Random().nextLong());
    assertThat(FreshnessTrialMain.run(nix, TRIALS, seed)).isZero();
  }
}
