package dev.arda.nix.flake.eval;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.arda.nix.flake.selector.Mismatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the errors that {@code answer.nix} marks. */
final class MismatchReader {

  private MismatchReader() {}

  /** The parser is at the kind of the mark and is left at the end of the set. */
  static Mismatch read(JsonParser in) throws IOException {
    List<String> at = List.of();
    List<String> names = List.of();
    String kind = "";
    String name = "";
    String type = "";
    long size = 0;
    int step = 0;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String field = in.currentName();
      in.nextToken();
      switch (field) {
        case "at" -> at = strings(in);
        case "names" -> names = strings(in);
        case "kind" -> kind = in.getText();
        case "name" -> name = in.getText();
        case "type" -> type = in.getText();
        case "size" -> size = in.getLongValue();
        case "step" -> step = in.getIntValue();
        default -> throw new IOException("unexpected field " + field);
      }
    }
    return switch (kind) {
      case "missing" -> new Mismatch.Missing(step, at, name, names);
      case "type" -> new Mismatch.NoParts(step, at, type);
      case "index" -> new Mismatch.NoIndex(step, at, name);
      case "range" -> new Mismatch.OutOfRange(step, at, name, size);
      case "optional" -> new Mismatch.OptionalInList(step, at);
      default -> throw new IOException("unknown error " + kind);
    };
  }

  private static List<String> strings(JsonParser in) throws IOException {
    var result = new ArrayList<String>();
    while (in.nextToken() == JsonToken.VALUE_STRING) {
      result.add(in.getText());
    }
    return result;
  }
}
