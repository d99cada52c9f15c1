package dev.arda.nix.user;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Files of an environment that may replace whatever is in their way, because it says so itself
 * ({@code home.file.NAME.force}).
 *
 * @param flakes say which
 * @param configuration the environment
 */
record ForcedFiles(Flakes flakes, HomeConfiguration configuration) {

  /**
   * What is in the way of other files; all of it if the environment cannot tell. It is asked only
   * if something is in the way.
   */
  List<Collision> without(List<Collision> collisions) {
    if (collisions.isEmpty()) {
      return collisions;
    }
    try {
      var forced = forced();
      return collisions.stream().filter(one -> !forced.contains(one.path())).toList();
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      return collisions;
    }
  }

  private Set<String> forced() {
    var selector =
        configuration
            .selector("config", "home")
            .plus(new Step.Maybe("file"))
            .plus(new Step.All())
            .plus(
                new Step.Names(
                    List.of(new Step.Entry("target", true), new Step.Entry("force", true))));
    var home =
        Selected.ask(
                flakes,
                configuration.context(),
                configuration.flake(),
                List.of(selector.toString()),
                ProgressListener.NONE)
            .value(0);
    var result = new HashSet<String>();
    for (var file : home.path("file")) {
      if (file.path("force").asBoolean() && file.path("target").isTextual()) {
        result.add(file.path("target").asText());
      }
    }
    return result;
  }
}
