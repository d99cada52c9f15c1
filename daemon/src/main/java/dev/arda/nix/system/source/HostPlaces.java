package dev.arda.nix.system.source;

import dev.arda.nix.system.source.NixTokens.Kind;
import dev.arda.nix.system.source.NixTokens.Token;
import dev.arda.nix.system.source.NixTokens.UnreadableException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The directories of a flake in which files of hosts can be: those that many flakes have, and those
 * in which {@code flake.nix} looks for files by computed names.
 *
 * @param flake directory
 * @param parents relative to it
 */
record HostPlaces(Path flake, List<String> parents) {

  private static final List<String> USUAL =
      List.of(
          "hosts",
          "machines",
          "systems",
          "nixos",
          "nixos/hosts",
          "nixos/machines",
          "hosts/nixos",
          "nix/hosts");

  /** What else can belong to one host alone, below a directory of this name. */
  private static final List<String> BELONGINGS =
      List.of("vars/per-machine", "sops/machines", "secrets", "secrets/hosts");

  private static final List<String> SUFFIXES = List.of("", ".yaml", ".json", ".age");

  /** Copies the list. */
  HostPlaces {
    parents = List.copyOf(parents);
  }

  /**
   * Those of a flake.
   *
   * @param text of {@code flake.nix}
   */
  static HostPlaces of(Path flake, String text) {
    var parents = new LinkedHashSet<>(USUAL);
    try {
      var tokens = NixTokens.of(text);
      for (int i = 0; i < tokens.size(); i++) {
        searched(tokens, i)
            .map(path -> Path.of(path).normalize())
            .filter(path -> !path.startsWith("..") && !path.toString().isEmpty())
            .filter(path -> Files.isDirectory(flake.resolve(path)))
            .ifPresent(path -> parents.add(path.toString()));
      }
    } catch (UnreadableException e) {
      // The usual ones remain.
    }
    return new HostPlaces(flake, List.copyOf(parents));
  }

  /** The directory in which something is looked for by the name that a token is in. */
  private static Optional<String> searched(List<Token> tokens, int index) {
    var token = tokens.get(index);
    if (token.kind() != Kind.PATH || !token.text().startsWith("./")) {
      return Optional.empty();
    }
    int computed = token.text().indexOf("${");
    if (computed >= 0) {
      return Optional.of(token.text().substring(0, token.text().lastIndexOf('/', computed)));
    }
    boolean isRead = index > 0 && tokens.get(index - 1).is("readDir");
    boolean isJoined =
        index + 2 < tokens.size()
            && tokens.get(index + 1).is("+")
            && tokens.get(index + 2).kind() == Kind.STRING
            && tokens.get(index + 2).text().startsWith("\"/${");
    return isRead || isJoined ? Optional.of(token.text()) : Optional.empty();
  }

  /** The usual places, and of the others those in which most hosts have their files. */
  HostPlaces of(Collection<String> hosts) {
    var result = new ArrayList<String>();
    for (var parent : parents) {
      long there = hosts.stream().filter(host -> in(parent, host).isPresent()).count();
      if (USUAL.contains(parent) || there * 2 > hosts.size()) {
        result.add(parent);
      }
    }
    return new HostPlaces(flake, result);
  }

  /** The layout that most hosts have; else that of a clan, or one file in {@code hosts} each. */
  HostLayout layout(Collection<String> hosts) {
    var votes = new HashMap<HostLayout, Integer>();
    for (var host : hosts) {
      found(host).ifPresent(layout -> votes.merge(layout, 1, Integer::sum));
    }
    return votes.entrySet().stream()
        .max(
            Map.Entry.<HostLayout, Integer>comparingByValue()
                .thenComparing(
                    entry -> parents.indexOf(entry.getKey().parent()), Comparator.reverseOrder())
                .thenComparing(entry -> entry.getKey().main(), Comparator.reverseOrder()))
        .map(Map.Entry::getKey)
        .orElseGet(() ->
            Files.isDirectory(flake.resolve("machines"))
                ? new HostLayout("machines", "configuration.nix")
                : new HostLayout("hosts", ""));
  }

  /** Where the file of one host is. */
  Optional<HostLayout> found(String host) {
    return parents.stream().flatMap(parent -> in(parent, host).stream()).findFirst();
  }

  private Optional<HostLayout> in(String parent, String host) {
    var directory = flake.resolve(parent);
    if (Files.isRegularFile(directory.resolve(host + ".nix"))) {
      return Optional.of(new HostLayout(parent, ""));
    }
    return HostLayout.MAINS.stream()
        .filter(main -> Files.isRegularFile(directory.resolve(host).resolve(main)))
        .findFirst()
        .map(main -> new HostLayout(parent, main));
  }

  /**
   * Files and directories that belong to a host and to nothing else, by their names.
   *
   * @param values expressions of the host's entries in {@code flake.nix}
   */
  List<Path> belongings(String host, Collection<String> values) throws UnreadableException {
    var result = new LinkedHashSet<Path>();
    for (var value : values) {
      HostLayout.shown(flake, host, value)
          .ifPresent(layout ->
              result.add(
                  layout.main().isEmpty()
                      ? layout.file(flake, host)
                      : flake.resolve(layout.parent()).resolve(host)));
    }
    for (var parent : parents) {
      result.add(flake.resolve(parent).resolve(host + ".nix"));
      result.add(flake.resolve(parent).resolve(host));
    }
    for (var parent : BELONGINGS) {
      for (var suffix : SUFFIXES) {
        result.add(flake.resolve(parent).resolve(host + suffix));
      }
    }
    result.removeIf(path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    return List.copyOf(result);
  }
}
