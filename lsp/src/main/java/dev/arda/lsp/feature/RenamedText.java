package dev.arda.lsp.feature;

import dev.arda.lsp.feature.References.Occurrence;
import dev.arda.lsp.feature.References.Subject;
import dev.arda.lsp.text.NixText;
import dev.arda.lsp.text.Token;
import dev.arda.lsp.text.TokenKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file in which a host or user gets another name.
 *
 * @param file its path in the flake
 * @param before what is written in it
 * @param edits what is replaced, in the order of the text
 * @param after what is written in it then
 */
public record RenamedText(Path file, NixText before, List<Edit> edits, NixText after) {

  /**
   * A part of a text that is replaced.
   *
   * @param start offset of its first character
   * @param end offset behind its last
   * @param text what is written instead
   * @param naming whether that has the new name in it: an inherited name is still a variable of the
   *     old one
   */
  public record Edit(int start, int end, String text, boolean naming) {

    /** Whether that is what stands there already. */
    public boolean isKept(NixText before) {
      return text.length() == end - start && before.text().startsWith(text, start);
    }
  }

  /** Copies the list. */
  public RenamedText {
    edits = List.copyOf(edits);
  }

  /**
   * Writes a name at the places where another is.
   *
   * @param places in the order in which they are replaced
   */
  static RenamedText of(
      Path file, NixText before, List<Occurrence> places, Subject subject, String name) {
    var edits = new ArrayList<Edit>();
    var text = new StringBuilder();
    int end = 0;
    for (var place : places) {
      var renamed = place.renamed();
      var written = renamed.text().apply(name);
      edits.add(
          new Edit(
              renamed.start(),
              renamed.end(),
              written,
              !written.equals(renamed.text().apply(subject.name()))));
      if (renamed.start() >= end) {
        text.append(before.text(), end, renamed.start()).append(written);
        end = renamed.end();
      }
    }
    text.append(before.text(), end, before.text().length());
    return new RenamedText(file, before, edits, NixText.of(text.toString()));
  }

  /** Where a place that is not replaced is then. */
  int moved(int offset) {
    int distance = 0;
    for (var edit : edits) {
      if (edit.end() <= offset) {
        distance += edit.text().length() - (edit.end() - edit.start());
      }
    }
    return offset + distance;
  }

  /** Where what replaces a part begins. */
  int start(Edit edit) {
    return moved(edit.end()) - edit.text().length();
  }

  /** Whether nothing between two places is replaced. */
  private boolean isKept(int start, int end) {
    return edits.stream().noneMatch(edit -> edit.start() < end && start < edit.end());
  }

  /** Why this cannot be written: it would be read as something else. Empty if it can. */
  Optional<String> fault() {
    for (int i = 1; i < edits.size(); i++) {
      if (edits.get(i).start() < edits.get(i - 1).end()) {
        return Optional.of(
            "the name is written twice at one place in "
                + Renaming.place(file, before, edits.get(i).start()));
      }
    }
    for (var edit : edits) {
      if (edit.text().isEmpty()) {
        return Optional.of(
            "that name cannot be written in " + Renaming.place(file, before, edit.start()));
      }
    }
    var tokens = after.tokens();
    int index = 0;
    for (var token : before.tokens()) {
      if (!isKept(token.start(), token.end())) {
        continue;
      }
      int start = moved(token.start());
      while (index < tokens.size() && tokens.get(index).end() <= start) {
        index++;
      }
      if (index == tokens.size() || !isSame(token, start, tokens.get(index))) {
        return Optional.of(
            "that name cannot be written in " + Renaming.place(file, before, token.start()));
      }
    }
    return Optional.empty();
  }

  private static boolean isSame(Token old, int start, Token now) {
    return old.kind() == now.kind()
        && (old.kind() == TokenKind.STRING_TEXT
            || (now.start() == start && now.end() - start == old.end() - old.start()));
  }
}
