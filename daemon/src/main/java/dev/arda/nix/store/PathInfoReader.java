package dev.arda.nix.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import dev.arda.nix.types.StorePath;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what {@code nix path-info --json} prints, in its three shapes:
 *
 * <pre>
 * Nix 2.8                     [{"path":"/nix/store/…","narSize":1,…}, …]
 * since 2.19                  {"/nix/store/…":{"narSize":1,…}, …}
 * since 2.33, if asked for    {"version":2,"storeDir":"/nix/store","info":{"…-name":{…}, …}}
 * </pre>
 *
 * <p>In the last one all paths lack the store's directory. A path that the store has not is an
 * object with {@code "valid":false} in the first, null in the others, and left out here.
 */
final class PathInfoReader {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String directory;

  private PathInfoReader(String directory) {
    this.directory = directory;
  }

  /**
   * The paths, in the order of the text.
   *
   * @param directory directory of the store, for paths that lack it
   * @throws StoreException {@code STORE_FAILED} if it is none of the shapes
   */
  static List<PathInfo> read(byte[] json, String directory) {
    try {
      var root = JSON.readTree(json);
      var result = new ArrayList<PathInfo>();
      if (root.isArray()) {
        var reader = new PathInfoReader(directory);
        for (var info : root) {
          reader.read(info.path("path").asText(), info).ifPresent(result::add);
        }
      } else if (!root.isObject()) {
        throw new IllegalArgumentException("it is neither a list nor an object");
      } else {
        var reader = new PathInfoReader(root.path("storeDir").asText(directory));
        var infos = root.path("info").isObject() ? root.get("info") : root;
        for (var entry : infos.properties()) {
          reader.read(entry.getKey(), entry.getValue()).ifPresent(result::add);
        }
      }
      return result;
    } catch (IOException | IllegalArgumentException e) {
      throw new StoreException(
          Reason.STORE_FAILED,
          "What Nix says of store paths cannot be read: " + e.getMessage(),
          Details.NONE.with(e));
    }
  }

  private Optional<PathInfo> read(String name, JsonNode info) {
    if (!info.isObject() || !info.path("valid").asBoolean(true)) {
      return Optional.empty();
    }
    var path = path(name);
    return Optional.of(
        new PathInfo(
            path,
            info.path("narHash").asText(),
            info.path("narSize").asLong(),
            texts(info.path("references")).stream()
                .map(this::path)
                .filter(reference -> !reference.equals(path))
                .sorted()
                .toList(),
            text(info.path("deriver"))
                .filter(text -> !text.equals("unknown-deriver"))
                .map(this::path),
            info.path("ca").isObject()
                ? Optional.of(info.get("ca").toString())
                : text(info.path("ca")),
            texts(info.path("signatures")),
            info.path("ultimate").asBoolean(false),
            Optional.of(info.path("registrationTime").asLong(0))
                .filter(seconds -> seconds > 0)
                .map(Instant::ofEpochSecond),
            info.path("downloadSize").asLong(0)));
  }

  private StorePath path(String text) {
    return StorePath.of(text.startsWith("/") ? text : directory + "/" + text)
        .orElseThrow(() -> new IllegalArgumentException(text + " is no store path"));
  }

  private static Optional<String> text(JsonNode node) {
    return node.isTextual() && !node.asText().isEmpty()
        ? Optional.of(node.asText())
        : Optional.empty();
  }

  private static List<String> texts(JsonNode array) {
    var result = new ArrayList<String>();
    for (var element : array) {
      result.add(element.isTextual() ? element.asText() : element.toString());
    }
    return result;
  }
}
