package dev.arda.nix.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.core.NixLogEvent.ActivityType;
import dev.arda.nix.core.NixLogEvent.ResultType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decodes the lines that Nix prints with {@code --log-format internal-json}. Other lines stand
 * between them (from ssh, git, builders that were started by hand), and what is inside is for a
 * good part somebody else's text: nothing makes the decoder fail.
 */
public final class InternalJsonLog {

  private static final String PREFIX = "@nix ";

  /** In characters, of which even four bytes each would be no line that has to be cut. */
  private static final int LONGEST_WHOLE = ChildProcess.LONGEST_LINE / 4 - 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  private InternalJsonLog() {}

  /** The event in a line; empty if the line is not one, or is damaged. */
  public static Optional<NixLogEvent> decode(String line) {
    if (!line.startsWith(PREFIX)) {
      return Optional.empty();
    }
    try {
      return event(JSON.readTree(line.substring(PREFIX.length())));
    } catch (JsonProcessingException e) {
      return message(line.substring(PREFIX.length()));
    }
  }

  /** Whether a line is the beginning of an event, the rest of which was cut off. */
  public static boolean isCut(String line) {
    return line.startsWith(PREFIX) && line.length() > LONGEST_WHOLE && !line.endsWith("}");
  }

  /**
   * The message in an event that was cut off: Nix 2.34 adds the whole trace of an error to the
   * event a second time, behind the message, ten thousand frames of an endless recursion included.
   */
  private static Optional<NixLogEvent> message(String json) {
    var level = 0;
    try (var parser = JSON.getFactory().createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var name = parser.currentName();
        parser.nextToken();
        if (name.equals("level")) {
          level = parser.getValueAsInt();
        } else if (name.equals("msg")) {
          // Only reports are so long.
          return Optional.of(new NixLogEvent.Message(level, parser.getText(), true));
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      // Cut off before the message.
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static Optional<NixLogEvent> event(JsonNode node) {
    var id = node.path("id").asLong();
    var type = node.path("type").asInt(-1);
    return switch (node.path("action").asText("")) {
      case "start" ->
          Optional.of(
              new NixLogEvent.Start(
                  id,
                  node.path("parent").asLong(),
                  node.path("level").asInt(),
                  ActivityType.of(type),
                  node.path("text").asText(""),
                  fields(node)));
      case "stop" -> Optional.of(new NixLogEvent.Stop(id));
      case "result" -> Optional.of(new NixLogEvent.Result(id, ResultType.of(type), fields(node)));
      case "msg" ->
          Optional.of(
              new NixLogEvent.Message(
                  node.path("level").asInt(), node.path("msg").asText(""), node.has("raw_msg")));
      default -> Optional.empty();
    };
  }

  private static List<String> fields(JsonNode node) {
    var result = new ArrayList<String>();
    node.path("fields").forEach(field -> result.add(field.asText("")));
    return result;
  }
}
