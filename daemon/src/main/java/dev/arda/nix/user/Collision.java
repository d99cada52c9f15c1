package dev.arda.nix.user;

/**
 * Something that is in the way of a file of the environment, and that home-manager did not put
 * there.
 *
 * @param path below the home directory
 * @param kind what is in the way
 * @param backupTaken whether there is something of the name that its backup would have
 */
public record Collision(String path, Kind kind, boolean backupTaken) {

  /** What is in the way. */
  public enum Kind {
    /** A file with other contents. */
    FILE,
    /** A link that leads elsewhere. */
    LINK,
    /** A directory. */
    DIRECTORY,
    /** A file, or a link to none, where files of the environment need a directory. */
    PARENT
  }

  /** What becomes of what is in the way. */
  public enum Policy {
    /** It stays, and nothing is activated. */
    REFUSE,
    /** It gets another name. */
    BACK_UP,
    /** It is removed once the activation has succeeded. */
    OVERWRITE
  }
}
