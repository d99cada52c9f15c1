package dev.arda.client.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The outputs of a flake as a tree. In the JSON of {@code nix flake show} an object is a leaf if it
 * has a {@code type} that is a string.
 */
sealed interface OutputTree {

  /**
   * Something that has parts.
   *
   * @param parts by name
   */
  record Branch(Map<String, OutputTree> parts) implements OutputTree {}

  /**
   * An output.
   *
   * @param text what it is
   */
  record Leaf(String text) implements OutputTree {}

  /** Reads a listing. */
  static OutputTree of(InputStream json) throws IOException {
    try (var parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      return read(parser);
    }
  }

  private static OutputTree read(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      var text = parser.getText();
      parser.skipChildren();
      return new Leaf(text);
    }
    var parts = new LinkedHashMap<String, OutputTree>();
    for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      parts.put(name, read(parser));
    }
    if (parts.get("type") instanceof Leaf(var type)) {
      return new Leaf(type + detail(parts, "name") + detail(parts, "description"));
    }
    return new Branch(parts);
  }

  private static String detail(Map<String, OutputTree> parts, String name) {
    return parts.get(name) instanceof Leaf(var text) && !text.isEmpty() ? " " + text : "";
  }

  /** The tree over lines. */
  default String render() {
    var text = new StringBuilder();
    switch (this) {
      case Branch branch -> append(text, "", branch);
      case Leaf(var leaf) -> text.append(leaf).append('\n');
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String indent, Branch branch) {
    int left = branch.parts().size();
    for (var part : branch.parts().entrySet()) {
      boolean last = --left == 0;
      text.append(indent).append(last ? "└── " : "├── ").append(part.getKey());
      switch (part.getValue()) {
        case Leaf(var leaf) -> text.append(": ").append(leaf).append('\n');
        case Branch inner -> {
          text.append('\n');
          append(text, indent + (last ? "    " : "│   "), inner);
        }
      }
    }
  }
}
