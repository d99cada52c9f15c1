package dev.arda.client.cli;

import dev.arda.client.cli.view.Quantities;
import dev.arda.v1.Generation;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** Generations of a host, for a person. */
final class GenerationTable {

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", java.util.Locale.ROOT);

  /** As many characters of a revision tell it from others. */
  private static final int REVISION = 12;

  private GenerationTable() {}

  /** The heads of the columns behind the first. */
  static List<String> heads() {
    return List.of("", "GENERATION", "MADE", "VERSION", "KERNEL", "REVISION", "SPECIALISATIONS");
  }

  /**
   * Cells under the heads.
   *
   * @param first a cell before them
   */
  static List<String> row(String first, Generation generation) {
    var result = new ArrayList<String>();
    result.add(first);
    result.add(
        (generation.getCurrent() ? "*" : " ")
            + (generation.getRunning() ? ">" : " ")
            + (generation.getBooted() ? "^" : ""));
    result.add(Integer.toString(generation.getNumber()));
    result.add(made(generation));
    result.add(known(generation.getVersion()));
    result.add(known(generation.getKernel()));
    result.add(revision(generation));
    result.add(known(String.join(" ", generation.getSpecialisationsList())));
    return List.copyOf(result);
  }

  /** When it was made. */
  static String made(Generation generation) {
    return generation.hasMadeAt()
        ? DATE.format(Quantities.instant(generation.getMadeAt()).atZone(ZoneId.systemDefault()))
        : "-";
  }

  /** The revision of its configuration; whether it was dirty is told, too. */
  private static String revision(Generation generation) {
    var text = generation.getRevision();
    if (!text.matches("[0-9a-f]{40}(-dirty)?")) {
      return known(text);
    }
    return text.substring(0, REVISION) + text.substring(40);
  }

  /** One line that names it. */
  static String line(Generation generation) {
    var parts = new ArrayList<String>();
    parts.add("generation " + generation.getNumber());
    if (generation.hasMadeAt()) {
      parts.add(made(generation));
    }
    if (!generation.getVersion().isEmpty()) {
      parts.add(Style.safe(generation.getVersion()));
    }
    if (!generation.getKernel().isEmpty()) {
      parts.add("kernel " + Style.safe(generation.getKernel()));
    }
    if (!generation.getRevision().isEmpty()) {
      parts.add("revision " + Style.safe(revision(generation)));
    }
    return String.join(", ", parts);
  }

  private static String known(String text) {
    return text.isEmpty() ? "-" : text;
  }
}
