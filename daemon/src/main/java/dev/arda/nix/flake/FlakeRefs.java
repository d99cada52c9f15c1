package dev.arda.nix.flake;

import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which flake a user means. Paths, with or without {@code path:}, are made absolute; every other
 * reference is Nix's to understand and passes untouched.
 */
final class FlakeRefs {

  /** A URL scheme, or a registry word followed by more (`github:…`, `flake:nixpkgs`). */
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");

  /** Paths that every Nix takes as they are. */
  private static final Pattern PLAIN_PATH = Pattern.compile("[A-Za-z0-9/._~@+=:,!-]*");

  private FlakeRefs() {}

  /**
   * The reference to hand to Nix.
   *
   * @param given what the user wrote; empty: {@code ARDA_FLAKE} or {@code CLAN_DIR} (the seed,
   *     section 7), else the nearest directory with a {@code flake.nix} from the caller's directory
   *     upwards
   * @param defaultFlake what the environment names; empty if nothing
   * @throws FlakeException if there is none, it is malformed, or the directory does not exist or
   *     has no {@code flake.nix}
   */
  static FlakeRef resolve(CallContext context, String given, Optional<String> defaultFlake) {
    String text = given.isEmpty() ? defaultFlake.orElse("") : given;
    if (text.isEmpty()) {
      Path nearest = nearestFlake(context.cwd());
      if (nearest == null) {
        throw new FlakeException(
            Reason.FLAKE_NOT_FOUND,
            "no flake.nix in "
                + context.cwd()
                + " or a directory above it; name a flake with --flake or ARDA_FLAKE",
            Details.NONE.with("directory", context.cwd().toString()));
      }
      return local(nearest, "");
    }
    check(text);
    if (text.startsWith("path:")) {
      String rest = text.substring("path:".length());
      return rest.startsWith("/")
          ? FlakeRef.of(text)
          : FlakeRef.of("path:" + absolute(context, rest));
    }
    if (SCHEME.matcher(text).matches() && !isDirectory(context, text)) {
      return FlakeRef.of(text);
    }
    int query = text.indexOf('?');
    String pathText = query < 0 || isDirectory(context, text) ? text : text.substring(0, query);
    String queryText = text.substring(pathText.length());
    boolean looksLikePath =
        pathText.startsWith("/") || pathText.startsWith(".") || pathText.startsWith("~");
    if (!looksLikePath && !isDirectory(context, pathText)) {
      // A word from the registry, such as `nixpkgs`.
      return FlakeRef.of(text);
    }
    Path path = path(context, pathText);
    if (!Files.exists(path)) {
      throw new FlakeException(
          Reason.FLAKE_SOURCE_MISSING,
          "there is no " + path + " (flake '" + text + "')",
          Details.NONE.with("flake", text).with("path", path.toString()));
    }
    if (Files.isRegularFile(path) && path.endsWith("flake.nix") && path.getParent() != null) {
      path = path.getParent();
    }
    if (queryText.isEmpty()) {
      Path nearest = nearestFlake(path);
      if (nearest == null) {
        throw new FlakeException(
            Reason.FLAKE_FILE_MISSING,
            "there is no flake.nix in " + path + " or a directory above it",
            Details.NONE.with("flake", text).with("path", path.toString()));
      }
      path = nearest;
    }
    return local(path, queryText);
  }

  private static void check(String text) {
    String fault = null;
    if (text.indexOf('#') >= 0) {
      int hash = text.indexOf('#');
      fault =
          "a flake reference has no '#'; the part after it, '"
              + text.substring(hash + 1)
              + "', belongs into a selector";
    } else if (text.startsWith("-")) {
      fault = "a flake reference cannot begin with '-'";
    } else if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      fault = "a flake reference cannot contain control characters";
    }
    if (fault != null) {
      throw new FlakeException(
          Reason.FLAKE_REF_INVALID,
          fault + " (flake '" + text.replaceAll("\\p{Cntrl}", "?") + "')",
          Details.NONE.with("flake", text));
    }
  }

  /** The directory itself or the nearest above it that has a {@code flake.nix}. */
  private static @Nullable Path nearestFlake(Path start) {
    for (Path directory = start; directory != null; directory = directory.getParent()) {
      if (Files.exists(directory.resolve("flake.nix"))) {
        return directory;
      }
    }
    return null;
  }

  /** The reference as an argument for a Nix that runs in {@link #directory}. */
  static String argument(FlakeRef ref) {
    return needsDirectory(ref) ? "." : ref.text();
  }

  /**
   * Where to run Nix so that it understands {@link #argument}. A path with characters that Nix
   * would refuse, or take for a query, a fragment or an escape, can be named in no way that all
   * versions understand; so Nix is run in it.
   */
  static Path directory(CallContext context, FlakeRef ref) {
    return needsDirectory(ref) ? ref.directory().orElse(context.cwd()) : context.cwd();
  }

  private static boolean needsDirectory(FlakeRef ref) {
    return ref.directory().isPresent() && !PLAIN_PATH.matcher(ref.text()).matches();
  }

  private static FlakeRef local(Path path, String query) {
    return query.isEmpty()
        ? new FlakeRef(path.toString(), Optional.of(path))
        : FlakeRef.of(path + query);
  }

  private static boolean isDirectory(CallContext context, String text) {
    try {
      return Files.exists(path(context, text).resolve("flake.nix"));
    } catch (FlakeException e) {
      return false;
    }
  }

  private static String absolute(CallContext context, String text) {
    int query = text.indexOf('?');
    return query < 0
        ? path(context, text).toString()
        : path(context, text.substring(0, query)) + text.substring(query);
  }

  private static Path path(CallContext context, String text) {
    String home = context.environment().getOrDefault("HOME", "");
    String expanded =
        (text.equals("~") || text.startsWith("~/")) && !home.isEmpty()
            ? home + text.substring(1)
            : text;
    try {
      return context.cwd().resolve(expanded).normalize();
    } catch (InvalidPathException e) {
      throw new FlakeException(
          Reason.FLAKE_REF_INVALID,
          "'" + text + "' is not a path: " + e.getReason(),
          Details.NONE.with("flake", text).with(e));
    }
  }
}
