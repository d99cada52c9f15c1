package dev.arda.nix.user;

import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import dev.arda.nix.user.ApplyRequest.Mode;
import java.util.ArrayList;
import java.util.List;

/** Argument lists for the command {@code home-manager}, which comes first. */
final class HomeManagerCommands {

  private HomeManagerCommands() {}

  /**
   * What does what a request wishes for one configuration. A dry run is a switch with {@code -n}.
   *
   * @param program the command
   * @param flake reference of the flake
   * @param name name of the entry of {@code homeConfigurations}
   */
  static List<String> of(String program, ApplyRequest request, String flake, String name) {
    var result = new ArrayList<>(List.of(program));
    if (request.mode() == Mode.DRY_RUN) {
      result.add("-n");
    }
    if (request.policy() == Collision.Policy.BACK_UP) {
      result.addAll(List.of("-b", request.backupExtension()));
    }
    options(request.context().options(), result);
    result.addAll(List.of("--flake", flake + "#" + name));
    result.add(request.mode() == Mode.BUILD ? "build" : "switch");
    if (request.rollback().isPresent()) {
      result.add("--rollback");
    } else if (!request.specialisation().isEmpty()) {
      result.addAll(List.of("-c", request.specialisation()));
    }
    return List.copyOf(result);
  }

  private static void options(NixOptions options, List<String> result) {
    if (options.showTrace()) {
      result.add("--show-trace");
    }
    if (options.impure()) {
      result.add("--impure");
    }
    if (options.refresh()) {
      result.add("--refresh");
    }
    if (options.noWriteLockFile()) {
      result.add("--no-write-lock-file");
    }
    if (options.offline()) {
      result.addAll(List.of("--option", "substitute", "false"));
    }
    options
        .settings()
        .forEach(setting -> result.addAll(List.of("--option", setting.name(), setting.value())));
    options.system().ifPresent(system -> result.addAll(List.of("--option", "system", system)));
    options
        .inputOverrides()
        .forEach(
            one -> result.addAll(List.of("--override-input", one.inputPath(), one.flakeRef())));
  }

  /**
   * Makes sure that the command can do what a request wishes.
   *
   * @throws UserException {@code REQUEST_INVALID}
   */
  static void check(ApplyRequest request) {
    var wrong =
        request.place().filter(place -> !place.target().isLocal()).isPresent()
            ? "applies environments on this machine only"
            : request.policy() == Collision.Policy.OVERWRITE || !request.policies().isEmpty()
                ? "refuses files in the way, or backs all of them up"
                : request.rollback().filter(one -> one.number() != 0).isPresent()
                    ? "goes back to the generation before only"
                    : "";
    if (!wrong.isEmpty()) {
      throw refused(wrong);
    }
  }

  static UserException refused(String wrong) {
    return new UserException(
        Reason.REQUEST_INVALID,
        "home-manager %s; arda's own engine (--engine native) can do that.".formatted(wrong),
        Details.NONE.with("field", "engine"));
  }
}
