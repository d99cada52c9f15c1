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
      Pattern.compile(
          "(?:(?:^|[\\s=])(?:(?:path:|git\\+file:)?(?:\\./?|\\./\\.)|path:)?"
              + "|(?<quote>['\"])(?:(?:path:|git\\+file:)?(?:\\./?|\\./\\.)|path:))#");

  /** Tools that take all that follows the {@code #} for one name, without quotes. */
  private static final Pattern REBUILDING =
      Pattern.compile("(?:^|[\\s;&|(/])(?:nixos-rebuild|darwin-rebuild|home-manager)\\s[^;&|]*");

  private static final Pattern QUOTED = Pattern.compile("\"(?:\\\\.|[^\"\\\\])*\"");

  private StringPlaces() {}

  /** A part of what a string says that names something of a flake. */
  enum Form {
    /** A selector (docs/selectors.md). */
    SELECTOR,
    /** What follows the {@code #} of a reference, with dots in it. */
    PATH,
    /** The same without: a host, a user or an output. */
    NAME,
    /** All that follows it, for a tool that takes no path: a host or a user. */
    WHOLE,
    /** The same with the reference, which is still missing. */
    TARGET,
    /** A host. */
    HOST,
    /** A tag of hosts. */
    TAG,
    /** A user, who may be one of several hosts'. */
    USER;

    /** Whether it is an argument of a command. */
    boolean isOfCommand() {
      return this == TARGET || this == HOST || this == TAG || this == USER;
    }
  }

  /**
   * Such a part.
   *
   * @param start index of its first character in what the string says
   * @param end index behind its last
   */
  record Part(Form form, int start, int end) {}

  /** Those parts of a string, in its order. */
  static List<Part> parts(StringAtCursor string) {
    var text = string.content().text();
    var result = new ArrayList<Part>();
    var references = OWN_FLAKE.matcher(text);
    while (references.find()) {
      int start = references.end();
      if (!"\"".equals(references.group("quote"))) {
        int end = referenceEnd(text, start);
        result.add(new Part(form(text, start, end), start, end));
      } else if (SelectorWords.isRead(text, start)) {
        int end = SelectorWords.quoteEnd(text, start);
        result.add(new Part(form(text, start, end), start, end));
      }
    }
    SelectorWords.in(text, result);
    result.addAll(CommandWords.in(text, string.index()));
    if (result.isEmpty() && (applied(string) || isOutput(text))) {
      result.add(new Part(Form.SELECTOR, 0, text.length()));
    }
    return result;
  }

  private static Form form(String text, int start, int end) {
    int line = text.lastIndexOf('\n', start - 1) + 1;
    var before = text.substring(line, start);
    if (REBUILDING.matcher(before).results().anyMatch(found -> found.end() == before.length())) {
      return Form.WHOLE;
    }
    var word = text.substring(start, end);
    return word.indexOf('.') >= 0 && !word.startsWith("\"") ? Form.PATH : Form.NAME;
  }

  /**
   * The end of a reference: before the outputs of a derivation ({@code ^out}), or what a shell
   * reads.
   */
  private static int referenceEnd(String text, int from) {
    int word = SelectorWords.wordEnd(text, from);
    boolean quoted = false;
    for (int i = from; i < word; i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      if (!quoted && "^;&|)".indexOf(c) >= 0) {
        return i;
      }
    }
    return word;
  }

  static Optional<Place> at(CursorContext context, StringAtCursor string) {
    var text = string.content().text();
    int index = Math.min(string.index(), text.length());
    return parts(string).stream()
        .filter(part -> part.start() <= index && index <= part.end())
        .findFirst()
        .flatMap(part -> at(text, part, index))
        .or(() -> plain(context, text, index));
  }

  private static Optional<Place> at(String text, Part part, int index) {
    return switch (part.form()) {
      case SELECTOR -> attribute(text, part.start(), part.end(), index);
      case PATH ->
          attribute(text, part.start(), part.end(), index)
              .map(place -> referred(place, text, part.start()));
      case NAME, WHOLE, TARGET, HOST, TAG, USER -> Optional.of(reference(text, part, index));
    };
  }

  /** The first name of a path can be what is found without one, with more behind it. */
  private static Place referred(Place place, String text, int start) {
    if (!(place instanceof Place.Attribute one)) {
      return place;
    }
    var written = ReferenceNames.written(text, start, one.written());
    return one.below().isEmpty()
        ? new Place.Named(
            Kind.OUTPUT, false, one.partial(), one.name(), one.start(), one.end(), written)
        : new Place.Attribute(
            one.below(),
            one.prefix(),
            one.partial(),
            one.name(),
            one.start(),
            one.end(),
            written,
            one.certain());
  }

  /** {@code ".#web01"}, {@code "arda host update web01"}. */
  private static Place reference(String text, Part part, int index) {
    int start = part.start();
    UnaryOperator<String> written =
        switch (part.form()) {
          case NAME ->
              ReferenceNames.written(text, start, ShellWords.written(text, start, Selectors::name));
          case WHOLE ->
              ReferenceNames.written(
                  text, start, ShellWords.written(text, start, UnaryOperator.identity()));
          case TARGET -> ShellWords.argument(text, start, name -> ".#" + Selectors.name(name));
          case HOST -> ShellWords.argument(text, start, CommandWords.host(text, start));
          default -> ShellWords.argument(text, start, UnaryOperator.identity());
        };
    return new Place.Named(
        switch (part.form()) {
          case HOST -> Kind.HOST;
          case TAG -> Kind.TAG;
          case USER -> Kind.USER;
          default -> Kind.OUTPUT;
        },
        false,
        unquoted(text.substring(part.start(), index)),
        unquoted(text.substring(part.start(), part.end())),
        part.start(),
        part.end(),
        written);
  }

  /** The places in such a part that must be there, from its first segment to its last. */
  static List<Place> places(StringAtCursor string, Part part) {
    var text = string.content().text();
    boolean encoded =
        (part.form() == Form.NAME || part.form() == Form.WHOLE || part.form() == Form.PATH)
            && text.substring(part.start(), part.end()).indexOf('%') >= 0;
    if (encoded) {
      return List.of(); // Nix reads other characters there
    }
    if (part.form() != Form.SELECTOR && part.form() != Form.PATH) {
      return List.of(reference(text, part, part.end()));
    }
    var result = new ArrayList<Place>();
    for (var segment : Selectors.segments(text.substring(part.start(), part.end()))) {
      var inside = segment.entries().isEmpty() ? List.of(segment) : segment.entries();
      for (var one : inside) {
        if (!one.optional()) {
          at(text, part, part.start() + one.end()).ifPresent(result::add);
        }
      }
    }
    return result;
  }

  /**
   * A segment that selects many values.
   *
   * @param selector up to its end
   * @param start index of its first character
   * @param end index behind its last
   */
  record Many(String selector, int start, int end) {}

  /** The {@code *} or set at the cursor, if it is at no name in it. */
  static Optional<Many> many(StringAtCursor string) {
    var text = string.content().text();
    int index = Math.min(string.index(), text.length());
    for (var part : parts(string)) {
      if (part.form() != Form.SELECTOR || index < part.start() || part.end() < index) {
        continue;
      }
      var selector = text.substring(part.start(), part.end());
      int cursor = index - part.start();
      for (var segment : Selectors.segments(selector)) {
        if (segment.kind() != Selectors.Kind.NAME
            && segment.start() <= cursor
            && cursor <= segment.end()
            && selector.indexOf(StringContent.HOLE) < 0) {
          return Optional.of(
              new Many(
                  selector.substring(0, segment.end()),
                  part.start() + segment.start(),
                  part.start() + segment.end()));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether it is given to a function that selects. */
  static boolean applied(StringAtCursor string) {
    var functions = string.application();
    return functions.stream()
        .limit(2)
        .anyMatch(path ->
            path.getLast() instanceof AttrName.Static name && SELECTING.contains(name.name()));
  }

  private static boolean isOutput(String text) {
    int dot = text.indexOf('.');
    return dot > 0
        && OUTPUTS.contains(text.substring(0, dot))
        && QUOTED.matcher(text).replaceAll("").indexOf(' ') < 0;
  }

  private static String unquoted(String word) {
    return word.replace("\"", "");
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
            : segment(text, selector, from, cursor, segment, below);
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
      String text, String selector, int from, int cursor, Segment segment, List<String> below) {
    if (segment.kind() == Selectors.Kind.SET) {
      return segment.entries().stream()
          .filter(entry -> entry.start() <= cursor && cursor <= entry.end())
          .findFirst()
          .flatMap(
              entry -> named(text, selector, from, cursor, segment.start(), entry, below, true));
    }
    return segment.kind() == Selectors.Kind.ALL
        ? Optional.empty()
        : named(text, selector, from, cursor, segment.start(), segment, below, false);
  }

  /** What is written before a segment, since a set says more than that there are many. */
  private static String prefix(String before, List<String> below) {
    boolean plain = before.isEmpty() || before.endsWith(".");
    return plain && before.indexOf(StringContent.HOLE) < 0 ? before : Selectors.prefix(below);
  }

  private static Optional<Place> named(
      String text,
      String selector,
      int from,
      int cursor,
      int segmentStart,
      Segment segment,
      List<String> below,
      boolean inSet) {
    int start = segment.start() + (segment.optional() ? 1 : 0);
    if (cursor < start || segment.name().indexOf(StringContent.HOLE) >= 0) {
      return Optional.empty();
    }
    var partial = Selectors.segments(selector.substring(start, cursor)).getLast().name();
    boolean quoted = start < segment.end() && selector.charAt(start) == '"';
    return Optional.of(
        new Place.Attribute(
            below,
            prefix(selector.substring(0, segmentStart), below),
            partial,
            segment.name(),
            from + start,
            from + segment.end(),
            ShellWords.written(text, from + start, written(quoted, segment.optional() && !inSet)),
            true));
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
