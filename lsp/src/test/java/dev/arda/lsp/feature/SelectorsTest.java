package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is written into selectors here, and what the daemon's printer writes, are held to the same
 * file: the daemon's {@code SelectorPrinterTest} reads it, too. The two share no code, since the
 * adapter knows the daemon by its protocol alone.
 */
class SelectorsTest {

  private static final Path VECTORS =
      Path.of("../daemon/src/test/resources/dev/arda/nix/flake/selector");

  static List<JsonObject> names() throws IOException {
    var rows = new ArrayList<JsonObject>();
    JsonParser.parseString(Files.readString(VECTORS.resolve("selector-names.json")))
        .getAsJsonArray()
        .forEach(row -> rows.add(row.getAsJsonObject()));
    return rows;
  }

  @ParameterizedTest
  @MethodSource("names")
  void names_areWrittenAsTheDaemonWritesThem(JsonObject row) {
    var name = row.get("name").getAsString();
    assertThat(Selectors.name(name)).isEqualTo(row.get("step").getAsString());
    assertThat("?" + Selectors.optionalName(name)).isEqualTo(row.get("optional").getAsString());
    assertThat("{" + Selectors.name(name) + "}").isEqualTo(row.get("entry").getAsString());
    assertThat("{?" + (name.isEmpty() ? "" : Selectors.name(name)) + "}")
        .isEqualTo(row.get("optionalEntry").getAsString());
  }

  @ParameterizedTest
  @MethodSource("names")
  void names_areReadAsTheyAreWritten(JsonObject row) {
    for (var form : List.of("step", "optional", "entry", "optionalEntry")) {
      var segment = Selectors.segments(row.get(form).getAsString()).getFirst();
      var name = segment.entries().isEmpty() ? segment : segment.entries().getFirst();
      assertThat(name.name()).as(form).isEqualTo(row.get("name").getAsString());
    }
  }
}
