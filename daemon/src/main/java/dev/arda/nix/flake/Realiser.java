package dev.arda.nix.flake;

import dev.arda.nix.core.Nix;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.eval.Answer.Dependency;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Builds what answers mention, and keeps it from the garbage collector until it is told that nobody
 * looks any more.
 */
public final class Realiser {

  private final NixCalls calls;
  private final Path rootsDirectory;

  /**
   * A realiser.
   *
   * @param calls runs Nix
   * @param rootsDirectory where garbage collector roots are put; created when needed
   */
  public Realiser(NixCalls calls, Path rootsDirectory) {
    this.calls = calls;
    this.rootsDirectory = rootsDirectory;
  }

  /** Begins to build for one question. Closing the result frees what was built. */
  Session begin() {
    return new Session();
  }

  /** What was built for one question. Used by one thread. */
  final class Session implements AutoCloseable {

    private final List<Path> roots = new ArrayList<>();

    /**
     * Builds or fetches outputs. Blocks; interrupting the thread ends the build.
     *
     * @param selector whose answer mentions them, for messages
     * @param dependencies the outputs
     * @return their store paths, sorted, each once
     * @throws StoreException {@code BUILD_FAILED}
     */
    List<String> realise(
        CallContext context,
        String selector,
        List<Dependency> dependencies,
        ProgressListener progress) {
      if (dependencies.isEmpty()) {
        return List.of();
      }
      progress.progress(
          new NixProgress(
              NixProgress.Phase.BUILDING, "building what " + selector + " mentions", 0, 0));
      Nix nix = calls.nix(context);
      var paths = new TreeSet<String>();
      for (Dependency dependency : dependencies) {
        String outputs = dependency.drvPath() + "!" + String.join(",", dependency.outputs());
        NixCalls.Said said =
            calls.run(
                nix.command(nix.commands().withInternalJson().nixStoreRealise(outputs, newRoot())),
                progress);
        if (!said.result().succeeded()) {
          NixErrorDetail detail = said.error();
          throw new StoreException(
              Reason.BUILD_FAILED,
              "cannot build what " + selector + " mentions: " + detail.message(),
              Details.NONE.with("selector", selector).with(detail));
        }
        said.result()
            .outputText()
            .lines()
            .map(String::strip)
            .forEach(link -> paths.add(target(link)));
      }
      return List.copyOf(paths);
    }

    private Path newRoot() {
      try {
        Files.createDirectories(rootsDirectory);
        Path directory = Files.createTempDirectory(rootsDirectory, "answer");
        roots.add(directory);
        return directory.resolve("root");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Nix prints the link it made; the store path is what it leads to. */
    private static String target(String link) {
      try {
        Path path = Path.of(link);
        return Files.isSymbolicLink(path) ? Files.readSymbolicLink(path).toString() : link;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Removes the roots. */
    @Override
    public void close() {
      for (Path directory : roots) {
        try (var links = Files.list(directory)) {
          for (Path link : links.toList()) {
            Files.deleteIfExists(link);
          }
          Files.deleteIfExists(directory);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
