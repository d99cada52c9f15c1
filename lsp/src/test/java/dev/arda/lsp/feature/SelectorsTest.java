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

  static List<JsonObject> texts() throws IOException {
    var rows = new ArrayList<JsonObject>();
    JsonParser.parseString(Files.readString(VECTORS.resolve("selector-vectors.json")))
        .getAsJsonObject()
        .getAsJsonArray("parse")
        .forEach(row -> rows.add(row.getAsJsonObject()));
    return rows;
  }

  @ParameterizedTest
  @MethodSource("texts")
  void faults_areThoseThatTheDaemonsParserFinds(JsonObject row) {
    var text = row.get("input").getAsString();
    var expected = row.getAsJsonObject(row.has("arda") ? "arda" : "python");
    var fault = SelectorSyntax.fault(text);
    assertThat(fault.isPresent()).as(text).isEqualTo(expected.has("error"));
    if (expected.has("offset")) {
      var found = fault.orElseThrow();
      assertThat(found.kind()).isEqualTo(expected.get("error").getAsString());
      assertThat(text.codePointCount(0, found.start()))
          .isEqualTo(expected.get("offset").getAsInt());
      assertThat(text.codePointCount(found.start(), found.end()))
          .isEqualTo(expected.get("length").getAsInt());
      assertThat(found.suggestion()).isEqualTo(expected.get("suggestion").getAsString());
      assertThat(SelectorSyntax.fault(repaired(text, found)).map(SelectorSyntax.Fault::kind))
          .isNotEqualTo(java.util.Optional.of(found.suggestion().isEmpty() ? "" : found.kind()));
    }
  }

  private static String repaired(String text, SelectorSyntax.Fault fault) {
    return text.substring(0, fault.start()) + fault.suggestion() + text.substring(fault.end());
  }
}
