package dev.arda.nix.system.source;

import dev.arda.nix.system.source.NixTokens.UnreadableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where the files of hosts are: what most hosts have, one file or one directory each.
 *
 * @param parent the directory of all of them, relative to that of the flake
 * @param main the file in the directory of each that describes it, for example {@code default.nix};
 *     empty: each has one file, {@code NAME.nix}
 */
record HostLayout(String parent, String main) {

  /** The files in the directory of a host that can describe it. */
  static final List<String> MAINS = List.of("default.nix", "configuration.nix");

  /** The file that describes a host. */
  Path file(Path flake, String host) {
    return main.isEmpty()
        ? flake.resolve(parent).resolve(host + ".nix")
        : flake.resolve(parent).resolve(host).resolve(main);
  }

  /** The same, as a path in {@code flake.nix}. */
  String reference(String host) {
    return "./"
        + (parent.isEmpty() ? "" : parent + "/")
        + host
        + (main.isEmpty() ? ".nix" : main.equals("default.nix") ? "" : "/" + main);
  }

  /**
   * The layout that a value shows, which names the file of a host: the first file that it names, or
   * the first that can be its main one.
   *
   * @param value expression of the host's entry in {@code flake.nix}
   */
  static Optional<HostLayout> shown(Path flake, String host, String value)
      throws UnreadableException {
    return NixText.paths(value).stream()
        .flatMap(path -> of(flake, host, Path.of(path).normalize()).stream())
        .min(Comparator.comparing(HostLayout::isPartOfHost));
  }

  /** The layout in which a file or directory is that of a host. */
  private static Optional<HostLayout> of(Path flake, String host, Path file) {
    var parent = Optional.ofNullable(file.getParent());
    var above = parent.map(Path::toString).orElse("");
    var last = file.getFileName().toString();
    if (last.equals(host + ".nix")) {
      return Optional.of(new HostLayout(above, ""));
    }
    if (last.equals(host) && Files.isDirectory(flake.resolve(file))) {
      return Optional.of(new HostLayout(above, "default.nix"));
    }
    if (last.endsWith(".nix")
        && parent.map(Path::getFileName).filter(Path.of(host)::equals).isPresent()) {
      return Optional.of(
          new HostLayout(parent.map(Path::getParent).map(Path::toString).orElse(""), last));
    }
    return Optional.empty();
  }

  /** Whether its files are but a part of what describes a host, as far as their names tell. */
  private boolean isPartOfHost() {
    return parent.contains("hardware") || (!main.isEmpty() && !MAINS.contains(main));
  }
}
