package dev.arda.nix.system.source;

import dev.arda.nix.system.source.NixTokens.UnreadableException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the files of a new host are made from. In a template {@code @name@}, {@code @system@}, {@code
 * @description@} (for between quotes) and {@code @tags@} (for between brackets) stand for what was
 * wished.
 *
 * @param flake directory
 * @param hosts names of those there are
 * @param places where their files can be
 */
record HostTemplates(Path flake, Collection<String> hosts, HostPlaces places) {

  private static final int MOST_FILES = 500;
  private static final long MOST_BYTES = 4 << 20;

  private static final Set<String> OF_ONE_MACHINE =
      Set.of("hardware-configuration.nix", "facter.json");

  private static final String PLAIN =
      """
      {
        networking.hostName = "@name@";
        nixpkgs.hostPlatform.system = "@system@";
      }
      """;

  /**
   * The files of a new host.
   *
   * @return contents by their absolute paths
   * @throws SystemException {@code HOST_SOURCE_REFUSED} if there is no such template
   */
  Map<Path, byte[]> files(HostWish wish, HostLayout layout) {
    var main = layout.file(flake, wish.name().text());
    var template = wish.template().map(this::template).or(this::own);
    if (template.isEmpty()) {
      var comment = wish.description().isEmpty() ? "" : "# @description@\n";
      return Map.of(
          main, filled(wish, comment.replace("@description@", wish.description()) + PLAIN));
    }
    return switch (template.get()) {
      case Template.AFile(var file) -> Map.of(main, filled(wish, text(file)));
      case Template.ADirectory(var directory) -> directory(wish, layout, directory);
      case Template.AHost(var name, var like) -> like(wish, name, like);
    };
  }

  private sealed interface Template {
    record AFile(Path file) implements Template {}

    record ADirectory(Path directory) implements Template {}

    record AHost(String name, HostLayout layout) implements Template {}
  }

  private Optional<Template> own() {
    return named("host");
  }

  private Optional<Template> named(String name) {
    var templates = flake.resolve("templates");
    return at(templates.resolve(name + ".nix")).or(() -> at(templates.resolve(name)));
  }

  private static Optional<Template> at(Path path) {
    return Files.isRegularFile(path)
        ? Optional.of(new Template.AFile(path))
        : Files.isDirectory(path) ? Optional.of(new Template.ADirectory(path)) : Optional.empty();
  }

  private Template template(String text) {
    Optional<Template> found;
    if (text.contains("/")) {
      found = at(flake.resolve(text));
    } else {
      found =
          named(text)
              .or(() ->
                  hosts.contains(text)
                      ? places.found(text).map(layout -> new Template.AHost(text, layout))
                      : Optional.empty());
    }
    return found.orElseThrow(() ->
        new SystemException(
            Reason.HOST_SOURCE_REFUSED,
            "There is no template %s. Known are %s; a file or directory is named with a / in it."
                .formatted(text, known()),
            Details.NONE.with("template", text)));
  }

  private String known() {
    var names = new TreeSet<String>();
    try (var files = Files.list(flake.resolve("templates"))) {
      files.forEach(file -> names.add(file.getFileName().toString().replaceFirst("\\.nix$", "")));
    } catch (IOException e) {
      // There are none.
    }
    hosts.stream().filter(host -> places.found(host).isPresent()).forEach(names::add);
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  private Map<Path, byte[]> directory(HostWish wish, HostLayout layout, Path directory) {
    var target = flake.resolve(layout.parent()).resolve(wish.name().text());
    var result = new LinkedHashMap<Path, byte[]>();
    for (var file : filesBelow(directory)) {
      var text = decoded(file);
      result.put(
          target.resolve(directory.relativize(file).toString()),
          text.isPresent() ? filled(wish, text.get()) : bytes(file));
    }
    return result;
  }

  private Map<Path, byte[]> like(HostWish wish, String example, HostLayout layout) {
    var main = layout.file(flake, example);
    if (layout.main().isEmpty()) {
      return Map.of(
          layout.file(flake, wish.name().text()), renamed(main, example, wish.name().text()));
    }
    var from = main.resolveSibling(".").normalize();
    var to = layout.file(flake, wish.name().text()).resolveSibling(".").normalize();
    var result = new LinkedHashMap<Path, byte[]>();
    for (var file : filesBelow(from)) {
      if (!isOfOneMachine(file)) {
        result.put(
            to.resolve(from.relativize(file).toString()),
            file.getFileName().toString().endsWith(".nix")
                ? renamed(file, example, wish.name().text())
                : bytes(file));
      }
    }
    return result;
  }

  /** Whether a file holds what was found out about one machine, which is not true of another. */
  private static boolean isOfOneMachine(Path file) {
    var name = file.getFileName();
    return name != null && OF_ONE_MACHINE.contains(name.toString());
  }

  private static byte[] renamed(Path file, String from, String to) {
    try {
      var text = HostModules.without(text(file), path -> isOfOneMachine(Path.of(path)));
      return NixText.renamed(text, from, to).getBytes(StandardCharsets.UTF_8);
    } catch (UnreadableException e) {
      throw refused("%s cannot be an example: %s.".formatted(file, e.getMessage()));
    }
  }

  private static byte[] filled(HostWish wish, String text) {
    return text.replace("@name@", wish.name().text())
        .replace("@system@", wish.systemOrDefault())
        .replace("@tags@", NixText.elements(wish.tags()))
        .replace("@description@", NixText.inString(wish.description()))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Iterable<Path> filesBelow(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      var files = all.filter(Files::isRegularFile).sorted().limit(MOST_FILES + 1).toList();
      if (files.isEmpty() || files.size() > MOST_FILES) {
        throw refused(
            "%s has %s files; a template has 1 to %d."
                .formatted(
                    directory, files.isEmpty() ? "no" : "more than " + MOST_FILES, MOST_FILES));
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What a file holds.
   *
   * @throws SystemException {@code HOST_SOURCE_REFUSED} if it is not UTF-8
   */
  static String text(Path file) {
    return decoded(file)
        .orElseThrow(() -> refused("%s is not UTF-8, and no template.".formatted(file)));
  }

  private static Optional<String> decoded(Path file) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(java.nio.ByteBuffer.wrap(bytes(file)))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw refused("%s is too large for a template.".formatted(file));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw refused("%s cannot be read: %s".formatted(file, e));
    }
  }

  private static SystemException refused(String message) {
    return new SystemException(Reason.HOST_SOURCE_REFUSED, message);
  }
}
