package dev.arda.nix.types;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The path of one object in a Nix store, for example {@code
 * /nix/store/g1yx7g5vd2xwyh8rd3zv7cqm5rw4wq4x-hello-2.12}: never a file below it. Ordered by its
 * text. Nothing is said about whether the store has it.
 *
 * @param directory the store's directory, without a slash at its end
 * @param baseName the hash of 32 characters, a hyphen and the name
 */
public record StorePath(String directory, String baseName) implements Comparable<StorePath> {

  /** What the part after the store's directory looks like. */
  public static final String BASE_NAME = "[0-9a-df-np-sv-z]{32}-[0-9a-zA-Z+?=_.-]{1,211}";

  private static final Pattern FORM = Pattern.compile(BASE_NAME);
  private static final int HASH = 32;
  private static final String DERIVATION = ".drv";

  /** Checks the form. */
  public StorePath {
    if (!directory.startsWith("/") || directory.endsWith("/")) {
      throw new IllegalArgumentException("not the directory of a store: " + directory);
    }
    if (!FORM.matcher(baseName).matches()) {
      throw new IllegalArgumentException("not the name of a store path: " + baseName);
    }
  }

  /** The path that a text is, in whichever store; empty if it is none, or leads below one. */
  public static Optional<StorePath> of(String text) {
    var slash = text.lastIndexOf('/');
    return slash > 0 && text.startsWith("/") && FORM.matcher(text.substring(slash + 1)).matches()
        ? Optional.of(new StorePath(text.substring(0, slash), text.substring(slash + 1)))
        : Optional.empty();
  }

  /** The hash in the path, 32 characters. */
  public String hash() {
    return baseName.substring(0, HASH);
  }

  /** What is behind the hash, for example {@code hello-2.12} or {@code hello-2.12.drv}. */
  public String name() {
    return baseName.substring(HASH + 1);
  }

  /** Whether it is a derivation. */
  public boolean isDerivation() {
    return baseName.endsWith(DERIVATION);
  }

  /** The absolute path. */
  public String text() {
    return directory + "/" + baseName;
  }

  @Override
  public int compareTo(StorePath other) {
    return text().compareTo(other.text());
  }

  /** The absolute path. */
  @Override
  public String toString() {
    return text();
  }
}
