package dev.arda.nix.system.deploy;

import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run of {@code nixos-rebuild} or {@code darwin-rebuild} came to. Its exit code alone does
 * not tell: it sets the profile first, and leaves everything as it is when it fails. So what counts
 * is what the host runs and boots then.
 */
final class RebuildEndings {

  private RebuildEndings() {}

  /**
   * How the program ended.
   *
   * @param code its exit code
   * @param words what it said last, behind a colon; may be empty
   */
  record Exit(int code, String words) {
    /** Well, and without a word. */
    static final Exit GOOD = new Exit(0, "");

    private String told() {
      return "(exit code %d)%s".formatted(code, words);
    }

    /** Whether the program says that the system was activated. */
    private boolean activated() {
      return code == 0 || code == 4 || code == 100;
    }
  }

  /**
   * What is known of the host.
   *
   * @param before what it was
   * @param after what it is; empty: it cannot be asked
   * @param system store path that is to be booted
   * @param wanted store path that is to run
   */
  record Seen(TargetFacts before, Optional<TargetFacts> after, String system, String wanted) {

    private boolean runs() {
      return after.flatMap(TargetFacts::current).filter(wanted::equals).isPresent();
    }

    private boolean boots() {
      return after.flatMap(TargetFacts::profile).filter(system::equals).isPresent();
    }

    private boolean isAsWished(DeployMode mode) {
      return switch (mode) {
        case SWITCH -> runs() && boots();
        case BOOT -> boots();
        case TEST -> runs();
        case DRY_ACTIVATE, BUILD -> true;
      };
    }

    /**
     * Whether the profile tells that the program has not begun to activate: it is what it was,
     * though the program sets it first, and to something else.
     */
    private boolean isUntouched(DeployMode mode) {
      var sets =
          switch (mode) {
            case SWITCH, BOOT -> true;
            case TEST, DRY_ACTIVATE, BUILD -> false;
          };
      return sets && isAsBefore() && before.profile().filter(system::equals).isEmpty();
    }

    private boolean isAsBefore() {
      return after.flatMap(TargetFacts::current).equals(before.current())
          && after.flatMap(TargetFacts::profile).equals(before.profile());
    }

    private String now() {
      return "runs %s, and boots %s"
          .formatted(
              after.flatMap(TargetFacts::current).orElse("no system that is known"),
              after.flatMap(TargetFacts::profile).orElse("none that is known"));
    }
  }

  /** Nothing was to change. */
  static Endings tried(String host, String program, Exit exit) {
    return exit.code() == 0
        ? new Endings(Ending.DONE, List.of(), Optional.empty())
        : bad(
            Ending.FAILED,
            Reason.ACTIVATION_FAILED,
            "%s cannot be activated: %s failed %s.".formatted(host, program, exit.told()));
  }

  /** Something was to change. */
  static Endings of(String host, String program, DeployMode mode, Seen seen, Exit exit) {
    if (seen.after().isEmpty()) {
      return bad(
          Ending.UNKNOWN,
          Reason.ACTIVATION_UNKNOWN,
          "%s ended %s, and %s cannot be reached any more; what it runs is not known. arda host status %s tells."
              .formatted(program, exit.told(), host, host));
    }
    if (exit.activated() && seen.isAsWished(mode)) {
      return good(seen, exit);
    }
    if (exit.code() == 0) {
      return bad(
          Ending.UNKNOWN,
          Reason.ACTIVATION_UNKNOWN,
          "%s succeeded, but %s %s, and not %s, which was evaluated. Was the flake changed meanwhile? Look at it."
              .formatted(program, host, seen.now(), seen.wanted()));
    }
    if (seen.isAsBefore()) {
      return bad(
          Ending.FAILED,
          Reason.ACTIVATION_FAILED,
          "%s failed for %s %s. What ran before runs, and the profile is as it was."
              .formatted(program, host, exit.told()));
    }
    return bad(
        Ending.STUCK,
        Reason.ACTIVATION_FAILED,
        "%s failed for %s %s, and takes nothing back: it %s. Look at it."
            .formatted(program, host, exit.told(), seen.now()));
  }

  /**
   * The program was ended from here, in the middle of what it did. What it had begun on another
   * machine may go on, so that only what cannot have begun is told as not done.
   */
  static Endings stopped(String host, String program, Engine engine, DeployMode mode, Seen seen) {
    if (seen.after().isEmpty()) {
      return bad(
          Ending.UNKNOWN,
          Reason.ACTIVATION_UNKNOWN,
          "%s was ended, and %s cannot be reached any more; what it runs is not known. arda host status %s tells."
              .formatted(program, host, host));
    }
    if (seen.isUntouched(mode)) {
      return bad(
          Ending.CANCELLED,
          Reason.CANCELLED,
          "%s was ended before it switched %s: what ran before runs, and the profile is as it was."
              .formatted(program, host));
    }
    return bad(
        Ending.UNKNOWN,
        Reason.ACTIVATION_UNKNOWN,
        "%s was ended in the middle, and takes nothing back: %s %s. Whether what it had begun was finished is not known. %s"
            .formatted(
                program,
                host,
                seen.now(),
                engine == Engine.OWN_NIXOS_REBUILD
                    ? "It is this machine; a reboot brings what it boots."
                    : "Look at it: arda host status " + host));
  }

  private static Endings good(Seen seen, Exit exit) {
    var failed = new ArrayList<>(seen.after().orElseThrow().failedUnits());
    failed.removeAll(seen.before().failedUnits());
    var ending =
        exit.code() == 100
            ? Ending.DONE_REBOOT_NEEDED
            : exit.code() == 4 || !failed.isEmpty() ? Ending.DONE_WITH_FAILED_UNITS : Ending.DONE;
    return new Endings(ending, failed, Optional.empty());
  }

  private static Endings bad(Ending ending, Reason reason, String message) {
    return new Endings(
        ending, List.of(), Optional.of(new SystemException(reason, message, Details.NONE)));
  }
}
