package dev.arda.lsp.feature;

import dev.arda.lsp.feature.Selectors.Segment;
import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.CursorContext;
import dev.arda.lsp.text.CursorContext.StringAtCursor;
import dev.arda.lsp.text.StringContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Finds out what is named in a string: by a selector, by a reference to the flake, or plainly.
 * Places are indices into what the string says.
 */
final class StringPlaces {

  /** Outputs with which a string that begins so is taken for a selector. */
  private static final Set<String> OUTPUTS =
      Set.of(
          "nixosConfigurations",
          "darwinConfigurations",
          "homeConfigurations",
          "packages",
          "legacyPackages",
          "devShells",
          "checks",
          "clan",
          "clanInternals");

  /** Functions whose argument is a selector. */
  private static final Set<String> SELECTING =
      Set.of("select", "selectMachine", "selectUser", "mkSelect", "precache");

  /** References to the flake that the text belongs to. */
  private static final Pattern OWN_FLAKE =
      Pattern.compile("(?:^|[\\s=])(?:\\.|path:\\.?|path:\\./|git\\+file:\\.)?#");

  private static final Pattern COMMAND =
      Pattern.compile("(?:^|[\\s;&|(])(?:arda|clan)\\s+(?:-\\S+\\s+)*(?:eval|select)\\s");

  private StringPlaces() {}

  static Optional<Place> at(CursorContext context, StringAtCursor string) {
    var text = string.content().text();
    int index = Math.min(string.index(), text.length());
    return Optional.<Place>empty()
        .or(() -> reference(text, index))
        .or(() -> command(text, index))
        .or(() ->
            applied(string) || isOutput(text)
                ? attribute(text, 0, text.length(), index)
                : Optional.empty())
        .or(() -> plain(context, text, index));
  }

  private static boolean applied(StringAtCursor string) {
    var functions = string.application();
    return functions.stream()
        .limit(2)
        .anyMatch(path ->
            path.getLast() instanceof AttrName.Static name && SELECTING.contains(name.name()));
  }

  private static boolean isOutput(String text) {
    int dot = text.indexOf('.');
    return dot > 0 && OUTPUTS.contains(text.substring(0, dot)) && text.indexOf(' ') < 0;
  }

  /** {@code ".#web01"}, also as one word of several. */
  private static Optional<Place> reference(String text, int index) {
    var matcher = OWN_FLAKE.matcher(text);
    int from = -1;
    while (matcher.find() && matcher.end() <= index) {
      from = matcher.end();
    }
    if (from < 0) {
      return Optional.empty();
    }
    int end = wordEnd(text, from);
    if (index > end) {
      return Optional.empty();
    }
    var word = text.substring(from, end);
    if (word.indexOf('.') >= 0 && !word.startsWith("\"")) {
      return attribute(text, from, end, index);
    }
    return Optional.of(
        new Place.Named(
            Kind.OUTPUT,
            false,
            unquoted(text.substring(from, index)),
            unquoted(word),
            from,
            end,
            Selectors::name));
  }

  private static String unquoted(String word) {
    return word.replace("\"", "");
  }

  /** {@code "arda eval nixosConfigurations.*.config"}. */
  private static Optional<Place> command(String text, int index) {
    var matcher = COMMAND.matcher(text);
    int from = -1;
    while (matcher.find() && matcher.end() <= index) {
      from = matcher.end();
    }
    if (from < 0) {
      return Optional.empty();
    }
    int start = from;
    int end = wordEnd(text, start);
    while (end < index) {
      start = end + 1;
      end = wordEnd(text, start);
    }
    while (start < index && (text.charAt(start) == '\'' || text.charAt(start) == ' ')) {
      start++;
    }
    return start < text.length() && text.charAt(start) == '-'
        ? Optional.empty()
        : attribute(text, start, end, index);
  }

  private static int wordEnd(String text, int from) {
    int end = from;
    while (end < text.length() && " \t\n\r'".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  /** A selector in a part of the text. */
  private static Optional<Place> attribute(String text, int from, int to, int index) {
    var selector = text.substring(from, to);
    int cursor = index - from;
    var below = new ArrayList<String>();
    for (var segment : Selectors.segments(selector)) {
      if (cursor <= segment.end()) {
        return cursor < segment.start()
            ? Optional.empty()
            : segment(selector, from, cursor, segment, below);
      }
      below.add(step(segment));
    }
    return Optional.empty();
  }

  /** What a segment adds to the names that lead to a value. */
  static String step(Segment segment) {
    return segment.kind() == Selectors.Kind.NAME && segment.name().indexOf(StringContent.HOLE) < 0
        ? segment.name()
        : Selectors.ANY;
  }

  private static Optional<Place> segment(
      String selector, int from, int cursor, Segment segment, List<String> below) {
    if (segment.kind() == Selectors.Kind.SET) {
      return segment.entries().stream()
          .filter(entry -> entry.start() <= cursor && cursor <= entry.end())
          .findFirst()
          .flatMap(entry -> named(selector, from, cursor, entry, below, true));
    }
    return segment.kind() == Selectors.Kind.ALL
        ? Optional.empty()
        : named(selector, from, cursor, segment, below, false);
  }

  private static Optional<Place> named(
      String selector, int from, int cursor, Segment segment, List<String> below, boolean inSet) {
    int start = segment.start() + (segment.optional() ? 1 : 0);
    if (cursor < start || segment.name().indexOf(StringContent.HOLE) >= 0) {
      return Optional.empty();
    }
    var partial = Selectors.segments(selector.substring(start, cursor)).getLast().name();
    boolean quoted = start < segment.end() && selector.charAt(start) == '"';
    return Optional.of(
        new Place.Attribute(
            below,
            Selectors.prefix(below),
            partial,
            segment.name(),
            from + start,
            from + segment.end(),
            written(quoted, segment.optional() && !inSet)));
  }

  private static UnaryOperator<String> written(boolean quoted, boolean optional) {
    return name ->
        optional
            ? Selectors.optionalName(name)
            : quoted ? Selectors.quotedName(name) : Selectors.name(name);
  }

  /** A name alone, in a list of names. */
  private static Optional<Place> plain(CursorContext context, String text, int index) {
    if (text.indexOf(StringContent.HOLE) >= 0) {
      return Optional.empty();
    }
    return NamingPlaces.element(Paths.named(context.enclosing()))
        .map(kind ->
            new Place.Named(
                kind,
                false,
                text.substring(0, index),
                text,
                0,
                text.length(),
                UnaryOperator.identity()));
  }
}
