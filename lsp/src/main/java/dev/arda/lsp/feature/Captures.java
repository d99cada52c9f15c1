package dev.arda.lsp.feature;

import dev.arda.lsp.feature.References.Occurrence;
import dev.arda.lsp.feature.References.Subject;
import dev.arda.lsp.text.LexicalScope;
import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares what names mean before and after a renaming: the new name is to mean the host where the
 * old one did, and nowhere else.
 */
final class Captures {

  private final Subject subject;
  private final String name;
  private final Map<Path, RenamedText> files;
  private final Scope after;

  private Captures(Scope scope, Subject subject, String name, Map<Path, RenamedText> files) {
    this.subject = subject;
    this.name = name;
    this.files = files;
    this.after = after(scope, files);
  }

  private static Scope after(Scope scope, Map<Path, RenamedText> files) {
    var here = files.get(scope.path());
    return new Scope(
        here == null ? scope.text() : here.after(),
        scope.path(),
        scope.view(),
        file -> {
          var renamed = files.get(file);
          return renamed == null ? scope.files().apply(file) : Optional.of(renamed.after());
        });
  }

  /** The first name that would mean something else; empty if there is none. */
  static Optional<String> of(
      Scope scope, Subject subject, String name, Map<Path, RenamedText> files) {
    var captures = new Captures(scope, subject, name, files);
    var found =
        References.of(captures.after, new Subject(subject.kind(), name, subject.start(), 0));
    for (var part : FlakeFiles.all(scope)) {
      var here = found.stream().filter(one -> one.file().equals(part.file())).toList();
      var refusal = captures.in(part.file(), part.text(), here);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }

  private Optional<String> in(Path file, NixText before, List<Occurrence> found) {
    var renamed = files.get(file);
    if (renamed == null) {
      return found.stream().findFirst().map(one -> captured(file, before, one.start()));
    }
    for (var edit : renamed.edits()) {
      int start = renamed.start(edit);
      int end = start + edit.text().length();
      boolean isFound = found.stream().anyMatch(one -> start <= one.start() && one.end() <= end);
      if (edit.naming() && !isFound) {
        return Optional.of(
            "'%s' would not mean this %s in %s"
                .formatted(
                    name, subject.kind().word(), Renaming.place(file, before, edit.start())));
      }
    }
    return found.stream()
        .filter(one ->
            renamed.edits().stream()
                .noneMatch(edit ->
                    renamed.start(edit) <= one.start()
                        && one.end() <= renamed.start(edit) + edit.text().length()))
        .findFirst()
        .map(one -> captured(file, renamed.after(), one.start()))
        .or(() -> bound(file, renamed, name))
        .or(() -> bound(file, renamed, subject.name()));
  }

  private String captured(Path file, NixText text, int offset) {
    return "'%s' in %s would mean this %s then"
        .formatted(name, Renaming.place(file, text, offset), subject.kind().word());
  }

  /** A variable that something else binds then. */
  private Optional<String> bound(Path file, RenamedText renamed, String variable) {
    var before = renamed.before();
    for (int use : before.variables(variable)) {
      if (renamed.edits().stream()
          .anyMatch(edit -> edit.naming() && edit.start() <= use && use < edit.end())) {
        continue;
      }
      var once = before.binder(variable, use);
      var now = renamed.after().binder(variable, renamed.moved(use));
      boolean same =
          once.isPresent() == now.isPresent()
              && once.map(LexicalScope::form).equals(now.map(LexicalScope::form))
              && once.map(one -> renamed.moved(one.start())).equals(now.map(LexicalScope::start));
      if (!same) {
        return Optional.of(
            "'%s' in %s would mean something else then"
                .formatted(variable, Renaming.place(file, before, use)));
      }
    }
    return Optional.empty();
  }
}
