package dev.arda.nix.system.source;

import dev.arda.nix.system.source.NixTokens.Kind;
import dev.arda.nix.system.source.NixTokens.Token;
import dev.arda.nix.system.source.NixTokens.UnreadableException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes pieces of Nix. */
final class NixText {

  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_'-]*");

  private static final Set<String> KEYWORDS =
      Set.of("assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with");

  private NixText() {}

  /** A string. */
  static String string(String text) {
    return '"' + inString(text) + '"';
  }

  /** A text as it is written between the quotes of a string. */
  static String inString(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("${", "\\${");
  }

  /** A list of strings. */
  static String list(Collection<String> texts) {
    return texts.isEmpty() ? "[ ]" : "[ " + elements(texts) + " ]";
  }

  /** Strings one after the other. */
  static String elements(Collection<String> texts) {
    return texts.stream().map(NixText::string).collect(Collectors.joining(" "));
  }

  /** The name of an attribute, in quotes where it needs them. */
  static String attribute(String name) {
    return IDENTIFIER.matcher(name).matches() && !KEYWORDS.contains(name) ? name : string(name);
  }

  /** Matches a name where it is not a part of a longer one. */
  static Pattern word(String name) {
    return Pattern.compile("(?<![A-Za-z0-9_'-])" + Pattern.quote(name) + "(?![A-Za-z0-9_'-])");
  }

  /**
   * A text in which one name stands wherever another one did: as a name, in strings and in paths.
   *
   * @throws UnreadableException if it is no Nix
   */
  static String renamed(String text, String from, String to) throws UnreadableException {
    var result = new StringBuilder();
    int done = 0;
    var replacement = Matcher.quoteReplacement(to);
    for (var token : NixTokens.of(text)) {
      result.append(text, done, token.from());
      result.append(
          switch (token.kind()) {
            case NAME -> token.text().equals(from) ? attribute(to) : token.text();
            case STRING, PATH -> word(from).matcher(token.text()).replaceAll(replacement);
            case SIGN -> token.text();
          });
      done = token.to();
    }
    return result.append(text.substring(done)).toString();
  }

  /** The relative paths in a text, as they are written. */
  static List<String> paths(String text) throws UnreadableException {
    return NixTokens.of(text).stream()
        .filter(token -> token.kind() == Kind.PATH)
        .map(Token::text)
        .filter(path -> path.startsWith("./") && !path.contains("${"))
        .toList();
  }

  /**
   * The relative path that begins at a token, with a string that {@code +} joins to it; empty: none
   * does, or it is computed.
   */
  static Optional<String> path(List<Token> tokens, int index) {
    var token = tokens.get(index);
    if (token.kind() != Kind.PATH || !token.text().startsWith(".") || isComputed(token)) {
      return Optional.empty();
    }
    if (index + 2 >= tokens.size() || !tokens.get(index + 1).is("+")) {
      return Optional.of(token.text());
    }
    var joined = tokens.get(index + 2);
    return joined.kind() == Kind.STRING && !isComputed(joined)
        ? Optional.of(token.text() + joined.text().replace("\"", ""))
        : Optional.empty();
  }

  private static boolean isComputed(Token token) {
    return token.text().contains("${");
  }
}
