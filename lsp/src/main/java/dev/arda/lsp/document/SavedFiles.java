package dev.arda.lsp.document;

import dev.arda.lsp.text.NixText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Nix files as they are saved, read again when they have changed. Thread-safe. */
public final class SavedFiles {

  private static final long LARGEST = 4L << 20;
  private static final int MOST = 200;

  private record Read(long size, long modified, NixText text) {}

  // Guarded by itself.
  private final Map<Path, Read> known = new LinkedHashMap<>(16, 0.75f, true);

  /** A file; empty if it cannot be read or is larger than 4 MiB. */
  public Optional<NixText> read(Path file) {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      long modified = attributes.lastModifiedTime().toMillis();
      if (!attributes.isRegularFile() || attributes.size() > LARGEST) {
        return Optional.empty();
      }
      synchronized (known) {
        var before = known.get(file);
        if (before != null && before.size() == attributes.size() && before.modified() == modified) {
          return Optional.of(before.text());
        }
      }
      var text = NixText.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
      synchronized (known) {
        known.put(file, new Read(attributes.size(), modified, text));
        if (known.size() > MOST) {
          known.remove(known.keySet().iterator().next());
        }
      }
      return Optional.of(text);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
