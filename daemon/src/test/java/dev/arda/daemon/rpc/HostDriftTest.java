package dev.arda.daemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.system.deploy.HostStatuses;
import dev.arda.nix.system.deploy.TargetFacts;
import dev.arda.v1.HostDrift;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a host is what its flake says. Generation 3 is that, and a specialisation of it runs. */
class HostDriftTest {

  @ParameterizedTest
  @CsvSource({
    "/s/3, /s/3, HOST_DRIFT_NONE",
    "/s/3/night, /s/3, HOST_DRIFT_NONE",
    "/s/3/night, /s/2, HOST_DRIFT_PARTIAL",
    "/s/2, /s/3, HOST_DRIFT_PARTIAL",
    "/s/2/night, /s/3, HOST_DRIFT_PARTIAL",
    "/s/2, /s/2, HOST_DRIFT_OUTDATED",
  })
  void aSpecialisationThatRuns_countsForItsSystem(String runs, String boots, HostDrift drift) {
    var facts =
        new TargetFacts(
            Map.of(
                "current", List.of(runs),
                "profile", List.of(boots),
                "generation", List.of(generation(2, runs), generation(3, runs))));
    var status =
        new HostStatuses.Status(
            "web01", "web01", Optional.of(facts), Optional.of("/s/3"), Optional.empty());
    assertThat(HostTranslator.status(status, new ErrorMapper(Path.of("/log"))).getDrift())
        .isEqualTo(drift);
  }

  private static String generation(int number, String runs) {
    return "%d|1|/s/%d|25.05|6.12|night|%s|"
        .formatted(number, number, runs.startsWith("/s/" + number) ? "running" : "");
  }
}
