package dev.arda.nix.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a Nix program about itself: one process for each question. The answers are properties of the
 * program, so the settings of whoever asks first are kept away from it.
 */
final class NixProbe {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /**
   * The command that prints all commands and flags as JSON: its name since Nix 2.16, and before.
   * Each kind of program rejects the other name at once.
   */
  private static final List<String> DESCRIPTIONS = List.of("__dump-cli", "__dump-args");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ProcessRunner runner;
  private final NixPrograms programs;

  NixProbe(ProcessRunner runner, NixPrograms programs) {
    this.runner = runner;
    this.programs = programs;
  }

  NixVersion version() {
    var result = run("--version");
    if (!result.succeeded()) {
      throw unusable("it failed: " + lastLine(result), "");
    }
    return NixVersion.parse(result.outputText());
  }

  /**
   * What this Nix can do.
   *
   * @param version only decides which of two names is tried first
   */
  NixCapabilities capabilities(NixVersion version) {
    var names = new ArrayList<>(DESCRIPTIONS);
    if (version.version().matches("2\\.([0-9]|1[0-5])\\..*")) {
      names.addFirst(names.removeLast());
    }
    for (var name : names) {
      var result = run(name);
      if (result.succeeded()) {
        return read(result.output(), version);
      }
    }
    throw unusable(
        "it does not list its commands. arda needs Nix 2.8 or newer, Lix, or Determinate Nix.",
        version.text());
  }

  private NixCapabilities read(byte[] output, NixVersion version) {
    try {
      var description = JSON.readTree(output);
      var root = description.path("args").isObject() ? description.path("args") : description;
      if (command(root, "flake").isEmpty() || command(root, "eval").isEmpty()) {
        throw unusable("it knows no flakes. arda needs Nix 2.8 or newer.", version.text());
      }
      return new NixCapabilities(
          command(root, "config", "show").isPresent(),
          hasFlag(root, "print-out-paths", "build"),
          command(root, "flake", "metadata").isPresent(),
          hasFlag(root, "all-systems", "flake", "show"),
          hasFlag(root, "flake", "flake", "update"),
          hasFlag(root, "json-format", "path-info"));
    } catch (JsonProcessingException e) {
      throw unusable(
          "the list of its commands cannot be read. arda needs Nix 2.8 or newer, Lix, or Determinate Nix.",
          version.text());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Optional<JsonNode> command(JsonNode root, String... path) {
    var node = root;
    for (var name : path) {
      node = node.path("commands").path(name);
    }
    return Optional.of(node).filter(JsonNode::isObject);
  }

  private static boolean hasFlag(JsonNode root, String flag, String... path) {
    return command(root, path).filter(node -> node.path("flags").has(flag)).isPresent();
  }

  private CommandResult run(String argument) {
    var environment = new HashMap<>(programs.environment());
    // No file can be below /dev/null: no settings.
    environment.putAll(
        Map.of("NIX_CONF_DIR", "/dev/null/none", "NIX_USER_CONF_FILES", "", "NIX_CONFIG", ""));
    try {
      return runner.run(
          Command.of(List.of(programs.nix().toString(), argument), environment, Path.of("/"))
              .timeLimit(LIMIT)
              .build());
    } catch (CommandException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      throw unusable(e.getMessage(), "");
    }
  }

  private static String lastLine(CommandResult result) {
    return TerminalText.strip(
        result.errorTail().lines().reduce((_, last) -> last).orElse("no message"));
  }

  private CommandException unusable(String why, String version) {
    return new CommandException(
        Reason.NIX_UNUSABLE,
        "%s cannot be used: %s".formatted(programs.nix(), why),
        NixException.Details.NONE
            .with("program", programs.nix().toString())
            .with("version", version));
  }
}
