package dev.arda.nix.system.source;

import dev.arda.nix.system.source.NixTokens.Token;
import dev.arda.nix.system.source.NixTokens.UnreadableException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The modules in the value of a host's entry. */
final class HostModules {

  private HostModules() {}

  /**
   * Whether a value names a file, or the directory that it is the {@code default.nix} of.
   *
   * @param flake directory
   */
  static boolean name(Path flake, Path file, String value) throws UnreadableException {
    var main = file.normalize();
    for (var path : NixText.paths(value)) {
      var named = flake.resolve(path).normalize();
      if (named.equals(main) || named.resolve("default.nix").equals(main)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A value whose list {@code modules} has a file in place of what is written down in it about the
   * host alone, or at its end if there is nothing; empty: it has no such list.
   *
   * @param host name of the host, as in the value
   * @param reference path of the file
   */
  static Optional<String> with(String value, String host, String reference)
      throws UnreadableException {
    var tokens = NixTokens.of(value);
    for (int i = 0; i + 2 < tokens.size(); i++) {
      if (tokens.get(i).is("modules") && tokens.get(i + 1).is("=") && tokens.get(i + 2).is("[")) {
        return Optional.of(inList(value, tokens, i + 2, host, reference));
      }
    }
    return Optional.empty();
  }

  /**
   * A text without the elements of lists that lead to files that are not there: paths, also in
   * parentheses and put together with {@code +}.
   *
   * @param missing whether there is nothing at a path, as it is written
   */
  static String without(String text, Predicate<String> missing) throws UnreadableException {
    var tokens = NixTokens.of(text);
    var open = new ArrayList<Integer>();
    var result = new StringBuilder();
    int done = 0;
    for (int i = 0; i < tokens.size(); i++) {
      var token = tokens.get(i);
      if (token.isOpening()) {
        open.add(i);
      } else if (token.isClosing()) {
        open.removeLast();
      } else if (token.from() >= done && NixText.path(tokens, i).filter(missing).isPresent()) {
        var first = element(tokens, open, i);
        if (first.isPresent()) {
          result.append(text.substring(done, tokens.get(first.get()).from()).stripTrailing());
          done = tokens.get(end(tokens, first.get())).to();
        }
      }
    }
    return result.append(text.substring(done)).toString();
  }

  /** The first token of the element of a list that a token is, but for parentheses around it. */
  private static Optional<Integer> element(List<Token> tokens, List<Integer> open, int index) {
    int first = index;
    for (var bracket : open.reversed()) {
      if (tokens.get(bracket).is("[")) {
        return Optional.of(first);
      }
      if (!tokens.get(bracket).is("(")) {
        return Optional.empty();
      }
      first = bracket;
    }
    return Optional.empty();
  }

  private static String inList(
      String value, List<Token> tokens, int open, String host, String reference) {
    var word = NixText.word(host);
    var result = new StringBuilder(value.substring(0, tokens.get(open).to()));
    int done = tokens.get(open).to();
    boolean placed = false;
    int i = open + 1;
    while (!tokens.get(i).is("]")) {
      int last = end(tokens, i);
      int to = tokens.get(last).to();
      if (last > i && word.matcher(value.substring(tokens.get(i).from(), to)).find()) {
        if (!placed) {
          result.append(value, done, tokens.get(i).from()).append(reference);
        }
        placed = true;
      } else {
        result.append(value, done, to);
      }
      done = to;
      i = last + 1;
    }
    if (!placed) {
      result.append(' ').append(reference);
    }
    return result.append(value.substring(done)).toString();
  }

  /** The token that ends what begins with one: its partner if that is a bracket, else itself. */
  private static int end(List<Token> tokens, int from) {
    int depth = 0;
    for (int i = from; i < tokens.size(); i++) {
      var token = tokens.get(i);
      if (token.isOpening()) {
        depth++;
      } else if (token.isClosing()) {
        depth--;
      }
      if (depth == 0) {
        return i;
      }
    }
    throw new IllegalStateException("its brackets fit, as those of the flake do");
  }
}
