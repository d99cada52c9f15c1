package dev.arda.nix.store.build;

import dev.arda.nix.flake.selector.AttributePath;
import dev.arda.nix.flake.selector.InstallableHabit;
import dev.arda.nix.types.CallContext;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Where a target is to be found. */
sealed interface Wanted {

  /** Which outputs. */
  OutputChoice outputs();

  /**
   * In a flake.
   *
   * @param flake its reference; empty: that of the request
   * @param candidates attribute paths; the first that is there counts
   */
  record InFlake(String flake, List<List<String>> candidates, OutputChoice outputs)
      implements Wanted {
    /** Copies the lists. */
    public InFlake {
      candidates = candidates.stream().map(List::copyOf).toList();
    }
  }

  /**
   * In the store.
   *
   * @param path a derivation or another store path
   */
  record InStore(String path, OutputChoice outputs) implements Wanted {}

  /**
   * Reads a target.
   *
   * @param system the system that packages are looked up for; asked only where it matters
   */
  static Wanted of(BuildTarget target, CallContext context, Supplier<String> system) {
    return switch (target) {
      case BuildTarget.Host(String name) ->
          new InFlake(
              "",
              List.of(
                  List.of("nixosConfigurations", name, "config", "system", "build", "toplevel"),
                  List.of("darwinConfigurations", name, "system")),
              new OutputChoice.Default());
      case BuildTarget.User(String name) ->
          new InFlake(
              "",
              List.of(List.of("homeConfigurations", name, "activationPackage")),
              new OutputChoice.Default());
      case BuildTarget.At(String _, String flake, List<String> path) ->
          new InFlake(flake, List.of(path), new OutputChoice.Default());
      case BuildTarget.OfStore(String text) -> inStore(text, context);
      case BuildTarget.OfFlake(String text) -> installable(text, context, system);
    };
  }

  private static Wanted installable(String text, CallContext context, Supplier<String> system) {
    int hash = text.indexOf('#');
    if (hash >= 0) {
      return inFlake(text.substring(0, hash), text.substring(hash + 1), system);
    }
    var bare = OutputChoice.without(text);
    if (storePath(bare, context).isPresent()) {
      return inStore(text, context);
    }
    return InstallableHabit.isPathOrUrl(bare)
        ? inFlake(bare, "", OutputChoice.of(text), system)
        : inFlake("", text, system);
  }

  private static Wanted inFlake(String flake, String fragment, Supplier<String> system) {
    var decoded = AttributePath.decoded(fragment);
    return inFlake(flake, OutputChoice.without(decoded), OutputChoice.of(decoded), system);
  }

  /** The order of {@code nix build}. */
  private static Wanted inFlake(
      String flake, String text, OutputChoice outputs, Supplier<String> system) {
    var path = AttributePath.parse(text);
    var candidates = new ArrayList<List<String>>();
    if (path.absolute()) {
      candidates.add(path.names());
    } else if (path.names().isEmpty()) {
      candidates.add(List.of("packages", system.get(), "default"));
      candidates.add(List.of("defaultPackage", system.get()));
    } else {
      candidates.add(below(path.names(), "packages", system.get()));
      candidates.add(below(path.names(), "legacyPackages", system.get()));
      candidates.add(path.names());
    }
    return new InFlake(flake, candidates, outputs);
  }

  private static List<String> below(List<String> names, String... prefix) {
    var result = new ArrayList<>(List.of(prefix));
    result.addAll(names);
    return result;
  }

  private static Wanted inStore(String text, CallContext context) {
    var bare = OutputChoice.without(text.replaceFirst("\\.drv!", ".drv^"));
    return new InStore(
        storePath(bare, context).orElse(bare),
        OutputChoice.of(text.replaceFirst("\\.drv!", ".drv^")));
  }

  /** The object in the store that a path is, or that a link such as {@code result} leads to. */
  private static Optional<String> storePath(String text, CallContext context) {
    if (!text.contains("/")) {
      return Optional.empty();
    }
    var store = Path.of(context.environment().getOrDefault("NIX_STORE_DIR", "/nix/store"));
    try {
      var path = context.cwd().resolve(text).normalize();
      if (!path.startsWith(store)) {
        path = path.toRealPath();
      }
      return path.startsWith(store) && path.getNameCount() > store.getNameCount()
          ? Optional.of(store.resolve(path.getName(store.getNameCount())).toString())
          : Optional.empty();
    } catch (IOException | InvalidPathException e) {
      return Optional.empty();
    }
  }
}
