package dev.arda.nix.system.source;

import dev.arda.nix.system.source.NixOutline.Entry;
import dev.arda.nix.system.source.NixOutline.SetText;
import dev.arda.nix.system.source.NixTokens.UnreadableException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The text of a {@code flake.nix}, with what names hosts in it.
 *
 * @param text all of it
 * @param outline its sets
 */
record FlakeText(String text, NixOutline outline) {

  /** The sets that may name hosts, by the names that lead to them. */
  static final List<List<String>> PLACES =
      List.of(
          List.of("nixosConfigurations"),
          List.of("darwinConfigurations"),
          List.of("clan", "core", "machines"),
          List.of("clan", "machines"),
          List.of("clan", "inventory", "machines"),
          List.of("inventory", "machines"));

  /** What can stand around a place without it being something else than the flake's. */
  private static final Set<String> AROUND = Set.of(NixOutline.WITHIN, "outputs", "flake", "clan");

  /** Outputs of a flake that are never hosts, whatever is called so in them. */
  private static final Set<String> OTHER_OUTPUTS =
      Set.of(
          "apps",
          "bundlers",
          "checks",
          "defaultPackage",
          "devShell",
          "devShells",
          "formatter",
          "homeConfigurations",
          "hydraJobs",
          "legacyPackages",
          "nixosModules",
          "overlay",
          "overlays",
          "packages",
          "templates");

  /**
   * An entry that names a host.
   *
   * @param name of the host
   * @param value the text of its value
   */
  record Neighbour(String name, String value) {}

  /**
   * A piece of text that was taken out.
   *
   * @param line where it began, from 1
   * @param text without blanks around it
   */
  record Cut(int line, String text) {}

  /**
   * A text without some of its entries.
   *
   * @param text what is left
   * @param blanked the same, with blanks in place of what is gone: its lines are where they were
   * @param cuts what is gone
   */
  record Shortened(String text, String blanked, List<Cut> cuts) {
    /** Copies the list. */
    Shortened {
      cuts = List.copyOf(cuts);
    }
  }

  /**
   * Reads a text.
   *
   * @throws UnreadableException as {@link NixOutline#of}
   */
  static FlakeText of(String text) throws UnreadableException {
    return new FlakeText(text, NixOutline.of(text));
  }

  /** The entries of a place that is written down once, in the order of the text. */
  List<Neighbour> neighbours(List<String> place) {
    return named(place).stream()
        .map(entry ->
            new Neighbour(
                entry.path().getLast(), text.substring(entry.valueFrom(), entry.valueTo())))
        .filter(one -> !one.name().equals(NixOutline.COMPUTED))
        .toList();
  }

  private List<Entry> named(List<String> place) {
    return certain(
        outline.sets().stream()
            .flatMap(set -> set.entries().stream())
            .filter(entry -> entry.path().size() > place.size())
            .filter(entry ->
                NixOutline.endsWith(entry.path().subList(0, entry.path().size() - 1), place))
            .sorted(Comparator.comparingInt(Entry::from))
            .toList(),
        Entry::path,
        place);
  }

  /** Those of what stands at a place that are surely the flake's; if none is, all that may be. */
  private static <T> List<T> certain(
      List<T> found, Function<T, List<String>> path, List<String> place) {
    var possible =
        found.stream()
            .filter(one -> around(path.apply(one), place).noneMatch(OTHER_OUTPUTS::contains))
            .toList();
    var certain =
        possible.stream()
            .filter(one -> around(path.apply(one), place).allMatch(AROUND::contains))
            .toList();
    return certain.isEmpty() ? possible : certain;
  }

  /** The names that lead to a place. */
  private static Stream<String> around(List<String> path, List<String> place) {
    return path.subList(0, Collections.indexOfSubList(path, place)).stream();
  }

  /**
   * The text with one more host at a place; empty: there is no such place, or more than one.
   *
   * @param value its value, an expression
   */
  Optional<String> plus(List<String> place, String name, String value) {
    var sets =
        certain(
            outline.sets().stream().filter(set -> NixOutline.endsWith(set.path(), place)).toList(),
            SetText::path,
            place);
    if (sets.size() > 1) {
      return Optional.empty();
    }
    var entry = NixText.attribute(name) + " = " + value + ";";
    if (sets.size() == 1) {
      var set = sets.getFirst();
      return Optional.of(
          set.entries().isEmpty() ? intoEmpty(set, entry) : behind(set.entries().getLast(), entry));
    }
    var last = named(place).stream().reduce((_, second) -> second);
    return last.flatMap(before ->
        setOf(before)
            .map(set -> {
              var names = before.path().subList(set.path().size(), before.path().size() - 1);
              var prefix = new StringBuilder();
              names.forEach(step -> prefix.append(NixText.attribute(step)).append('.'));
              return behind(before, prefix + entry);
            }));
  }

  private Optional<SetText> setOf(Entry entry) {
    return outline.sets().stream().filter(set -> set.entries().contains(entry)).findFirst();
  }

  private String intoEmpty(SetText set, String entry) {
    var outer = indentation(set.open());
    var inside = text.substring(set.open(), set.close());
    if (inside.isBlank()) {
      return text.substring(0, set.open())
          + lineBreak()
          + outer
          + "  "
          + entry
          + lineBreak()
          + outer
          + text.substring(set.close());
    }
    // Something is inherited into it, or only a comment is in it.
    int end = lineEnd(set.open());
    boolean ownLine = text.substring(set.open(), end).isBlank();
    return text.substring(0, set.open())
        + (ownLine ? lineBreak() + indentation(nextLine(end)) : " ")
        + entry
        + text.substring(set.open());
  }

  private String behind(Entry before, String entry) {
    boolean ownLine = text.substring(lineStart(before.from()), before.from()).isBlank();
    int lineEnd = lineEnd(before.to());
    if (ownLine && text.substring(before.to(), lineEnd).matches("[ \t]*(#.*)?")) {
      return text.substring(0, lineEnd)
          + lineBreak()
          + indentation(before.from())
          + entry
          + text.substring(lineEnd);
    }
    return text.substring(0, before.to()) + " " + entry + text.substring(before.to());
  }

  /** The text without all entries that name a host. */
  Shortened minus(String name) {
    var cuts = new ArrayList<>(entries(name));
    cuts.sort(Comparator.comparingInt(Entry::from).reversed());
    var result = new StringBuilder(text);
    var blanked = new StringBuilder(text);
    var told = new ArrayList<Cut>();
    for (var entry : cuts) {
      told.addFirst(
          new Cut(
              (int) text.substring(0, entry.from()).chars().filter(c -> c == '\n').count() + 1,
              text.substring(entry.from(), entry.to())));
      int from = lineStart(entry.from());
      int to = lineEnd(entry.to());
      if (text.substring(from, entry.from()).isBlank()
          && text.substring(entry.to(), to).matches("[ \t]*(#.*)?")) {
        result.delete(from, nextLine(to));
        blank(blanked, from, to);
      } else {
        int blanks = entry.from();
        while (blanks > 0 && " \t".indexOf(text.charAt(blanks - 1)) >= 0) {
          blanks--;
        }
        result.delete(blanks, entry.to());
        blank(blanked, entry.from(), entry.to());
      }
    }
    return new Shortened(result.toString(), blanked.toString(), told);
  }

  /** The entries that name a host, as a whole. */
  private Set<Entry> entries(String name) {
    var result = new LinkedHashSet<Entry>();
    for (var place : PLACES) {
      var path = plus(place, name);
      var found = new ArrayList<Entry>();
      for (var set : outline.sets()) {
        for (var entry : set.entries()) {
          if (NixOutline.contains(entry.path(), path) && !NixOutline.contains(set.path(), path)) {
            found.add(entry);
          }
        }
      }
      result.addAll(certain(found, Entry::path, place));
    }
    return result;
  }

  private static void blank(StringBuilder text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '\n' && text.charAt(i) != '\r') {
        text.setCharAt(i, ' ');
      }
    }
  }

  private static List<String> plus(List<String> place, String name) {
    var result = new ArrayList<>(place);
    result.add(name);
    return result;
  }

  /** Whether a name stands anywhere, outside of strings and comments. */
  boolean knows(String name) {
    return outline.tokens().stream().anyMatch(token -> token.is(name));
  }

  /** Whether some function takes an argument of a name from a set. */
  boolean takes(String name) {
    var tokens = outline.tokens();
    for (int i = 1; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).is(name)
          && (tokens.get(i - 1).is("{") || tokens.get(i - 1).is(","))
          && (tokens.get(i + 1).is(",")
              || tokens.get(i + 1).is("}")
              || tokens.get(i + 1).is("?"))) {
        return true;
      }
    }
    return false;
  }

  private int lineStart(int offset) {
    return text.lastIndexOf('\n', offset - 1) + 1;
  }

  private int lineEnd(int offset) {
    int end = text.indexOf('\n', offset);
    return end < 0 ? text.length() : end > offset && text.charAt(end - 1) == '\r' ? end - 1 : end;
  }

  private int nextLine(int offset) {
    int end = text.indexOf('\n', offset);
    return end < 0 ? text.length() : end + 1;
  }

  /** How lines end. */
  private String lineBreak() {
    return text.contains("\r\n") ? "\r\n" : "\n";
  }

  private String indentation(int offset) {
    int start = lineStart(offset);
    int end = start;
    while (end < text.length() && " \t".indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    return text.substring(start, end);
  }
}
