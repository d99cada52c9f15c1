package dev.arda.nix.core;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Shows argument lists the way one would type them in bash. For eyes only: nothing runs it. */
final class ShellQuoting {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private ShellQuoting() {}

  static String quote(List<String> arguments) {
    return arguments.stream().map(ShellQuoting::quote).collect(Collectors.joining(" "));
  }

  private static String quote(String argument) {
    if (PLAIN.matcher(argument).matches()) {
      return argument;
    }
    if (argument.codePoints().noneMatch(Character::isISOControl)) {
      return "'" + argument.replace("'", "'\\''") + "'";
    }
    var result = new StringBuilder("$'");
    argument
        .codePoints()
        .forEach(c -> {
          switch (c) {
            case '\n' -> result.append("\\n");
            case '\t' -> result.append("\\t");
            case '\'', '\\' -> result.append('\\').appendCodePoint(c);
            default -> {
              if (Character.isISOControl(c)) {
                result.append("\\u%04x".formatted(c));
              } else {
                result.appendCodePoint(c);
              }
            }
          }
        });
    return result.append('\'').toString();
  }
}
