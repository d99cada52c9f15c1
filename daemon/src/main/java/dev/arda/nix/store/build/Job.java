package dev.arda.nix.store.build;

import dev.arda.nix.store.build.BuildResult.Output;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A target that was found.
 *
 * @param index its index in the request
 * @param label how the request called it
 * @param path its derivation, or the store path that is to be there
 * @param outputs what is to be there, in the order of names; a path is empty where it is known only
 *     when it is built
 */
record Job(int index, String label, String path, List<Output> outputs) {

  Job {
    outputs = List.copyOf(outputs);
  }

  /** A store path by itself. */
  static Job of(int index, String label, Target.StoreObject object) {
    return new Job(index, label, object.path(), List.of(new Output("", object.path())));
  }

  /**
   * Outputs of a derivation.
   *
   * @param files where the files of store paths are
   * @throws NixException if it has not those outputs
   */
  static Job of(
      int index, String label, Target.Derivation derivation, Function<String, Path> files) {
    var file = DerivationFile.read(files.apply(derivation.drvPath()));
    var outputs = new ArrayList<Output>();
    switch (derivation.outputs()) {
      case OutputChoice.Names(var names) -> {
        for (var name : names) {
          if (file.isPresent() && !file.get().outputs().containsKey(name)) {
            throw noOutput(label, derivation.drvPath(), name, file.get());
          }
          outputs.add(
              new Output(name, file.map(read -> read.outputs().getOrDefault(name, "")).orElse("")));
        }
      }
      case OutputChoice.All _, OutputChoice.Default _ ->
          file.ifPresent(
              read -> read.outputs().forEach((name, path) -> outputs.add(new Output(name, path))));
    }
    return new Job(index, label, derivation.drvPath(), outputs);
  }

  private static StoreException noOutput(
      String label, String drvPath, String name, DerivationFile file) {
    return new StoreException(
        Reason.ATTRIBUTE_MISSING,
        "%s has no output %s; it has %s"
            .formatted(label, name, String.join(", ", file.outputs().keySet())),
        Details.NONE.with("target", label).with("derivation", drvPath).with("output", name));
  }

  boolean isDerivation() {
    return path.endsWith(".drv");
  }

  /** What {@code nix-store --realise} is asked for. */
  String request() {
    return isDerivation() && !outputs.isEmpty()
        ? path + "!" + String.join(",", outputs.stream().map(Output::name).toList())
        : path;
  }

  /** Whether all paths are known before it is built. */
  boolean isKnown() {
    return !outputs.isEmpty() && outputs.stream().noneMatch(output -> output.path().isEmpty());
  }

  /** The same with the paths that were found out. */
  Job with(List<Output> found) {
    return new Job(index, label, path, found);
  }
}
