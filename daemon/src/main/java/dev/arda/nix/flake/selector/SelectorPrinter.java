package dev.arda.nix.flake.selector;

import java.util.List;

/**
 * Writes the canonical text of selectors: the shortest quoting that {@link SelectorParser} and
 * other implementations of the language read alike.
 *
 * <ul>
 *   <li>A name stands as it is if it consists of ASCII letters, digits, {@code _}, {@code '},
 *       {@code -} and non-ASCII characters, and in quotes otherwise.
 *   <li>An optional name cannot be quoted, because quotes mean nothing after {@code ?}. In it,
 *       {@code .}, {@code \} and {@code ?} are escaped, and so is a quote at its start, where an
 *       unescaped one is an error.
 *   <li>In a set, quotes are allowed after {@code ?} too.
 * </ul>
 */
public final class SelectorPrinter {

  private SelectorPrinter() {}

  /** The canonical text. */
  public static String print(Selector selector) {
    return print(selector.steps());
  }

  /** Length of the canonical text of these steps in code points. */
  static long length(List<Step> steps) {
    String text = print(steps);
    return text.codePointCount(0, text.length());
  }

  private static String print(List<Step> steps) {
    var out = new StringBuilder();
    for (int i = 0; i < steps.size(); i++) {
      if (i > 0) {
        out.append('.');
      }
      append(out, steps.get(i));
    }
    return out.toString();
  }

  private static void append(StringBuilder out, Step step) {
    switch (step) {
      case Step.All() -> out.append('*');
      case Step.Name(String name) -> out.append(name(name));
      case Step.Maybe(String name) -> out.append('?').append(optionalName(name));
      case Step.Names(List<Step.Entry> entries) -> {
        out.append('{');
        for (int i = 0; i < entries.size(); i++) {
          if (i > 0) {
            out.append(',');
          }
          append(out, entries.get(i));
        }
        out.append('}');
      }
    }
  }

  private static void append(StringBuilder out, Step.Entry entry) {
    if (entry.optional()) {
      out.append('?');
      // The empty optional name needs no quotes: the question mark alone makes an entry.
      out.append(entry.name().isEmpty() ? "" : name(entry.name()));
    } else {
      out.append(name(entry.name()));
    }
  }

  /** A name as a step or as an entry of a set. */
  static String name(String name) {
    boolean plain = !name.isEmpty() && name.codePoints().allMatch(SelectorPrinter::needsNoQuotes);
    return plain ? name : quotedName(name);
  }

  /** A name in quotes, whether or not it needs them. */
  static String quotedName(String name) {
    return "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** A name as it stands after the {@code ?} of an optional step. */
  static String optionalName(String name) {
    String escaped = name.replace("\\", "\\\\").replace(".", "\\.").replace("?", "\\?");
    return escaped.startsWith("\"") ? "\\" + escaped : escaped;
  }

  private static boolean needsNoQuotes(int point) {
    return point >= 0x80
        || (point >= 'a' && point <= 'z')
        || (point >= 'A' && point <= 'Z')
        || (point >= '0' && point <= '9')
        || point == '_'
        || point == '\''
        || point == '-';
  }
}
