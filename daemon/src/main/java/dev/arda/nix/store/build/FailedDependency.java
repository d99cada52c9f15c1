package dev.arda.nix.store.build;

import dev.arda.nix.core.build.BuildFailure;
import dev.arda.nix.core.build.BuildStep;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which failed derivation a target has failed for: the nearest one among everything that it needs.
 * Found in the {@code .drv} files; what is built already is not looked into.
 */
final class FailedDependency {

  private final Map<String, BuildFailure> failures = new HashMap<>();
  private final Function<String, Path> files;

  /**
   * The failures of a build.
   *
   * @param files where the files of store paths are
   */
  FailedDependency(List<BuildStep> steps, Function<String, Path> files) {
    this.files = files;
    for (var step : steps) {
      step.failure()
          .filter(failure -> !failure.dependency())
          .ifPresent(failure -> failures.put(step.drvPath(), failure));
    }
  }

  /** The failure that a derivation failed for; empty: it did not fail for one. */
  Optional<BuildFailure> of(String drvPath) {
    if (failures.isEmpty()) {
      return Optional.empty();
    }
    Set<String> seen = new HashSet<>(Set.of(drvPath));
    var left = new ArrayDeque<>(List.of(drvPath));
    while (!left.isEmpty()) {
      var next = left.removeFirst();
      var failure = failures.get(next);
      if (failure != null) {
        return Optional.of(failure);
      }
      DerivationFile.read(files.apply(next))
          .ifPresent(file -> {
            for (var input : file.inputs()) {
              if (seen.add(input) && !isBuilt(input)) {
                left.add(input);
              }
            }
          });
    }
    return Optional.empty();
  }

  private boolean isBuilt(String drvPath) {
    return DerivationFile.read(files.apply(drvPath))
        .filter(file ->
            file.outputs().values().stream()
                .allMatch(path -> !path.isEmpty() && Files.exists(files.apply(path))))
        .isPresent();
  }

  /** The failure of a target as it is told. */
  static StoreException exception(String label, String drvPath, BuildFailure failure) {
    var own = failure.drvPath().equals(drvPath);
    var name = name(failure.drvPath());
    var detail =
        new NixErrorDetail(
            failure.reason(), Optional.empty(), List.of(), String.join("\n", failure.lastLines()));
    return new StoreException(
        Reason.BUILD_FAILED,
        own
            ? "%s cannot be built: %s".formatted(label, failure.reason())
            : "%s cannot be built: it needs %s, which failed: %s"
                .formatted(label, name, failure.reason()),
        Details.NONE
            .with("target", label)
            .with("derivation", drvPath)
            .with("failed_derivation", failure.drvPath())
            .with(detail));
  }

  private static String name(String drvPath) {
    return drvPath
        .substring(drvPath.lastIndexOf('/') + 1)
        .replaceFirst("^[0-9a-z]{32}-", "")
        .replaceFirst("\\.drv$", "");
  }
}
