package dev.arda.nix.flake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads {@code flake.lock}. */
final class LockFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Deeper than any sensible graph of inputs; a lock file may contain a cycle. */
  private static final int MAX_DEPTH = 64;

  private static final int MAX_INPUTS = 10_000;

  private final JsonNode nodes;
  private final SortedMap<String, LockedInput> inputs = new TreeMap<>();
  private final Set<String> above = new HashSet<>();

  private LockFile(JsonNode nodes) {
    this.nodes = nodes;
  }

  /**
   * All inputs by their paths; none if there is no such file.
   *
   * @throws FlakeException {@code FLAKE_INVALID} if it is no lock file
   */
  static SortedMap<String, LockedInput> read(Path file) {
    try {
      var root = JSON.readTree(Files.readAllBytes(file));
      var reader = new LockFile(root.path("nodes"));
      reader.collect(root.path("root").asText(""), "", 0);
      return reader.inputs;
    } catch (NoSuchFileException e) {
      return new TreeMap<>();
    } catch (IOException e) {
      throw new FlakeException(
          Reason.FLAKE_INVALID,
          "the lock file %s cannot be read: %s".formatted(file, e.getMessage()),
          Details.NONE.with("file", file.toString()).with(e));
    }
  }

  private void collect(String key, String prefix, int depth) {
    if (depth > MAX_DEPTH || !above.add(key)) {
      return;
    }
    for (var entry : nodes.path(key).path("inputs").properties()) {
      if (inputs.size() >= MAX_INPUTS) {
        break;
      }
      var path = prefix + entry.getKey();
      var target = entry.getValue();
      if (target.isArray()) {
        var follows = new ArrayList<String>();
        target.forEach(part -> follows.add(part.asText()));
        inputs.put(path, new LockedInput("", "", "", 0, String.join("/", follows)));
      } else {
        inputs.put(path, locked(nodes.path(target.asText()).path("locked")));
        collect(target.asText(), path + "/", depth + 1);
      }
    }
    above.remove(key);
  }

  private static LockedInput locked(JsonNode locked) {
    return new LockedInput(
        InputUrl.of(locked),
        locked.path("rev").asText(""),
        locked.path("narHash").asText(""),
        locked.path("lastModified").asLong(0),
        "");
  }
}
