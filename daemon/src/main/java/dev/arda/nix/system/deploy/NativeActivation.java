package dev.arda.nix.system.deploy;

import dev.arda.nix.remote.Elevation;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.system.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Has the script on a target activate a system.
 *
 * @param host whose
 * @param request what is wished
 * @param random makes names that nobody can foretell
 * @param limit for the scripts of the system, and for each look at them
 * @param root directory that stands for {@code /} on the target
 * @param generation to go back to; 0: the system becomes a new one
 * @param elevation as whom scripts are run
 */
record NativeActivation(
    Host host,
    DeployRequest request,
    RandomGenerator random,
    Duration limit,
    String root,
    int generation,
    Elevation elevation) {

  /**
   * Activates, and says how that ended. Interrupting the thread has no effect.
   *
   * @param course is at the stage of activation
   * @param wanted store path that is to run
   */
  void run(HostCourse course, Shell shell, TargetAccess access, String wanted) {
    var before = course.facts().orElseThrow();
    var activation =
        new Activation(order(course.system()), limit, shell, access::fresh, steps(course));
    var outcome = Uninterrupted.run(activation::run);
    var ending = Endings.of(host.name(), request.mode(), before, wanted, outcome);
    if (ending.failure().isEmpty()) {
      course.done("");
      if (outcome.isFull()) {
        course.warning("no room is left in its /run");
      }
    }
    course.over(
        ending.ending(),
        ending.failure().map(failure -> failure),
        ending.newlyFailed(),
        outcome.current().orElse(""),
        outcome.generation());
  }

  private Activation.Order order(String system) {
    var verification = request.verification();
    var checks = new ArrayList<>(host.healthChecks());
    checks.addAll(verification.checks());
    return new Activation.Order(
        "d-" + name(5),
        name(8),
        root,
        system,
        request.mode(),
        generation,
        request.mode().activates() ? verification.confirmation() : Duration.ZERO,
        request.specialisation().orElse(""),
        elevation,
        new HealthChecks(
            request.mode().activates() ? checks : List.of(), verification.checkLimit()));
  }

  private static Activation.Steps steps(HostCourse course) {
    return new Activation.Steps() {
      @Override
      public void activated() {
        course.done("it runs");
        course.begin(Stage.CONFIRM);
      }

      @Override
      public void line(String line) {
        course.line(line);
      }

      @Override
      public void warning(String text) {
        course.warning(text);
      }
    };
  }

  private String name(int bytes) {
    var result = new byte[bytes];
    random.nextBytes(result);
    return HexFormat.of().formatHex(result);
  }
}
