package dev.arda.daemon;

import com.sun.security.auth.module.UnixSystem;

/** The user that the process runs as. */
final class User {

  private User() {}

  /** Numeric id. */
  static long id() {
    return new UnixSystem().getUid();
  }
}
