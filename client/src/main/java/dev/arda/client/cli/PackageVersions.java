package dev.arda.client.cli;

import dev.arda.v1.PackageChange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Says in a few words what became of the versions of a package. */
final class PackageVersions {

  private final String arrow;

  PackageVersions(Console console) {
    this.arrow = console.unicode() ? " → " : " -> ";
  }

  /** For example {@code 1.0 → 1.1}; versions that stay are not named, unless all do. */
  String of(PackageChange change) {
    var before = new ArrayList<>(change.getVersionsBeforeList());
    var after = new ArrayList<>(change.getVersionsAfterList());
    if (before.isEmpty()) {
      return "new" + named(after);
    }
    if (after.isEmpty()) {
      return "gone" + named(before);
    }
    if (before.equals(after)) {
      return (list(before) + " built anew").strip();
    }
    before.removeAll(change.getVersionsAfterList());
    after.removeAll(change.getVersionsBeforeList());
    return or(list(before), "(none)") + arrow + or(list(after), "(none)");
  }

  private static String named(List<String> versions) {
    var list = list(versions);
    return list.isEmpty() ? "" : " " + list;
  }

  /** Empty where the only version has no name. */
  private static String list(List<String> versions) {
    return versions.equals(List.of(""))
        ? ""
        : versions.stream()
            .map(version -> or(Style.safe(version), "(no version)"))
            .collect(Collectors.joining(", "));
  }

  private static String or(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }
}
