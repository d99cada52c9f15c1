package dev.arda.client.cli;

import dev.arda.client.cli.view.Quantities;
import dev.arda.v1.BuildTargetOutcome;
import dev.arda.v1.PackageChange;
import java.util.List;

/** Prints what differs between two closures, as a table. */
final class DiffTable {

  private final Console console;
  private final PackageVersions versions;

  DiffTable(Console console) {
    this.console = console;
    this.versions = new PackageVersions(console);
  }

  /**
   * Prints the packages that differ, with their versions and sizes, and the size of the closure.
   *
   * @param before the path that is compared with
   */
  void print(BuildTargetOutcome target, String before) {
    console.message(text(target, before, console.style()));
  }

  /** Prints the same where results go. */
  void printResult(BuildTargetOutcome target, String before) {
    console.out().text(text(target, before, console.outStyle()) + "\n");
  }

  private String text(BuildTargetOutcome target, String before, Style style) {
    var text = new StringBuilder();
    text.append(
        style.strong("%s against %s".formatted(Style.safe(target.getLabel()), Style.safe(before))));
    var changes = target.getChangesList();
    int names = widest(changes.stream().map(DiffTable::name).toList());
    int columns = widest(changes.stream().map(versions::of).toList());
    int sizes = widest(changes.stream().map(DiffTable::size).toList());
    for (var change : changes) {
      var size = size(change);
      text.append("\n  ").append(padded(name(change), names)).append("  ");
      text.append(size.isEmpty() ? versions.of(change) : padded(versions.of(change), columns));
      if (!size.isEmpty()) {
        text.append("  ").append(" ".repeat(sizes - size.length())).append(style.faint(size));
      }
    }
    if (changes.isEmpty()) {
      text.append("\n  the same packages");
    }
    var change = Quantities.bytesChange(target.getClosureBytesChange());
    text.append("\n  closure: ");
    text.append(
        target.getClosureBytes() == 0 // not known
            ? change
            : "%s (%s)".formatted(Quantities.bytes(target.getClosureBytes()), change));
    return text.toString();
  }

  private static String name(PackageChange change) {
    return Style.safe(change.getPackage());
  }

  private static String size(PackageChange change) {
    return change.getBytesChange() == 0 ? "" : Quantities.bytesChange(change.getBytesChange());
  }

  private static int widest(List<String> texts) {
    return texts.stream().mapToInt(CharacterWidth::of).max().orElse(0);
  }

  private static String padded(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - CharacterWidth.of(text)));
  }
}
