package dev.arda.nix.core;

import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Surroundings in which a test has a store to itself. */
final class TestNix {

  private TestNix() {}

  /** A caller whose store, settings and caches lie below a directory. */
  static CallContext caller(Path nix, Path directory, NixOptions options) {
    return new CallContext(directory, Optional.of(nix), options, environment(directory));
  }

  static Map<String, String> environment(Path directory) {
    var result = new HashMap<>(Map.of("PATH", "/usr/bin:/bin", "NIX_REMOTE", ""));
    for (var name :
        List.of(
            "NIX_STORE_DIR",
            "NIX_STATE_DIR",
            "NIX_LOG_DIR",
            "NIX_CONF_DIR",
            "XDG_CACHE_HOME",
            "XDG_STATE_HOME",
            "XDG_CONFIG_HOME",
            "HOME")) {
      try {
        var path = directory.toRealPath().resolve(name.toLowerCase(Locale.ROOT));
        result.put(name, Files.createDirectories(path).toString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    result.put(
        "NIX_CONFIG",
        "sandbox = false\nsubstituters =\nexperimental-features = nix-command flakes");
    return result;
  }
}
