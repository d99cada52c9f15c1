package dev.arda.nix.flake.cache;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.arda.nix.flake.cache.Lookup.WholeAnswer;
import dev.arda.nix.flake.cache.Partial.Facts;
import dev.arda.nix.flake.cache.SelectionTree.State;
import dev.arda.nix.flake.cache.SelectionTree.WholeQuestion;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.SelectorParser;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what {@link TreeWriter} wrote. */
final class TreeReader {

  private final JsonParser in;

  private TreeReader(JsonParser in) {
    this.in = in;
  }

  /**
   * Reads a document.
   *
   * @param document is read to its end
   * @throws IOException if it is not one that a tree was written to
   */
  static State read(InputStream document) throws IOException {
    try (JsonParser in = Json.FACTORY.createParser(document)) {
      State state = new TreeReader(in).read();
      if (in.nextToken() != null) {
        throw new IOException("something follows the tree");
      }
      return state;
    } catch (IllegalArgumentException | FlakeException | ContradictionException e) {
      throw new IOException("not a tree: " + e.getMessage(), e);
    }
  }

  private State read() throws IOException {
    next(JsonToken.START_OBJECT);
    field("root");
    in.nextToken();
    Knowledge root = knowledge(0);
    if (root instanceof Gap) {
      throw new IOException("a flake that is missing");
    }
    field("whole");
    next(JsonToken.START_ARRAY);
    Map<WholeQuestion, WholeAnswer> whole = new HashMap<>();
    while (in.nextToken() == JsonToken.START_OBJECT) {
      Selector selector = SelectorParser.parse(string("selector")).selector();
      ValueEncoding encoding = ValueEncoding.valueOf(string("encoding"));
      field("realised");
      in.nextToken();
      boolean realised = in.getBooleanValue();
      field("paths");
      List<String> paths = new ArrayList<>();
      next(JsonToken.START_ARRAY);
      while (in.nextToken() == JsonToken.VALUE_STRING) {
        paths.add(in.getText());
      }
      expect(JsonToken.END_ARRAY);
      byte[] answer = Json.utf8(string("answer"));
      next(JsonToken.END_OBJECT);
      whole.put(new WholeQuestion(selector, encoding, realised), new WholeAnswer(answer, paths));
    }
    expect(JsonToken.END_ARRAY);
    next(JsonToken.END_OBJECT);
    return new State(root, whole);
  }

  /** The parser is at the beginning of an object, and is left at its end. */
  private Knowledge knowledge(int depth) throws IOException {
    if (depth > SelectionTree.MAX_STEPS) {
      throw new IOException("deeper than any tree");
    }
    expect(JsonToken.START_OBJECT);
    next(JsonToken.FIELD_NAME);
    Knowledge knowledge =
        switch (in.currentName()) {
          case "gap" -> {
            next(JsonToken.VALUE_STRING);
            Gap gap = Gap.valueOf(in.getText());
            if (gap == Gap.UNASKED) {
              throw new IOException("a gap that is not kept");
            }
            yield gap;
          }
          case "value" -> {
            in.nextToken();
            TypedValue value = TypedValueReader.read(in);
            if (value.is(TypedValue.HAS_PROJECTION)) {
              throw new IOException("a selection where a value belongs");
            }
            yield value;
          }
          case "kind" -> partial(depth);
          default -> throw new IOException("unexpected field " + in.currentName());
        };
    next(JsonToken.END_OBJECT);
    return knowledge;
  }

  /** The parser is at the name of the first field, and is left before the end of the object. */
  private Partial partial(int depth) throws IOException {
    var facts = new Facts();
    next(JsonToken.VALUE_STRING);
    facts.kind = Partial.Kind.valueOf(in.getText());
    field("complete");
    in.nextToken();
    facts.complete = in.getBooleanValue();
    field("length");
    next(JsonToken.VALUE_NUMBER_INT);
    facts.length = in.getIntValue();
    facts.scalarType = string("type");
    next(JsonToken.FIELD_NAME);
    if (in.currentName().equals("snapshot")) {
      in.nextToken();
      facts.snapshot = TypedValueReader.read(in);
      next(JsonToken.FIELD_NAME);
    }
    if (!in.currentName().equals("parts")) {
      throw new IOException("unexpected field " + in.currentName());
    }
    next(JsonToken.START_OBJECT);
    String before = "";
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      if (!facts.names.isEmpty() && Names.BYTEWISE.compare(before, name) >= 0) {
        throw new IOException("names are not in order");
      }
      before = name;
      in.nextToken();
      facts.add(name, knowledge(depth + 1));
    }
    expect(JsonToken.END_OBJECT);
    return facts.build();
  }

  private String string(String name) throws IOException {
    field(name);
    next(JsonToken.VALUE_STRING);
    return in.getText();
  }

  private void field(String name) throws IOException {
    next(JsonToken.FIELD_NAME);
    if (!in.currentName().equals(name)) {
      throw new IOException("expected " + name + ", got " + in.currentName());
    }
  }

  private void next(JsonToken expected) throws IOException {
    in.nextToken();
    expect(expected);
  }

  private void expect(JsonToken expected) throws IOException {
    if (in.currentToken() != expected) {
      throw new IOException("expected " + expected + ", got " + in.currentToken());
    }
  }
}
