package dev.arda.nix.flake;

import dev.arda.nix.types.FlakeRef;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which directories flakes that can be changed are in. */
public final class LocalFlakes {

  private static final Pattern LOCAL =
      Pattern.compile("(?:path:|git\\+file:(?://)?)(?<path>/[^?#]*)(?:\\?(?<query>[^#]*))?");

  private static final Pattern DIRECTORY = Pattern.compile("(?:^|&)dir=(?<dir>[^&]*)");

  private static final Pattern PAST = Pattern.compile("(^|&)(rev|ref)=");

  private LocalFlakes() {}

  /**
   * The directory that holds the {@code flake.nix} of a reference; empty: it is not in a local
   * directory, or means a state of the past.
   *
   * @throws InvalidPathException if its path is malformed
   */
  public static Optional<Path> directory(FlakeRef ref) {
    return ref.directory().or(() -> local(ref.text()));
  }

  private static Optional<Path> local(String text) {
    var local = LOCAL.matcher(text.startsWith("/") ? "path:" + text : text);
    if (!local.matches()) {
      return Optional.empty();
    }
    var query = Optional.ofNullable(local.group("query")).orElse("");
    var directory = DIRECTORY.matcher(query);
    if (PAST.matcher(query).find()) {
      return Optional.empty();
    }
    var tree = Path.of(decoded(local.group("path")));
    return Optional.of(directory.find() ? tree.resolve(decoded(directory.group("dir"))) : tree);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
