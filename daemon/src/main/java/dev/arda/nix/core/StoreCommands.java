package dev.arda.nix.core;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Builds the argument lists for questions to stores and work on them. As in {@link NixCommands}, of
 * which it is a part that has a class of its own, nothing may be added behind a list, and nothing
 * that a user says becomes a flag: paths are absolute, and everything else is the argument of a
 * flag. The user's settings are in every list.
 *
 * <p>Where a {@code store} may be named, empty means the caller's, which with a test store is that.
 *
 * <p>A {@code nix} command takes a derivation for what it makes, unless it is told otherwise, and
 * then it accepts nothing but derivations. So the paths in one list are either all derivations,
 * which then are meant themselves, or none is.
 *
 * <p>Immutable. The methods do not block, except the first that needs to know what this Nix can do
 * ({@link NixFacts#capabilities}).
 */
public final class StoreCommands {

  private final NixCommands nix;

  /**
   * Commands of one Nix.
   *
   * @param nix with {@link NixCommands#withInternalJson} where progress is wanted
   */
  public StoreCommands(NixCommands nix) {
    this.nix = nix;
  }

  /**
   * {@code nix path-info --json}: what a store knows of paths.
   *
   * @param recursive also of everything that they refer to
   */
  public List<String> pathInfo(
      Collection<String> paths, boolean recursive, Optional<String> store) {
    var flags = new ArrayList<>(List.of("path-info", "--json"));
    if (nix.capabilities().pathInfoFormat()) {
      // The first form says the same in one line per path; without the flag there is a warning.
      flags.addAll(List.of("--json-format", "1"));
    }
    if (recursive) {
      flags.add("--recursive");
    }
    flags.addAll(settings());
    return onStore(flags, paths, store);
  }

  /** {@code nix-store --check-validity --print-invalid}: prints those that a store has not. */
  public List<String> invalidPaths(Collection<String> paths, Optional<String> store) {
    var result = storeProgram();
    result.addAll(List.of("--check-validity", "--print-invalid"));
    addPaths(result, paths);
    return ended(result, store);
  }

  /** Where paths are copied. */
  public enum Direction {
    /** From the caller's store to the other one. */
    TO,
    /** From the other store to the caller's. */
    FROM
  }

  /**
   * How paths are copied.
   *
   * @param checkSignatures whether the receiving store is to refuse paths without a signature that
   *     it trusts, as it does by itself
   * @param substitute whether the receiving store may fetch from its own substituters instead
   * @param recursive whether everything that the paths refer to is copied too
   */
  public record Copying(boolean checkSignatures, boolean substitute, boolean recursive) {
    /** As {@code nix copy} does without flags. */
    public static final Copying DEFAULT = new Copying(true, false, true);
  }

  /**
   * {@code nix copy}.
   *
   * @param other the other store
   */
  public List<String> copy(
      Collection<String> paths, Direction direction, String other, Copying how) {
    var flags = new ArrayList<String>();
    flags.add("copy");
    flags.add(
        switch (direction) {
          case TO -> "--to";
          case FROM -> "--from";
        });
    flags.add(other);
    if (!how.checkSignatures()) {
      flags.add("--no-check-sigs");
    }
    if (how.substitute()) {
      flags.add("--substitute-on-destination");
    }
    if (!how.recursive()) {
      flags.add("--no-recursive");
    }
    flags.addAll(settings());
    return onStore(flags, paths, Optional.empty());
  }

  /**
   * {@code nix store sign}.
   *
   * @param keyFile file that holds the secret key
   * @param recursive also everything that the paths refer to
   */
  public List<String> sign(
      Collection<String> paths, Path keyFile, boolean recursive, Optional<String> store) {
    var flags = new ArrayList<>(List.of("store", "sign"));
    flags.addAll(List.of("--key-file", NixCommands.absolute(keyFile)));
    if (recursive) {
      flags.add("--recursive");
    }
    flags.addAll(settings());
    return onStore(flags, paths, store);
  }

  /**
   * What is verified.
   *
   * @param contents whether files are what they were when they were added
   * @param trust whether paths were built here or are signed by a key that is trusted
   * @param signatures how many trusted signatures each path must have; 0: as {@code trust} says
   * @param recursive also everything that the paths refer to
   */
  public record Verification(boolean contents, boolean trust, int signatures, boolean recursive) {}

  /** {@code nix store verify}. */
  public List<String> verify(Collection<String> paths, Verification what, Optional<String> store) {
    var flags = new ArrayList<>(List.of("store", "verify"));
    if (!what.contents()) {
      flags.add("--no-contents");
    }
    if (!what.trust()) {
      flags.add("--no-trust");
    }
    if (what.signatures() > 0) {
      flags.addAll(List.of("--sigs-needed", Integer.toString(what.signatures())));
    }
    if (what.recursive()) {
      flags.add("--recursive");
    }
    flags.addAll(settings());
    return onStore(flags, paths, store);
  }

  /** {@code nix-store --gc --print-roots}: lines {@code ROOT -> STORE PATH}. */
  public List<String> roots() {
    return collector(List.of("--print-roots"));
  }

  /** {@code nix-store --gc --print-dead}: paths that nothing needs, one a line. */
  public List<String> deadPaths() {
    return collector(List.of("--print-dead"));
  }

  /**
   * {@code nix-store --gc}: removes them, and prints those it removed.
   *
   * @param maxFreed stop when so many bytes are free again
   */
  public List<String> collectGarbage(OptionalLong maxFreed) {
    return collector(
        maxFreed.isPresent()
            ? List.of("--max-freed", Long.toString(maxFreed.getAsLong()))
            : List.of());
  }

  private List<String> collector(List<String> flags) {
    var result = storeProgram();
    result.add("--gc");
    result.addAll(flags);
    return ended(result, Optional.empty());
  }

  private List<String> storeProgram() {
    var result = nix.program(nix.programs().nixStore());
    result.addAll(settings());
    return result;
  }

  private List<String> settings() {
    var result = new ArrayList<>(nix.networkSettings());
    result.addAll(nix.settings());
    return result;
  }

  private List<String> onStore(
      List<String> flags, Collection<String> paths, Optional<String> store) {
    var result = nix.program(nix.programs().nix());
    result.addAll(flags);
    var derivations = paths.stream().filter(path -> path.endsWith(".drv")).count();
    if (derivations > 0 && derivations < paths.size()) {
      throw new IllegalArgumentException("derivations and other paths in one command");
    }
    if (derivations > 0) {
      result.add("--derivation");
    }
    addPaths(result, paths);
    return ended(result, store);
  }

  private static void addPaths(List<String> arguments, Collection<String> paths) {
    for (var path : paths) {
      arguments.add(NixCommands.absolute(Path.of(path)));
    }
  }

  private List<String> ended(List<String> arguments, Optional<String> store) {
    if (store.isPresent()) {
      arguments.addAll(List.of("--store", store.get()));
      return List.copyOf(arguments);
    }
    return nix.ended(arguments);
  }
}
