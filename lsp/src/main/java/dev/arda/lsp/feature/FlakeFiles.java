package dev.arda.lsp.feature;

import dev.arda.lsp.text.NixText;
import dev.arda.lsp.text.NixText.PathLiteral;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * The files that a flake is written in: {@code flake.nix}, {@code clan.nix}, and what they name.
 */
final class FlakeFiles {

  private static final int MOST = 500;
  private static final Path FLAKE = Path.of("flake.nix");
  private static final Path CLAN = Path.of("clan.nix");

  private FlakeFiles() {}

  /**
   * A file.
   *
   * @param file its path in the flake
   * @param around names of the bindings that its own stand in: for {@code nixosConfigurations =
   *     import ./hosts.nix;} in the outputs of {@code flake.nix} they are {@code
   *     outputs.nixosConfigurations}. Empty where they stand by themselves
   * @param text what is written in it
   */
  record Part(Path file, List<String> around, NixText text) {
    Part {
      around = List.copyOf(around);
    }
  }

  /**
   * Those that say what the flake's outputs are: {@code flake.nix}, {@code clan.nix}, files that
   * are imported as the value of an attribute, and those that these list in {@code imports}.
   */
  static List<Part> entry(Scope scope) {
    return reachable(
        scope,
        (part, path) ->
            !around(part, path).isEmpty()
                || Paths.named(part.text().enclosing(path.start())).contains("imports"));
  }

  /** All that are named in any of them by a path, directly or by others. */
  static List<Part> all(Scope scope) {
    var parts = new ArrayList<>(reachable(scope, (part, path) -> true));
    if (parts.stream().noneMatch(part -> part.file().equals(scope.path()))) {
      parts.add(new Part(scope.path(), List.of(), scope.text()));
    }
    return parts;
  }

  private static List<Part> reachable(Scope scope, BiPredicate<Part, PathLiteral> follows) {
    Map<Path, Part> found = new LinkedHashMap<>();
    Deque<Part> open = new ArrayDeque<>();
    for (var file : List.of(FLAKE, CLAN)) {
      read(scope, file).ifPresent(text -> open.add(new Part(file, List.of(), text)));
    }
    while (!open.isEmpty() && found.size() < MOST) {
      var part = open.remove();
      if (found.putIfAbsent(part.file(), part) != null) {
        continue;
      }
      for (var path : part.text().paths()) {
        if (follows.test(part, path)) {
          target(scope, part, path)
              .filter(target -> !found.containsKey(target.file()))
              .ifPresent(open::add);
        }
      }
    }
    return List.copyOf(found.values());
  }

  private static Optional<Part> target(Scope scope, Part from, PathLiteral path) {
    if (!path.path().startsWith(".")) {
      return Optional.empty();
    }
    var parent = from.file().getParent();
    var named = Path.of(path.path());
    var file = (parent == null ? named : parent.resolve(named)).normalize();
    if (file.startsWith("..") || file.isAbsolute()) {
      return Optional.empty();
    }
    var nix = file.toString().endsWith(".nix") ? file : file.resolve("default.nix");
    return read(scope, nix).map(text -> new Part(nix, around(from, path), text));
  }

  private static Optional<NixText> read(Scope scope, Path file) {
    return file.equals(scope.path()) ? Optional.of(scope.text()) : scope.files().apply(file);
  }

  /**
   * Where the bindings of a file stand that is the value of an attribute, its function, or a part
   * of either.
   */
  private static List<String> around(Part from, PathLiteral path) {
    if (!path.imported()) {
      return List.of();
    }
    var text = from.text();
    var members = text.around(path.start()).map(text::members).orElseGet(text::members);
    if (!members.imports().contains(path.start())) {
      return List.of();
    }
    var result = new ArrayList<>(from.around());
    result.addAll(Paths.named(text.enclosing(path.start())));
    return result;
  }
}
