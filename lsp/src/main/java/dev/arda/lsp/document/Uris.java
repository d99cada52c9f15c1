package dev.arda.lsp.document;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

/** Names of files as editors write them. */
public final class Uris {

  private Uris() {}

  /** The file that a URI names; empty if it names something else. */
  public static Optional<Path> file(String uri) {
    try {
      var parsed = new URI(uri);
      boolean here =
          "file".equalsIgnoreCase(parsed.getScheme())
              && (parsed.getAuthority() == null
                  || parsed.getAuthority().isEmpty()
                  || parsed.getAuthority().equals("localhost"));
      var path = parsed.getPath();
      return here && path != null && path.startsWith("/") && path.indexOf('\0') < 0
          ? Optional.of(Path.of(path).normalize())
          : Optional.empty();
    } catch (URISyntaxException | java.nio.file.InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** The URI of a file. */
  public static String of(Path file) {
    try {
      return new URI("file", "", file.toString(), null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(file.toString(), e);
    }
  }
}
