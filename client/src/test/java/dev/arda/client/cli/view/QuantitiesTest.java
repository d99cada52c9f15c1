package dev.arda.client.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuantitiesTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0.0s, 0s",
    "3249, 3.2s, 3s",
    "9949, 9.9s, 9s",
    "9950, 10s, 9s",
    "59999, 1m00s, 59s",
    "65000, 1m05s, 1m05s",
    "3599000, 59m59s, 59m59s",
    "3725000, 1h02m, 1h02m",
    "-5, 0.0s, 0s"
  })
  void durations(long millis, String precise, String coarse) {
    assertThat(Quantities.precise(Duration.ofMillis(millis))).isEqualTo(precise);
    assertThat(Quantities.coarse(Duration.ofMillis(millis))).isEqualTo(coarse);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1048575, 1.0 MiB",
    "47300000, 45.1 MiB",
    "9223372036854775807, 8.0 EiB"
  })
  void bytes(long bytes, String text) {
    assertThat(Quantities.bytes(bytes)).isEqualTo(text);
    assertThat(Quantities.bytesChange(bytes)).isEqualTo("+" + text);
  }
}
