package dev.arda.nix.flake.eval;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.arda.nix.flake.eval.Answer.Dependency;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what {@code answer.nix} returned, as Nix printed it.
 *
 * <p>Numbers keep the text that Nix gave them and strings their characters; nothing passes through
 * a Java number.
 */
public final class AnswerReader {

  /** Values have no limit but memory: a flake may contain a long string or a deep tree. */
  static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(10_000)
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .build())
          .streamWriteConstraints(
              StreamWriteConstraints.builder().maxNestingDepth(Integer.MAX_VALUE).build())
          // As Nix writes control characters.
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .build();

  private AnswerReader() {}

  /**
   * Reads answers.
   *
   * @param output what Nix printed: UTF-8 JSON, an array with an element for each question
   * @param count the number of questions
   * @param encoding how values are to be written
   * @return an answer for each question, in order
   * @throws IOException if the output is not what {@code answer.nix} returns
   */
  public static List<Answer> read(byte[] output, int count, ValueEncoding encoding)
      throws IOException {
    var answers = new ArrayList<Answer>(count);
    try (JsonParser parser = JSON.createParser(output)) {
      expect(parser, parser.nextToken(), JsonToken.START_ARRAY);
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        answers.add(readAnswer(parser, output, encoding));
      }
      expect(parser, parser.currentToken(), JsonToken.END_ARRAY);
    }
    if (answers.size() != count) {
      throw new IOException("expected " + count + " answers, got " + answers.size());
    }
    return answers;
  }

  private static Answer readAnswer(JsonParser parser, byte[] output, ValueEncoding encoding)
      throws IOException {
    List<Dependency> context = List.of();
    Answer answer = new Answer.Failed();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "context" -> context = readContext(parser);
        case "value" -> {
          // First its extent, then the value itself: a mismatch may end the second reading early.
          int start = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
          parser.skipChildren();
          if (parser.currentToken().isScalarValue()) {
            parser.finishToken();
          }
          int end = Math.toIntExact(parser.currentLocation().getByteOffset());
          answer = ValueWriter.write(output, start, end - start, encoding);
        }
        default -> throw new IOException("unexpected field " + field);
      }
    }
    return answer instanceof Answer.Value value ? new Answer.Value(value.text(), context) : answer;
  }

  /** The outputs to build; a bare {@code drvPath} and plain source paths ask for none. */
  private static List<Dependency> readContext(JsonParser parser) throws IOException {
    var result = new ArrayList<Dependency>();
    expect(parser, parser.currentToken(), JsonToken.START_OBJECT);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String path = parser.currentName();
      var outputs = new ArrayList<String>();
      expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isOutputs = parser.currentName().equals("outputs");
        parser.nextToken();
        if (isOutputs) {
          while (parser.nextToken() == JsonToken.VALUE_STRING) {
            outputs.add(parser.getText());
          }
        }
      }
      if (!outputs.isEmpty()) {
        result.add(new Dependency(path, outputs));
      }
    }
    return result;
  }

  static void expect(JsonParser parser, JsonToken actual, JsonToken expected) throws IOException {
    if (actual != expected) {
      throw new IOException(
          "expected " + expected + ", got " + actual + " at " + parser.currentLocation());
    }
  }
}
