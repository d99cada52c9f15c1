package dev.arda.nix.flake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.flake.Description.DerivationFacts;
import dev.arda.nix.flake.Description.One;
import dev.arda.nix.flake.Description.OptionFacts;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.SourcePosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Reads what {@code answer.nix} says to "describe". */
final class DescriptionReader {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Attributes whose values are nobody's business at a cursor. */
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i).*(passw(or)?d|passphrase|secret|token|(private|api|auth|access|encryption|signing)[_-]?key|psk|credential).*"
              + "|(.*[_-])?pass");

  /** A set whose parts are such. */
  private static final Pattern SECRETS = Pattern.compile("(?i)(.*[_-])?credentials?");

  private static final int MOST_TEXT = 600;

  private final UnaryOperator<String> localised;

  /**
   * A reader.
   *
   * @param localised names a file of the source tree as its user does
   */
  DescriptionReader(UnaryOperator<String> localised) {
    this.localised = localised;
  }

  /**
   * Reads a description.
   *
   * @param selector what was described
   * @throws IOException if it is none
   */
  Description read(Selector selector, byte[] json) throws IOException {
    return read(JSON.readTree(json), isSecret(selector));
  }

  /** Whether the names that lead to a value say that it is a secret. */
  private static boolean isSecret(Selector selector) {
    if (selector.steps().isEmpty()) {
      return false;
    }
    boolean last =
        selector.steps().getLast() instanceof Step.Name(String name)
            && SECRET.matcher(name).matches();
    return last
        || selector.steps().stream()
            .anyMatch(step ->
                step instanceof Step.Name(String above) && SECRETS.matcher(above).matches());
  }

  private Description read(JsonNode node, boolean secret) throws IOException {
    if (!node.isObject() || !node.path("type").isTextual()) {
      throw new IOException("not a description: " + node.getNodeType());
    }
    String type = node.path("type").textValue();
    boolean hidden = secret && !type.equals("set") && !type.equals("each");
    return new Description(
        type,
        hidden ? "" : preview(type, node),
        node.path("count").asLong(),
        hidden,
        position(node.path("position")),
        derivation(node.path("derivation")),
        option(node.path("option")),
        each(node.path("each"), secret));
  }

  private static String preview(String type, JsonNode node) {
    return switch (type) {
      case "set" -> names(node);
      case "list" -> elements(node);
      case "string", "path", "int", "float", "bool", "null" -> {
        String text = scalar(node.path("value"), type.equals("path"));
        yield node.path("count").asLong() > MOST_TEXT ? text + " …" : text;
      }
      default -> "";
    };
  }

  private static String names(JsonNode node) {
    var names = new ArrayList<String>();
    node.path("names").forEach(name -> names.add(plain(name.asText())));
    boolean all = names.size() == node.path("count").asLong();
    return names.isEmpty() ? "{ }" : "{ " + String.join("; ", names) + (all ? "; }" : "; … }");
  }

  private static String elements(JsonNode node) {
    var elements = new ArrayList<String>();
    node.path("elements").forEach(one -> elements.add(scalar(one, false)));
    boolean all = elements.size() == node.path("count").asLong();
    return elements.isEmpty() ? "[ ]" : "[ " + String.join(" ", elements) + (all ? " ]" : " … ]");
  }

  private static String scalar(JsonNode value, boolean path) {
    if (!value.isTextual()) {
      return value.toString();
    }
    String text = value.textValue();
    return path || (text.startsWith("<") && text.endsWith(">"))
        ? plain(text)
        : '"' + plain(SecretParts.masked(text).replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
  }

  private static String plain(String text) {
    return TerminalText.strip(text.replace("\n", "\\n").replace("\t", "\\t"));
  }

  private Optional<SourcePosition> position(JsonNode node) {
    return node.path("file").isTextual()
        ? Optional.of(
            new SourcePosition(
                localised.apply(node.path("file").textValue()),
                node.path("line").asInt(),
                node.path("column").asInt()))
        : Optional.empty();
  }

  private static Optional<DerivationFacts> derivation(JsonNode node) {
    if (!node.isObject()) {
      return Optional.empty();
    }
    var outputs = new ArrayList<String>();
    node.path("outputs").forEach(output -> outputs.add(plain(output.asText())));
    return Optional.of(
        new DerivationFacts(
            prose(node, "name"), prose(node, "version"), prose(node, "description"), outputs));
  }

  private static Optional<OptionFacts> option(JsonNode node) {
    return node.isObject()
        ? Optional.of(
            new OptionFacts(
                prose(node, "type"), prose(node, "description"), prose(node, "default")))
        : Optional.empty();
  }

  private static String prose(JsonNode node, String name) {
    return TerminalText.strip(SecretParts.masked(node.path(name).asText("")));
  }

  private List<One> each(JsonNode node, boolean secret) throws IOException {
    var result = new ArrayList<One>();
    for (var entry : node.properties()) {
      result.add(new One(plain(entry.getKey()), read(entry.getValue(), secret)));
    }
    return result;
  }
}
