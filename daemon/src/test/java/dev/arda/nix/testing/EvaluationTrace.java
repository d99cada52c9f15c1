package dev.arda.nix.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.core.Command;
import dev.arda.nix.core.NixVersion;
import dev.arda.nix.core.RecordingRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * The commands that lock and evaluate flakes, as a {@link CommandTrace}. What runs beside them, so
 * that nobody waits for it, has stages of its own, since the order of the two is nobody's.
 *
 * <p>A Nix that can be kept warm (2.26) and one that cannot (2.8) are asked differently, so that
 * each has a text of its own: {@link #file}. What a warm one is asked is not in the text, since it
 * is talked to; what a cold one is asked is.
 */
public final class EvaluationTrace implements RecordingRunner.Listener {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The last line of an expression is a list of questions: JSON in a string. */
  private static final Pattern QUESTIONS = Pattern.compile("\n(\"\\[.*\\]\")\\s*\\)\\s*$");

  private static final String ASKED = "asked";
  private static final String EVALUATOR = "beside it, an evaluator is started";
  private static final String ROOT = "beside it, its source is protected";

  private final CommandTrace commands = new CommandTrace();

  /** Nothing was run yet. */
  public EvaluationTrace() {
    commands.pattern(
        "evaluators/evaluator-[0-9]+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "evaluators/LINK");
  }

  /** For the names of what differs from run to run. */
  public CommandTrace commands() {
    return commands;
  }

  /** Begins a scenario. */
  public void begin(String title) {
    commands.begin(title, ASKED, EVALUATOR, ROOT);
  }

  /** The file of the text for a Nix. */
  public static String file(NixVersion nix) {
    return nix.version().startsWith("2.8.") ? "evaluation-cold.txt" : "evaluation-warm.txt";
  }

  @Override
  public void begins(Command command, String input, boolean isTalkedTo) {
    commands.enter(
        switch (Thread.currentThread().getName()) {
          case "evaluator-spare" -> EVALUATOR;
          case "evaluator-root" -> ROOT;
          default -> ASKED;
        });
    commands.begins(command, "", isTalkedTo);
    questions(input).forEach(question -> commands.note("    asks " + question));
  }

  /** What an expression that Nix reads asks for, in the form of selectors. */
  private static List<String> questions(String expression) {
    var found = QUESTIONS.matcher(expression);
    if (!found.find()) {
      assertThat(expression).as("what is read asks for something").isEmpty();
      return List.of();
    }
    try {
      var result = new ArrayList<String>();
      for (var question : JSON.readTree(JSON.readTree(found.group(1)).asText())) {
        result.add(question.path("ask").asText() + " " + path(question.path("steps")));
      }
      return result;
    } catch (JsonProcessingException e) {
      throw new AssertionError(found.group(1), e);
    }
  }

  private static String path(JsonNode steps) {
    var result = new StringJoiner(".");
    for (var step : steps) {
      result.add(step(step));
    }
    return result.toString();
  }

  private static String step(JsonNode step) {
    return switch (step.path("type").asText()) {
      case "str" -> step.path("value").asText();
      case "maybe" -> "?" + step.path("value").asText();
      case "all" -> "*";
      case "set" -> {
        var names = new StringJoiner(",", "{", "}");
        step.path("value").forEach(name -> names.add(step(name)));
        yield names.toString();
      }
      default -> throw new AssertionError(step);
    };
  }
}
