package dev.arda.bench;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The one table, and what it was measured on. Of one thread. */
final class Report {

  private final Map<String, String> circumstances = new LinkedHashMap<>();
  private final List<Row> rows = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final PrintStream progress;

  /**
   * An empty table.
   *
   * @param progress where to say what is being done
   */
  Report(PrintStream progress) {
    this.progress = progress;
  }

  /** Something that must be known to read the table. */
  void circumstance(String name, String value) {
    circumstances.put(name, value);
  }

  void add(Row row) {
    rows.add(row);
    progress.println(row.markdown());
  }

  /** A section that could not be measured to its end; it is part of the table's text. */
  void failed(String what, Exception why) {
    failures.add(what + ": " + why);
    progress.println("FAILED " + what + ": " + why);
  }

  void say(String what) {
    progress.println("… " + what);
  }

  boolean complete() {
    return failures.isEmpty();
  }

  void print(PrintStream out) {
    circumstances.forEach((name, value) -> out.println("* " + name + ": " + value));
    out.println();
    out.println("| # | what (medians) | Nix | arda | against | target | |");
    out.println("|---|---|---|---|---|---|---|");
    rows.stream().map(Row::markdown).forEach(out::println);
    failures.forEach(failure -> out.println("\nnot measured: " + failure));
  }

  void write(Path file) throws IOException {
    try (JsonGenerator json =
        JsonFactory.builder().build().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeObjectFieldStart("circumstances");
      for (var entry : circumstances.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("rows");
      for (Row row : rows) {
        json.writeStartObject();
        json.writeNumberField("section", row.section());
        json.writeStringField("what", row.what());
        json.writeStringField("nix", row.nix());
        json.writeStringField("arda", row.arda());
        json.writeStringField("against", row.against());
        json.writeNumberField("value", row.value());
        if (row.limit() != Double.POSITIVE_INFINITY) {
          json.writeNumberField("limit", row.limit());
        }
        json.writeStringField("verdict", row.verdict());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("failures");
      for (String failure : failures) {
        json.writeString(failure);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }
}
