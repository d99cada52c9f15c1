package dev.arda.nix.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link NixCommands#nixBuild} printed, in whichever of its two forms. */
public final class BuildOutputs {

  private static final ObjectMapper JSON = new ObjectMapper();

  private BuildOutputs() {}

  /**
   * The store paths that were built, in the order of what was asked for and of the names of
   * outputs.
   *
   * @param output the command's standard output
   * @throws IllegalArgumentException if it is neither form
   */
  public static List<String> parse(byte[] output) {
    var text = new String(output, StandardCharsets.UTF_8).strip();
    if (!text.startsWith("[")) {
      return text.lines().toList();
    }
    try {
      var result = new ArrayList<String>();
      for (var built : JSON.readTree(text)) {
        // A store path that was asked for by name: an object in Nix 2.8, later a string.
        addText(built, result);
        addText(built.path("path"), result);
        built.path("outputs").forEach(path -> addText(path, result));
      }
      return List.copyOf(result);
    } catch (IOException e) {
      throw new IllegalArgumentException("not the output of nix build: " + text, e);
    }
  }

  private static void addText(JsonNode node, List<String> result) {
    if (node.isTextual()) {
      result.add(node.asText());
    }
  }
}
