package dev.arda.nix.system.source;

import dev.arda.nix.system.source.NixTokens.UnreadableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the files of hosts are: what most hosts have, one file or one directory each.
 *
 * @param parent the directory of all of them, relative to that of the flake
 * @param main the file in the directory of each that describes it, for example {@code default.nix};
 *     empty: each has one file, {@code NAME.nix}
 */
record HostLayout(String parent, String main) {

  private static final List<String> PARENTS =
      List.of(
          "hosts",
          "machines",
          "systems",
          "nixos",
          "nixos/hosts",
          "nixos/machines",
          "hosts/nixos",
          "nix/hosts");

  private static final List<String> MAINS = List.of("default.nix", "configuration.nix");

  /** What else can belong to one host alone, below a directory of this name. */
  private static final List<String> BELONGINGS =
      List.of("vars/per-machine", "sops/machines", "secrets", "secrets/hosts");

  private static final List<String> SUFFIXES = List.of("", ".yaml", ".json", ".age");

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
   * The layout that most hosts have; else that of a clan, or one file in {@code hosts} each.
   *
   * @param flake directory
   */
  static HostLayout of(Path flake, Collection<String> hosts) {
    var votes = new HashMap<HostLayout, Integer>();
    for (var host : hosts) {
      found(flake, host).ifPresent(layout -> votes.merge(layout, 1, Integer::sum));
    }
    return votes.entrySet().stream()
        .max(
            Map.Entry.<HostLayout, Integer>comparingByValue()
                .thenComparing(
                    entry -> PARENTS.indexOf(entry.getKey().parent()), Comparator.reverseOrder())
                .thenComparing(entry -> entry.getKey().main(), Comparator.reverseOrder()))
        .map(Map.Entry::getKey)
        .orElseGet(() ->
            Files.isDirectory(flake.resolve("machines"))
                ? new HostLayout("machines", "configuration.nix")
                : new HostLayout("hosts", ""));
  }

  /** Where the file of one host is. */
  static Optional<HostLayout> found(Path flake, String host) {
    for (var parent : PARENTS) {
      if (Files.isRegularFile(flake.resolve(parent).resolve(host + ".nix"))) {
        return Optional.of(new HostLayout(parent, ""));
      }
      for (var main : MAINS) {
        if (Files.isRegularFile(flake.resolve(parent).resolve(host).resolve(main))) {
          return Optional.of(new HostLayout(parent, main));
        }
      }
    }
    return Optional.empty();
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

  /**
   * Files and directories that belong to a host and to nothing else, by their names.
   *
   * @param values expressions of the host's entries in {@code flake.nix}
   */
  static List<Path> belongings(Path flake, String host, Collection<String> values)
      throws UnreadableException {
    var result = new LinkedHashSet<Path>();
    for (var value : values) {
      shown(flake, host, value)
          .ifPresent(layout ->
              result.add(
                  layout.main().isEmpty()
                      ? layout.file(flake, host)
                      : flake.resolve(layout.parent()).resolve(host)));
    }
    for (var parent : PARENTS) {
      result.add(flake.resolve(parent).resolve(host + ".nix"));
      result.add(flake.resolve(parent).resolve(host));
    }
    for (var parent : BELONGINGS) {
      for (var suffix : SUFFIXES) {
        result.add(flake.resolve(parent).resolve(host + suffix));
      }
    }
    result.removeIf(path -> !Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS));
    return List.copyOf(result);
  }
}
