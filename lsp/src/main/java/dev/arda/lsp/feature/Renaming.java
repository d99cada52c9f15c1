package dev.arda.lsp.feature;

import dev.arda.lsp.feature.References.Occurrence;
import dev.arda.lsp.feature.References.Subject;
import dev.arda.lsp.text.LineIndex.Encoding;
import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of a flake's files when a host or user has another name: either the same flake with
 * that name, or nothing. What would be written is read again before it is: see {@link RenamedText}
 * for its syntax, {@link Captures} for what names mean then, and {@link RemainingNames} for what
 * would still have the old one.
 *
 * @param files those that change
 * @param refusal why nothing can be changed, a sentence; empty if it can
 */
public record Renaming(List<RenamedText> files, Optional<String> refusal) {

  /** Copies the list. */
  public Renaming {
    files = List.copyOf(files);
  }

  private static Renaming refused(String why) {
    return new Renaming(List.of(), Optional.of(why));
  }

  /**
   * Why something cannot have another name, whichever.
   *
   * @return a sentence; empty if it can
   */
  public static Optional<String> refusal(Scope scope, Subject subject) {
    return HostDefinitions.of(scope, subject)
        .refusal()
        .or(() -> RemainingNames.of(scope, subject, References.of(scope, subject)));
  }

  /** Gives something, which can have another name, this one. */
  public static Renaming of(Scope scope, Subject subject, String name) {
    var what = subject.kind().word();
    if (name.isBlank() || name.chars().anyMatch(Character::isISOControl)) {
      return refused("a %s needs a name of visible characters".formatted(what));
    }
    if (name.equals(subject.name())) {
      return new Renaming(List.of(), Optional.empty());
    }
    if (References.isKnown(scope, subject.kind(), name)) {
      return refused("the flake has a %s '%s' already".formatted(what, name));
    }
    var occurrences = References.of(scope, subject);
    Map<Path, RenamedText> files = new LinkedHashMap<>();
    for (var part : FlakeFiles.all(scope)) {
      var here =
          occurrences.stream()
              .filter(one -> one.file().equals(part.file()))
              .sorted(Comparator.comparingInt((Occurrence one) -> one.renamed().start()))
              .toList();
      if (!here.isEmpty()) {
        files.put(part.file(), RenamedText.of(part.file(), part.text(), here, subject, name));
      }
    }
    var refusal =
        files.values().stream()
            .flatMap(file -> file.fault().stream())
            .findFirst()
            .or(() -> Captures.of(scope, subject, name, files));
    return new Renaming(refusal.isPresent() ? List.of() : List.copyOf(files.values()), refusal);
  }

  /** A place as a person finds it: {@code flake.nix:12}. */
  static String place(Path file, NixText text, int offset) {
    int line = text.lines().place(offset, Encoding.UTF_16).line();
    return file + ":" + (line + 1);
  }
}
