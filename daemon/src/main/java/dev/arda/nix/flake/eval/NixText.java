package dev.arda.nix.flake.eval;

import dev.arda.nix.flake.selector.SelectorJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the Nix expressions that arda evaluates. Whatever comes from outside enters them as a
 * string literal that holds JSON, so that nothing a user, a flake or a lock file says is ever read
 * as code.
 */
final class NixText {

  private static final String CALL_FLAKE = resource("call-flake.nix");
  private static final String ANSWER = resource("answer.nix");

  /**
   * An expression for "pure" where a {@code nix repl} took {@link #replLibrary} and can see nothing
   * of its surroundings.
   */
  static final String REPL_PROBE =
      "(if builtins ? currentSystem then \"impure\" else if builtins.isFunction ardaAnswer then"
          + " \"pure\" else \"\")";

  /** An expression for "bound" where it took {@link #replBindings}. */
  static final String BOUND_PROBE = "(if builtins.isFunction ardaAsk then \"bound\" else \"\")";

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

  /** What a {@code nix repl} is told before it knows any flake: one line for each. */
  static List<String> replLibrary() {
    return Stream.of("ardaCall = " + CALL_FLAKE, "ardaAnswer = " + ANSWER)
        .map(NixText::oneLine)
        .toList();
  }

  /**
   * What it is told then: one line for each. The state is bound apart from what uses it, since Nix
   * repeats the whole line for each frame of a trace.
   *
   * @param bindingJson the argument of {@code call-flake.nix} as JSON
   */
  static List<String> replBindings(String bindingJson) {
    return Stream.of(
            "ardaState = " + json(ascii(bindingJson)),
            "ardaRoot = ardaCall ardaState",
            "ardaAsk = typed: realise: ardaAnswer { root = ardaRoot; guard = false; inherit typed"
                + " realise; }")
        .map(NixText::oneLine)
        .toList();
  }

  /** An expression for the JSON text of the argument of {@link #replAnswer}. */
  static String replQuestion(Question question) {
    return oneLine(json(ascii(questionsJson(List.of(question)))));
  }

  /**
   * An expression for the JSON text of the answer, where {@link #replBindings} are known.
   *
   * @param question an expression, from {@link #replQuestion}
   */
  static String replAnswer(String question, boolean typed, boolean realise) {
    return "builtins.toJSON (ardaAsk " + typed + " " + realise + " " + question + ")";
  }

  /** JSON without characters that a line editor would take for a command. */
  private static String ascii(String json) {
    var result = new StringBuilder(json.length() + 16);
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c >= ' ' && c <= '~') {
        result.append(c);
      } else if (c == '\n' || c == '\r' || c == '\t') {
        // Between tokens; inside of strings JSON has them escaped.
        result.append(' ');
      } else {
        result.append("\\u").append(HexFormat.of().toHexDigits(c));
      }
    }
    return result.toString();
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
                case LEARN -> "learn";
                case NAMES -> "names";
                case DESCRIBE -> "describe";
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
