package dev.arda.nix.flake.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the inputs of a {@code flake.lock} whose content lies on this machine and may change:
 * {@code path:} inputs, git checkouts locked without a revision, local files (Nix manual, "nix
 * flake", lock files). Inputs of inputs are in the same file. Better too many than too few:
 * watching something that does not matter costs a recomputation at worst.
 */
public final class LockInputs {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path STORE = Path.of("/nix/store");

  private LockInputs() {}

  /**
   * The local inputs that the flake's own source does not contain. A lock that Nix could not read
   * either has none.
   *
   * @param lock the lock file's text
   * @param flakeDirectory absolute directory of the flake; relative inputs start there
   * @param source the flake's source: what lies in it is watched anyway, and a relative input in it
   *     is taken from Nix's copy of it, so that of a git flake only tracked files count
   */
  public static Set<SourceSpec> of(String lock, Path flakeDirectory, SourceSpec source) {
    Set<SourceSpec> found = new LinkedHashSet<>();
    try {
      JsonNode nodes = JSON.readTree(lock).path("nodes");
      for (JsonNode node : nodes) {
        add(node.path("locked"), nodes, node.path("parent"), flakeDirectory, source, found);
      }
    } catch (JsonProcessingException _) {
      return Set.of();
    }
    return found;
  }

  private static void add(
      JsonNode locked,
      JsonNode nodes,
      JsonNode parent,
      Path flakeDirectory,
      SourceSpec source,
      Set<SourceSpec> found) {
    String type = locked.path("type").asText("");
    switch (type) {
      case "path" -> {
        Path base = parentDirectory(nodes, parent, flakeDirectory);
        Optional<Path> given = path(locked.path("path").asText(""));
        boolean relative = given.filter(path -> !path.isAbsolute()).isPresent();
        given
            .map(path -> base.resolve(path).normalize())
            .filter(path -> !path.startsWith(STORE) && !contains(source, path, relative))
            .ifPresent(path -> found.add(new SourceSpec.PathTree(path)));
      }
      case "git" -> {
        if (!locked.has("rev")) {
          local(locked).ifPresent(path -> found.add(new SourceSpec.GitTree(path)));
        }
      }
      case "file", "tarball" ->
          local(locked).ifPresent(path -> found.add(new SourceSpec.PathTree(path)));
      default -> {}
    }
  }

  private static boolean contains(SourceSpec source, Path input, boolean relative) {
    return switch (source) {
      case SourceSpec.PathTree(Path root) -> input.startsWith(root);
      case SourceSpec.GitTree(Path worktree) -> relative && input.startsWith(worktree);
      case SourceSpec.All(Set<SourceSpec> parts) ->
          parts.stream().anyMatch(part -> contains(part, input, relative));
      case SourceSpec.Fixed _ -> false;
    };
  }

  /**
   * Where a relative input starts: newer locks name the parent as a path of inputs from the root,
   * older ones leave it out and mean the flake itself.
   */
  private static Path parentDirectory(JsonNode nodes, JsonNode parent, Path flakeDirectory) {
    Path directory = flakeDirectory;
    JsonNode current = nodes.path("root");
    for (JsonNode step : parent) {
      JsonNode target = current.path("inputs").path(step.asText());
      if (!target.isTextual()) {
        return flakeDirectory;
      }
      current = nodes.path(target.asText());
      if (current.path("locked").path("type").asText("").equals("path")) {
        Path base = directory;
        directory =
            path(current.path("locked").path("path").asText(""))
                .map(path -> base.resolve(path).normalize())
                .orElse(directory);
      }
    }
    return directory;
  }

  private static Optional<Path> local(JsonNode locked) {
    String url = locked.path("url").asText("");
    if (url.startsWith("/")) {
      return path(url);
    }
    try {
      URI uri = new URI(url.startsWith("git+") ? url.substring("git+".length()) : url);
      return "file".equals(uri.getScheme()) && uri.getPath() != null
          ? path(uri.getPath()).filter(Path::isAbsolute)
          : Optional.empty();
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  private static Optional<Path> path(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text).normalize());
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }
}
