package dev.arda.lsp.protocol;

import com.google.gson.JsonElement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a completion item carries to be explained later.
 *
 * @param uri the document
 * @param selector selects the value in its flake
 */
record ResolveData(String uri, String selector) {

  /** Reads it; empty if it is something else. */
  static Optional<ResolveData> of(@Nullable JsonElement data) {
    if (data != null && data.isJsonObject()) {
      var object = data.getAsJsonObject();
      var uri = object.get("uri");
      var selector = object.get("selector");
      if (uri != null && uri.isJsonPrimitive() && selector != null && selector.isJsonPrimitive()) {
        return Optional.of(new ResolveData(uri.getAsString(), selector.getAsString()));
      }
    }
    return Optional.empty();
  }
}
