package dev.arda.nix.system.source;

import dev.arda.nix.system.source.FlakeSources.Source;
import dev.arda.nix.system.source.HostHardware.Wish;
import dev.arda.nix.system.source.NixTokens.UnreadableException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the report about the hardware of a host is, or is to be: beside the files of the host.
 *
 * @param source the flake
 * @param wish of which host
 */
record HardwarePlace(Source source, Wish wish) {

  /**
   * The file; it need not be there.
   *
   * @throws dev.arda.nix.types.SystemException {@code HOST_SOURCE_REFUSED} if it would be outside
   *     of the flake, or nobody can tell where it belongs
   */
  Path file() {
    var directory = source.directory().normalize();
    if (wish.file().isPresent()) {
      try {
        var file = directory.resolve(wish.file().get()).normalize();
        if (file.startsWith(directory)
            && !file.equals(directory)
            && !Files.isDirectory(file)
            && !isGits(directory.relativize(file))) {
          return file;
        }
      } catch (InvalidPathException e) {
        // It is refused.
      }
      throw HostHardware.refused(
          wish, "--file has to name a file of the flake, relative to %s.".formatted(directory));
    }
    var host = wish.host().text();
    var layout =
        shown(directory, host)
            .or(() -> HostPlaces.of(directory, source.flakeText()).found(host))
            .orElseThrow(() ->
                HostHardware.refused(
                    wish,
                    "Where the files of %s are cannot be told. Say where its hardware is to be written: --file."
                        .formatted(host)));
    var candidates = candidates(directory, layout, host);
    return candidates.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(candidates.getFirst());
  }

  private static boolean isGits(Path file) {
    for (var name : file) {
      if (name.toString().equalsIgnoreCase(".git")) {
        return true;
      }
    }
    return false;
  }

  private List<Path> candidates(Path directory, HostLayout layout, String host) {
    var name = wish.backend().file();
    var parent = directory.resolve(layout.parent());
    return layout.main().isEmpty()
        ? Stream.of(host + "-" + name, host + "." + name, host + "/" + name)
            .map(parent::resolve)
            .toList()
        : List.of(parent.resolve(host).resolve(name));
  }

  /** The layout that the entry of the host in {@code flake.nix} shows. */
  private Optional<HostLayout> shown(Path directory, String host) {
    try {
      for (var cut : FlakeText.of(source.flakeText()).minus(host).cuts()) {
        var layout = HostLayout.shown(directory, host, cut.text());
        if (layout.isPresent()) {
          return layout;
        }
      }
    } catch (UnreadableException e) {
      // Its files may show it.
    }
    return Optional.empty();
  }
}
