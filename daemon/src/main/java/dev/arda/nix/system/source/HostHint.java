package dev.arda.nix.system.source;

import dev.arda.nix.system.source.NixOutline.Entry;
import dev.arda.nix.system.source.NixOutline.SetText;
import dev.arda.nix.system.source.NixTokens.Kind;
import dev.arda.nix.system.source.NixTokens.Token;
import dev.arda.nix.system.source.NixTokens.UnreadableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Where somebody can name a host in a flake that shows arda no certain place.
 *
 * @param file that names hosts, relative to the directory of the flake
 * @param flake its text
 * @param place where hosts are named
 * @param host the new one
 * @param hosts those there are
 * @param whole whether all of the file is the value of the place, or what that is made of
 */
record HostHint(
    Path file,
    FlakeText flake,
    String place,
    String host,
    Collection<String> hosts,
    boolean whole) {

  private static final List<List<String>> OUTPUTS =
      List.of(List.of("outputs"), List.of("outputs", NixOutline.WITHIN));

  private static final int MOST_FILES = 200;
  private static final Path FLAKE = Path.of("flake.nix");

  /**
   * A hint for the file that names hosts: {@code flake.nix}, or one that it or such a file imports.
   *
   * @param directory of the flake
   * @param text of {@code flake.nix}
   */
  static HostHint of(
      Path directory, FlakeText text, String place, String host, Collection<String> hosts) {
    var first = new HostHint(FLAKE, text, place, host, hosts, false);
    if (!first.regions().isEmpty()) {
      return first.orFurther(directory);
    }
    var seen = new LinkedHashSet<Path>(List.of(FLAKE));
    var open = new ArrayDeque<HostHint>(List.of(first));
    while (!open.isEmpty() && seen.size() < MOST_FILES) {
      for (var next : open.remove().imported(directory)) {
        if (seen.add(next.file())) {
          if (!next.regions().isEmpty()) {
            return next.orFurther(directory);
          }
          open.add(next);
        }
      }
    }
    return first;
  }

  /** This one, or where hosts are only named in a file that is imported there, that. */
  private HostHint orFurther(Path directory) {
    var regions = regions();
    if (shown(regions).isPresent()) {
      return this;
    }
    return imported(directory, regions).stream()
        .map(next -> new HostHint(next.file(), next.flake(), place, host, hosts, true))
        .filter(next -> next.shown(next.regions()).isPresent())
        .findFirst()
        .orElse(this);
  }

  /** The files that this one names. */
  private List<HostHint> imported(Path directory) {
    return imported(directory, List.of(everything()));
  }

  private List<HostHint> imported(Path directory, List<Region> regions) {
    var result = new ArrayList<HostHint>();
    for (var token : flake.outline().tokens()) {
      if (token.kind() == Kind.PATH
          && regions.stream().anyMatch(region -> region.holds(token.from()))
          && token.text().startsWith(".")
          && !token.text().contains("${")) {
        var named = directory.resolve(file).resolveSibling(token.text()).normalize();
        var path = Files.isDirectory(named) ? named.resolve("default.nix") : named;
        if (path.startsWith(directory) && path.toString().endsWith(".nix")) {
          read(path)
              .map(
                  text -> new HostHint(directory.relativize(path), text, place, host, hosts, false))
              .ifPresent(result::add);
        }
      }
    }
    return result;
  }

  private static Optional<FlakeText> read(Path path) {
    try {
      return Optional.of(FlakeText.of(Files.readString(path)));
    } catch (IOException | UnreadableException e) {
      return Optional.empty();
    }
  }

  /** Some text of the flake, by offsets. */
  private record Region(int from, int to) {
    boolean holds(int offset) {
      return offset >= from && offset < to;
    }
  }

  /**
   * What is to be written, and where.
   *
   * @param value of an entry for the host if none of another host is found
   */
  String text(String value) {
    var regions = regions();
    return shown(regions).orElseGet(() -> joined(regions, value));
  }

  /** Behind which other host. */
  private Optional<String> shown(List<Region> regions) {
    return inSet(regions).or(() -> inList(regions));
  }

  private Region everything() {
    return new Region(0, flake.text().length());
  }

  /** The values of the place, and of what these name. */
  private List<Region> regions() {
    if (whole) {
      return List.of(everything());
    }
    var result = new ArrayList<Region>();
    for (var entry : entries()) {
      if (entry.path().getLast().equals(place)) {
        result.add(new Region(entry.valueFrom(), entry.valueTo()));
      }
    }
    var named =
        flake.outline().tokens().stream()
            .filter(token -> token.kind() == Kind.NAME)
            .filter(token -> result.stream().anyMatch(region -> region.holds(token.from())))
            .map(Token::text)
            .toList();
    for (var entry : entries()) {
      var name = entry.path().getLast();
      if (named.contains(name) && !name.equals(place)) {
        result.add(new Region(entry.valueFrom(), entry.valueTo()));
      }
    }
    return result;
  }

  private List<Entry> entries() {
    return flake.outline().sets().stream().map(SetText::entries).flatMap(List::stream).toList();
  }

  private Optional<String> inSet(List<Region> regions) {
    for (var region : regions) {
      for (var set : flake.outline().sets()) {
        for (var entry : set.entries().reversed()) {
          var name = entry.path().getLast();
          if (region.holds(set.open())
              && entry.path().size() == set.path().size() + 1
              && hosts.contains(name)) {
            var like = like(name, entry);
            if (like.isPresent()) {
              return Optional.of(
                  "write into %s, behind %s in line %d,\n  %s = %s;"
                      .formatted(
                          file, name, line(entry.from()), NixText.attribute(host), like.get()));
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> like(String name, Entry entry) {
    try {
      var value = flake.text().substring(entry.valueFrom(), entry.valueTo());
      return Optional.of(NixText.renamed(value, name, host)).filter(one -> !one.equals(value));
    } catch (UnreadableException e) {
      return Optional.empty();
    }
  }

  private Optional<String> inList(List<Region> regions) {
    var open = new ArrayList<String>();
    Optional<Token> last = Optional.empty();
    for (var token : flake.outline().tokens()) {
      if (token.isOpening()) {
        open.add(token.text());
      } else if (token.isClosing()) {
        open.removeLast();
      } else if (token.kind() == Kind.STRING
          && !open.isEmpty()
          && open.getLast().equals("[")
          && regions.stream().anyMatch(region -> region.holds(token.from()))
          && hosts.stream().map(NixText::string).anyMatch(token.text()::equals)) {
        last = Optional.of(token);
      }
    }
    return last.map(token ->
        "write into %s, behind %s in line %d,\n  %s"
            .formatted(file, token.text(), line(token.from()), NixText.string(host)));
  }

  private String joined(List<Region> regions, String value) {
    var entry = "%s = %s;".formatted(NixText.attribute(host), value);
    if (regions.isEmpty() && !givesSet()) {
      return "add to %s, where the outputs of %s are made,\n  %s".formatted(place, file, entry);
    }
    if (regions.isEmpty() || flake.text().startsWith("{", regions.getFirst().from())) {
      return "write into %s\n  %s.%s".formatted(file, place, entry);
    }
    return "write into %s, where … is what stands there now (line %d),\n  %s = (…) // { %s };"
        .formatted(file, line(regions.getFirst().from()), place, entry);
  }

  /** Whether the outputs are a set that is written down in the file. */
  private boolean givesSet() {
    return flake.outline().sets().stream()
        .map(SetText::path)
        .anyMatch(path -> OUTPUTS.stream().anyMatch(path::equals));
  }

  private long line(int offset) {
    return flake.text().substring(0, offset).chars().filter(c -> c == '\n').count() + 1;
  }
}
