package dev.arda.nix.flake.selector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The verified vectors of the selector language, {@code selector-vectors.json}.
 *
 * @param fixture the Nix expression that the evaluation rows select from
 * @param parse what texts mean
 * @param eval what selectors give on the fixture
 */
public record SelectorVectors(String fixture, List<ParseRow> parse, List<EvalRow> eval) {

  /** Copies the lists. */
  public SelectorVectors {
    parse = List.copyOf(parse);
    eval = List.copyOf(eval);
  }

  /** Reads the file. */
  public static SelectorVectors load() {
    try (var in = SelectorVectors.class.getResourceAsStream("selector-vectors.json")) {
      JsonNode root = new ObjectMapper().readTree(Objects.requireNonNull(in));
      var parse = new ArrayList<ParseRow>();
      for (JsonNode row : root.get("parse")) {
        parse.add(
            new ParseRow(
                row.get("id").asText(),
                row.get("input").asText(),
                row.get("python"),
                row.get("nix"),
                Optional.ofNullable(row.get("arda")).map(SelectorVectors::parseOutcome),
                Optional.ofNullable(row.get("why")).map(JsonNode::asText)));
      }
      var eval = new ArrayList<EvalRow>();
      for (JsonNode row : root.get("eval")) {
        var versions = new LinkedHashMap<String, EvalOutcome>();
        for (String version : List.of("2.34", "2.26", "2.8")) {
          versions.put(version, evalOutcome(row.get(version)));
        }
        eval.add(
            new EvalRow(
                row.get("id").asText(),
                row.get("selector").asText(),
                versions,
                Optional.ofNullable(row.get("arda")).map(SelectorVectors::evalOutcome),
                Optional.ofNullable(row.get("why")).map(JsonNode::asText)));
      }
      return new SelectorVectors(root.get("fixture_nix").asText(), parse, eval);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ParseOutcome parseOutcome(JsonNode outcome) {
    if (outcome.has("steps")) {
      return new ParseOutcome.Means(SelectorJson.read(outcome.get("steps").toString()));
    }
    return outcome.has("offset")
        ? new ParseOutcome.FailsAt(
            outcome.get("error").asText(),
            new Span(outcome.get("offset").asInt(), outcome.get("length").asInt()),
            outcome.get("suggestion").asText())
        : new ParseOutcome.Fails(outcome.get("error").asText());
  }

  private static EvalOutcome evalOutcome(JsonNode outcome) {
    return outcome.has("json")
        ? new EvalOutcome.Value(outcome.get("json").asText())
        : new EvalOutcome.Fails(outcome.get("error").asText());
  }

  /**
   * What a text means.
   *
   * @param id P and a number
   * @param input the text
   * @param python the outcome of clan's parser
   * @param nix the outcome of nix-select's parser
   * @param arda what arda does, where it differs on purpose from either
   * @param why why it does
   */
  public record ParseRow(
      String id,
      String input,
      JsonNode python,
      JsonNode nix,
      Optional<ParseOutcome> arda,
      Optional<String> why) {

    /** What arda is to do. */
    public ParseOutcome expected() {
      return arda.orElseGet(() -> parseOutcome(python));
    }

    /** Whether the two parsers agree; the words of an error do not matter. */
    public boolean parsersAgree() {
      return python.equals(nix) || (python.has("error") && nix.has("error"));
    }

    @Override
    public String toString() {
      return id + " " + input;
    }
  }

  /** The outcome of parsing. */
  public sealed interface ParseOutcome {
    /** It is this selector. */
    record Means(Selector selector) implements ParseOutcome {}

    /** It is an error. */
    record Fails(String words) implements ParseOutcome {}

    /** It is this error at this place. */
    record FailsAt(String kind, Span span, String suggestion) implements ParseOutcome {}
  }

  /**
   * What a selector gives on the fixture.
   *
   * @param id E and a number
   * @param selector the selector's text
   * @param byVersion what nix-select gives on Nix 2.34, 2.26 and 2.8
   * @param arda what arda gives on each of them, where it differs on purpose
   * @param why why it does
   */
  public record EvalRow(
      String id,
      String selector,
      Map<String, EvalOutcome> byVersion,
      Optional<EvalOutcome> arda,
      Optional<String> why) {

    /** Copies the map. */
    public EvalRow {
      byVersion = Map.copyOf(byVersion);
    }

    /**
     * What arda is to give.
     *
     * @param version {@code 2.34}, {@code 2.26} or {@code 2.8}
     */
    public EvalOutcome expected(String version) {
      return arda.orElseGet(() -> Objects.requireNonNull(byVersion.get(version)));
    }

    @Override
    public String toString() {
      return id + " " + selector;
    }
  }

  /** The outcome of an evaluation. */
  public sealed interface EvalOutcome {
    /** A value, as compact JSON. */
    record Value(String json) implements EvalOutcome {}

    /** An error: Nix's last words, or the reason of arda's API. */
    record Fails(String words) implements EvalOutcome {}
  }
}
