package dev.arda.nix.flake.selector;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An attribute path as Nix's command line reads it behind {@code #}: quotes count anywhere, nothing
 * can be escaped, and one empty name at the end is dropped.
 *
 * @param names from the root down; may be empty
 * @param absolute whether a leading dot says that Nix is to search no prefixes
 */
public record AttributePath(List<String> names, boolean absolute) {

  private static final Pattern STRAY_PERCENT = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  /** Copies the list. */
  public AttributePath {
    names = List.copyOf(names);
  }

  /** A fragment of a flake reference without its percent encoding; one that has none is kept. */
  public static String decoded(String fragment) {
    return fragment.indexOf('%') >= 0 && !STRAY_PERCENT.matcher(fragment).find()
        ? URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8)
        : fragment;
  }

  /** Reads a path, without percent encoding. */
  public static AttributePath parse(String path) {
    var names = new ArrayList<String>();
    var name = new StringBuilder();
    boolean absolute = path.startsWith(".");
    boolean inQuote = false;
    for (int i = absolute ? 1 : 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '"') {
        inQuote = !inQuote;
      } else if (c == '.' && !inQuote) {
        names.add(name.toString());
        name.setLength(0);
      } else {
        name.append(c);
      }
    }
    if (!name.isEmpty()) {
      names.add(name.toString());
    }
    return new AttributePath(names, absolute);
  }
}
