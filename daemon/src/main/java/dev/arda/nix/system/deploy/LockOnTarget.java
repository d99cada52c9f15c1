package dev.arda.nix.system.deploy;

import dev.arda.nix.system.Host;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;

/** The lock that whoever changes the system of a target holds there, as seen by others. */
public final class LockOnTarget {

  private LockOnTarget() {}

  /**
   * A script that says {@code held} or {@code free}, and nothing where it may not look. Its one
   * argument is the directory that stands for {@code /}; it ends its shell, and changes nothing.
   */
  public static String look() {
    return Scripts.LOCK;
  }

  /**
   * A script that takes it, says so and holds it as long as somebody reads what it prints. Its
   * arguments are the directory that stands for {@code /}, and what it prints before {@code held}
   * or, if somebody else has it, {@code busy}.
   */
  public static String hold() {
    return Scripts.HOLD;
  }

  /**
   * Somebody holds it.
   *
   * @param label the host and its target, for messages
   * @return {@code HOST_BUSY}
   */
  public static SystemException held(Host host, String label) {
    return new SystemException(
        Reason.HOST_BUSY,
        "%s is being deployed to, or installed, by somebody else, or for a command that is gone. That ends by itself; where root logs in, or becomes it without a password, arda host status %s says whether it has."
            .formatted(label, host.name()),
        Details.NONE.with("host", host.name()));
  }
}
