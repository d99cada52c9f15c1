package dev.arda.lsp.protocol;

import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.arda.lsp.document.Document;
import dev.arda.lsp.feature.Completion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.lsp4j.CompletionItemKind;
import org.eclipse.lsp4j.Position;

/**
 * The answer to {@code textDocument/completion}, which is written as a {@code CompletionList}. By
 * hand, since it is asked for with every key and has hundreds of items: objects of LSP4J take
 * several times as long to make and to write.
 *
 * @param document where it was asked, as it was then
 */
record CompletionAnswer(Completion completion, Document document, Positions positions) {

  /** What it is and how that is known: {@code host · x86_64-linux}. */
  private static String about(Completion.Item item) {
    var parts = new ArrayList<String>(3);
    for (var part :
        List.of(
            item.kind().word(),
            item.detail(),
            switch (item.origin()) {
              case EVALUATED -> "";
              case EARLIER -> "of an earlier state";
              case TEXT -> "in the text";
            })) {
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    return String.join(" · ", parts);
  }

  private static CompletionItemKind kind(Completion.Item item) {
    return switch (item.kind()) {
      case HOST -> CompletionItemKind.Class;
      case USER, ACCOUNT -> CompletionItemKind.Interface;
      case TAG, ROLE -> CompletionItemKind.Enum;
      case OUTPUT, INPUT -> CompletionItemKind.Module;
      case PACKAGE -> CompletionItemKind.Struct;
      case SYSTEM -> CompletionItemKind.Folder;
      case ATTRIBUTE -> CompletionItemKind.Field;
    };
  }

  /** As JSON. */
  String toJson() {
    var places = positions.range(document.lines(), completion.start(), completion.end());
    var json = new StringBuilder(512 + completion.items().size() * 300);
    json.append("{\"isIncomplete\":").append(completion.incomplete()).append(",\"items\":[");
    var edit =
        ",\"textEdit\":{\"range\":{\"start\":"
            + json(places.getStart())
            + ",\"end\":"
            + json(places.getEnd())
            + "},\"newText\":";
    var uri = new JsonText(new StringBuilder()).add(document.uri()).toString();
    int rank = 0;
    for (var item : completion.items()) {
      json.append(rank == 0 ? "{" : ",{");
      write(new JsonText(json), item, rank++, edit, uri);
      json.append('}');
    }
    return json.append("]}").toString();
  }

  private static String json(Position position) {
    return "{\"line\":" + position.getLine() + ",\"character\":" + position.getCharacter() + "}";
  }

  private static void write(
      JsonText json, Completion.Item item, int rank, String edit, String uri) {
    json.raw("\"label\":").add(item.name());
    json.raw(",\"kind\":").raw(Integer.toString(kind(item).getValue()));
    var about = about(item);
    if (!about.isEmpty()) {
      json.raw(",\"detail\":").add(about);
      json.raw(",\"labelDetails\":{\"description\":").add(about).raw("}");
    }
    // Digits from 10000 on, so that they are all as long.
    json.raw(",\"sortText\":\"").raw(Integer.toString(10_000 + rank)).raw("\"");
    if (!item.filter().equals(item.name())) {
      json.raw(",\"filterText\":").add(item.filter());
    }
    json.raw(edit).add(item.text()).raw("}");
    if (!item.selector().isEmpty()) {
      json.raw(",\"data\":{\"uri\":").raw(uri);
      json.raw(",\"selector\":").add(item.selector()).raw("}");
    }
  }

  /** Puts it into a message. */
  static final class Writer extends TypeAdapter<CompletionAnswer> {
    @Override
    public void write(JsonWriter out, CompletionAnswer answer) throws IOException {
      out.jsonValue(answer.toJson());
    }

    @Override
    public CompletionAnswer read(JsonReader in) {
      throw new UnsupportedOperationException("an answer is only written");
    }
  }
}
