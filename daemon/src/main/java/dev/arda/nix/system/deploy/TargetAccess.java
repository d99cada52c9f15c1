package dev.arda.nix.system.deploy;

import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.Elevation;
import dev.arda.nix.remote.LocalShell;
import dev.arda.nix.remote.RemoteScript;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.remote.SshSettings;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;

/**
 * The way to one machine.
 *
 * @param means connects
 * @param context who goes there
 * @param reach how
 * @param target where it is
 */
record TargetAccess(Means means, CallContext context, Reach reach, SshTarget target) {

  /** Whether it is this machine. */
  boolean isHere() {
    return target.isLocal();
  }

  /**
   * A connection that is shared with all who need the same at the same time.
   *
   * @throws SystemException if it cannot be made
   */
  Shell shared() {
    return isHere() ? here() : means.ssh().connect(context, target, settings());
  }

  /** A connection that shares nothing: each script is run over a new one. */
  Shell fresh() {
    return isHere() ? here() : means.ssh().alone(context, target, settings());
  }

  private Shell here() {
    return new LocalShell(means.runner(), context);
  }

  private SshSettings settings() {
    return reach.settings(context);
  }

  /**
   * Looks at the machine.
   *
   * @param root directory that stands for {@code /} there
   * @throws SystemException if it cannot be reached; {@code HOST_UNFIT} if it says nothing
   */
  static TargetFacts look(Shell way, String root) {
    return look(way, Scripts.facts(root));
  }

  /**
   * Looks at the machine as somebody else, who may see more.
   *
   * @throws SystemException as {@link #look(Shell, String)}
   */
  static TargetFacts look(Shell way, String root, Elevation elevation) {
    return look(way, Scripts.facts(root).with(elevation));
  }

  /**
   * Looks at the machine, and asks for the revision of each generation.
   *
   * @throws SystemException as {@link #look(Shell, String)}
   */
  static TargetFacts lookClosely(Shell way, String root) {
    return look(way, Scripts.factsWithRevisions(root));
  }

  private static TargetFacts look(Shell way, RemoteScript script) {
    var result = way.run(script);
    var seen = TargetFacts.parse(result.outputText());
    if (!seen.isComplete()) {
      throw new SystemException(
          Reason.HOST_UNFIT,
          "%s does not say what it is: %s"
              .formatted(way.name(), TerminalText.strip(result.errorTail()).strip()));
    }
    return seen;
  }
}
