package dev.arda.nix.user;

import com.fasterxml.jackson.databind.JsonNode;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a home configuration declares; it is evaluated, and nothing is built.
 *
 * @param flakes say what it is
 * @param configuration which
 */
record HomeContents(Flakes flakes, HomeConfiguration configuration) {

  private static final Step ALL = new Step.All();

  /** The packages, in order of declaration. */
  List<DeclaredPackage> packages() {
    var packages = configuration.selector("config", "home", "packages").plus(ALL);
    var answers =
        ask(
            List.of(
                packages.plus(optional("pname", "name", "version")),
                packages.plus(new Step.Name("outPath")),
                packages.plus(new Step.Maybe("meta")).plus(new Step.Maybe("position"))));
    var names = answers.value(0);
    var paths = answers.value(1);
    var positions = optionally(answers, 2);
    var result = new ArrayList<DeclaredPackage>();
    for (int i = 0; i < names.size(); i++) {
      var position =
          positions.isEmpty() ? "" : text(positions.get().path(i).path("meta"), "position");
      result.add(declared(names.get(i), position, paths.path(i).asText()));
    }
    return result;
  }

  private static DeclaredPackage declared(JsonNode said, String position, String storePath) {
    var version = text(said, "version");
    var whole = text(said, "name");
    var name = text(said, "pname");
    if (name.isEmpty()) {
      name =
          !version.isEmpty() && whole.endsWith("-" + version)
              ? whole.substring(0, whole.length() - version.length() - 1)
              : whole;
    }
    return new DeclaredPackage(name, version, withoutStore(position), storePath);
  }

  /**
   * The files, in bytewise order of their paths.
   *
   * @param origins where the flake has files of an entry of {@code clan.core.users}
   */
  List<Dotfile> dotfiles(Map<String, String> origins) {
    var files =
        ask(List.of(
                configuration
                    .selector("config", "home")
                    .plus(new Step.Maybe("file"))
                    .plus(ALL)
                    .plus(optional("target", "source", "enable"))))
            .value(0);
    var result = new ArrayList<Dotfile>();
    for (var file : files.path("file").properties()) {
      if (file.getValue().path("enable").asBoolean(true)) {
        var target = text(file.getValue(), "target");
        var path = target.isEmpty() ? file.getKey() : target;
        result.add(
            new Dotfile(
                path,
                Optional.ofNullable(origins.get(path)).orElse(""),
                text(file.getValue(), "source")));
      }
    }
    result.sort(Comparator.comparing(Dotfile::path));
    return result;
  }

  /**
   * Where the flake has the dotfiles of an entry of {@code clan.core.users}: paths below the root
   * of its tree, by paths below the home directory.
   *
   * @param said the entry's {@code dotfiles}
   * @param tree the store path of the tree
   */
  static Map<String, String> origins(JsonNode said, String tree) {
    var result = new HashMap<String, String>();
    for (var file : said.properties()) {
      var value = file.getValue();
      var source = value.isTextual() ? value.asText() : text(value, "source");
      if (source.startsWith(tree + "/")) {
        result.put(file.getKey(), source.substring(tree.length() + 1));
      }
    }
    return result;
  }

  private Selected ask(List<Selector> selectors) {
    return Selected.ask(
        flakes,
        configuration.context(),
        configuration.flake(),
        selectors.stream().map(Selector::toString).toList(),
        ProgressListener.NONE);
  }

  private static Optional<JsonNode> optionally(Selected answers, int index) {
    try {
      return Optional.of(answers.value(index));
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      return Optional.empty();
    }
  }

  static String withoutStore(String path) {
    return path.replaceFirst("^.*/[0-9a-z]{32}-[^/]*/", "");
  }

  static String text(JsonNode said, String name) {
    var value = said.path(name);
    return value.isTextual() ? value.asText() : "";
  }

  static Step optional(String... names) {
    return new Step.Names(Stream.of(names).map(name -> new Step.Entry(name, true)).toList());
  }
}
