package dev.arda.nix.flake.eval;

import dev.arda.nix.flake.selector.SelectorJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes the Nix expressions that arda evaluates. Whatever comes from outside enters them as a
 * string literal that holds JSON, so that nothing a user, a flake or a lock file says is ever read
 * as code.
 */
final class NixText {

  private static final String CALL_FLAKE = resource("call-flake.nix");
  private static final String ANSWER = resource("answer.nix");

  private NixText() {}

  /**
   * A Nix string literal.
   *
   * @param text any text without NUL, which Nix strings cannot hold
   */
  static String literal(String text) {
    var result = new StringBuilder(text.length() + 16).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\', '$' -> result.append('\\').append(c);
        case '\n' -> result.append("\\n");
        case '\r' -> result.append("\\r");
        case '\t' -> result.append("\\t");
        case '\0' -> throw new IllegalArgumentException("a Nix string cannot contain NUL");
        default -> result.append(c);
      }
    }
    return result.append('"').toString();
  }

  /**
   * An expression for a value that is given as JSON. Nix shows three lines of an expression with
   * each frame of a trace; data, which may be long, stands alone among empty ones, so that it is
   * never among them.
   */
  static String json(String json) {
    return "(builtins.fromJSON\n\n" + literal(json) + "\n\n)";
  }

  /**
   * An expression for a flake.
   *
   * @param bindingJson the argument of {@code call-flake.nix} as JSON
   */
  static String flake(String bindingJson) {
    return "((" + CALL_FLAKE + ") " + json(bindingJson) + ")";
  }

  /**
   * An expression for the answers to questions.
   *
   * @param root an expression for the value that is asked
   * @param questions the questions
   * @param mode how to answer
   */
  static String answers(String root, List<Question> questions, Mode mode) {
    return "("
        + ANSWER
        + ") { root = "
        + root
        + "; typed = "
        + mode.typed()
        + "; guard = "
        + mode.guard()
        + "; realise = "
        + mode.realise()
        + "; } "
        + json(questionsJson(questions));
  }

  /**
   * How to answer.
   *
   * @param typed whether to keep what JSON has no form for
   * @param guard whether one question's {@code throw} leaves the others alone
   * @param realise whether to say which store paths an answer needs
   */
  record Mode(boolean typed, boolean guard, boolean realise) {}

  private static String questionsJson(List<Question> questions) {
    var result = new StringBuilder("[");
    for (Question question : questions) {
      result
          .append(result.length() > 1 ? ", " : "")
          .append("{\"ask\": \"")
          .append(
              switch (question.ask()) {
                case VALUE -> "value";
                case NAMES -> "names";
              })
          .append("\", \"steps\": ")
          .append(SelectorJson.write(question.selector()))
          .append('}');
    }
    return result.append(']').toString();
  }

  /** The expression in one line, for an evaluator that reads line by line. */
  static String oneLine(String expression) {
    return expression.replace('\n', ' ');
  }

  /** Without comments, which stand on lines of their own. */
  private static String withoutComments(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .collect(Collectors.joining("\n", "\n", "\n"));
  }

  private static String resource(String name) {
    try (InputStream in = NixText.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the distribution lacks " + name);
      }
      return withoutComments(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
