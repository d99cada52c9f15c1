package dev.arda.nix.flake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what {@code nix flake metadata --json} prints; the fields differ a little between Nix 2.8
 * and 2.34.
 */
final class MetadataReader {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Deeper than any sensible graph of inputs; a lock file may contain a cycle. */
  private static final int MAX_INPUT_DEPTH = 64;

  private static final int MAX_INPUTS = 10_000;

  private MetadataReader() {}

  /**
   * Reads a flake in one state.
   *
   * @param json what Nix printed
   * @param lockedInMemory whether the lock file on disk is not the one that counts: Nix then hides
   *     the revision from the flake, as for a dirty tree
   * @throws FlakeException if it is not what Nix prints
   */
  static LockedFlake read(FlakeRef ref, String json, boolean lockedInMemory) {
    try {
      JsonNode root = JSON.readTree(json);
      JsonNode locked = root.path("locked");
      String narHash = required(locked, "narHash");
      String storePath = required(root, "path");
      JsonNode locks = root.path("locks");
      if (!locks.path("nodes").isObject()) {
        throw new FlakeException(Reason.INTERNAL, "Nix's metadata of " + ref + " has no locks");
      }
      String subdirectory = root.path("resolved").path("dir").asText("");
      var state =
          new FlakeState(
              ref.text(),
              root.path("url").asText(""),
              narHash,
              storePath,
              text(locked, "rev"),
              text(locked, "dirtyRev"),
              root.path("lastModified").asLong(0),
              subdirectory);
      return new LockedFlake(
          new FlakeMetadata(state, root.path("description").asText(""), inputs(locks), json),
          binding(root, locked, subdirectory, lockedInMemory),
          tree(root.path("resolved")));
    } catch (JsonProcessingException e) {
      throw new FlakeException(
          Reason.INTERNAL,
          "Nix's metadata of " + ref + " is not JSON: " + e.getOriginalMessage(),
          Details.NONE.with(e));
    }
  }

  /** Whether metadata say where in the store the source tree is, and its hash. */
  static boolean namesTree(String json) {
    try {
      JsonNode root = JSON.readTree(json);
      return text(root, "path").isPresent() && text(root.path("locked"), "narHash").isPresent();
    } catch (JsonProcessingException e) {
      // What is wrong is told when it is read.
      return true;
    }
  }

  /** The reference to exactly this state, if there is one: none to a dirty tree. */
  static Optional<String> lockedUrl(String json) {
    try {
      JsonNode root = JSON.readTree(json);
      return root.path("locked").has("rev") ? text(root, "url") : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /**
   * Metadata with the place and hash of the source tree.
   *
   * @param prefetched what {@code nix flake prefetch --json} printed
   * @throws FlakeException if it does not say that, or the tree is another one than the metadata
   *     speak of
   */
  static String withTree(FlakeRef ref, String json, String prefetched) {
    try {
      JsonNode tree = JSON.readTree(prefetched);
      if (!(JSON.readTree(json) instanceof ObjectNode root)
          || !(root.path("locked") instanceof ObjectNode locked)) {
        throw new FlakeException(Reason.INTERNAL, "Nix's metadata of " + ref + " are no set");
      }
      String hash = required(tree, "hash");
      Optional<String> said = text(locked, "narHash");
      if (said.filter(other -> !other.equals(hash)).isPresent()) {
        throw new FlakeException(
            Reason.FLAKE_FETCH_FAILED, ref + " changed while Nix read it; ask again");
      }
      root.put("path", required(tree, "storePath"));
      locked.put("narHash", hash);
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new FlakeException(
          Reason.INTERNAL,
          "what Nix says of the tree of " + ref + " is not JSON: " + e.getOriginalMessage(),
          Details.NONE.with(e));
    }
  }

  /** The argument of {@code call-flake.nix}. */
  private static String binding(
      JsonNode root, JsonNode locked, String subdirectory, boolean lockedInMemory) {
    ObjectNode binding = JSON.createObjectNode();
    ObjectNode source = binding.putObject("source");
    source.set("path", root.get("path"));
    source.set("narHash", locked.get("narHash"));
    if (root.has("lastModified")) {
      source.set("lastModified", root.get("lastModified"));
    }
    ObjectNode info = binding.putObject("info");
    if (!lockedInMemory) {
      text(locked, "rev")
          .ifPresent(revision -> {
            info.put("rev", revision);
            info.put("shortRev", revision.substring(0, Math.min(7, revision.length())));
          });
      if (locked.has("revCount")) {
        info.set("revCount", locked.get("revCount"));
      }
    }
    for (String name : List.of("dirtyRev", "dirtyShortRev")) {
      if (locked.has(name)) {
        info.set(name, locked.get(name));
      }
    }
    if (locked.path("type").asText("").equals("git")) {
      info.put("submodules", locked.path("submodules").asBoolean(false));
    }
    binding.put("subdir", subdirectory);
    binding.set("locks", root.get("locks"));
    // ASCII, so that no character can mean anything to the Nix lexer.
    try {
      return JSON.writer()
          .with(com.fasterxml.jackson.core.json.JsonWriteFeature.ESCAPE_NON_ASCII)
          .writeValueAsString(binding);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The directory that a local source is taken from. */
  private static Optional<Path> tree(JsonNode resolved) {
    return switch (resolved.path("type").asText("")) {
      case "path" -> text(resolved, "path").filter(path -> path.startsWith("/")).map(Path::of);
      case "git" ->
          text(resolved, "url")
              .filter(url -> url.startsWith("file:///"))
              .map(url -> Path.of(URI.create(url.replace(" ", "%20")).getPath()));
      default -> Optional.empty();
    };
  }

  private static List<FlakeMetadata.Input> inputs(JsonNode locks) {
    var result = new ArrayList<FlakeMetadata.Input>();
    collect(locks, locks.path("root").asText(""), "", 0, new HashSet<>(), result);
    result.sort(Comparator.comparing(FlakeMetadata.Input::path));
    return result;
  }

  private static void collect(
      JsonNode locks,
      String key,
      String prefix,
      int depth,
      Set<String> above,
      List<FlakeMetadata.Input> result) {
    if (depth > MAX_INPUT_DEPTH || !above.add(key)) {
      return;
    }
    for (var entry : locks.path("nodes").path(key).path("inputs").properties()) {
      String path = prefix + entry.getKey();
      JsonNode target = entry.getValue();
      if (result.size() >= MAX_INPUTS) {
        break;
      }
      if (target.isArray()) {
        var follows = new ArrayList<String>();
        target.forEach(part -> follows.add(part.asText()));
        result.add(new FlakeMetadata.Input(path, "", "", 0, String.join("/", follows)));
      } else {
        JsonNode node = locks.path("nodes").path(target.asText());
        result.add(
            new FlakeMetadata.Input(
                path,
                InputUrl.of(node.path("locked")),
                node.path("locked").path("narHash").asText(""),
                node.path("locked").path("lastModified").asLong(0),
                ""));
        collect(locks, target.asText(), path + "/", depth + 1, above, result);
      }
    }
    above.remove(key);
  }

  private static String required(JsonNode node, String name) {
    return text(node, name)
        .orElseThrow(() ->
            new FlakeException(
                Reason.NIX_UNUSABLE,
                "this Nix does not say the '"
                    + name
                    + "' of a flake in `nix flake metadata --json`; arda needs it"));
  }

  private static Optional<String> text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value != null && value.isTextual() ? Optional.of(value.asText()) : Optional.empty();
  }
}
