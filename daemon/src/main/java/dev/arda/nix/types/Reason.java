package dev.arda.nix.types;

/**
 * Why something failed, in one word that programs can rely on.
 *
 * <p>The names are part of the API: they travel as the reason of a {@code google.rpc.ErrorInfo} and
 * are listed in {@code docs/api.md}. A name is never reused for something else.
 */
public enum Reason {
  /** No flake was named and none was found in the directory or above it. */
  FLAKE_NOT_FOUND,
  /** The directory or repository that the reference names does not exist. */
  FLAKE_SOURCE_MISSING,
  /** The source exists but has no {@code flake.nix}. */
  FLAKE_FILE_MISSING,
  /** {@code flake.nix}, or a file it needs, exists but git does not track it. */
  FLAKE_FILE_UNTRACKED,
  /** The text is not a flake reference. */
  FLAKE_REF_INVALID,
  /** {@code flake.nix} cannot be read as a flake: a syntax error, or not the form of a flake. */
  FLAKE_INVALID,
  /** An input is not locked and may not be locked now. */
  FLAKE_INPUT_UNLOCKED,
  /** A source could not be fetched. */
  FLAKE_FETCH_FAILED,
  /**
   * The evaluation failed: {@code throw}, an assertion, a type error, a missing attribute inside
   * the flake's own code…
   */
  EVALUATION_FAILED,
  /** The evaluation does not end: infinite recursion or too deep a stack. */
  EVALUATION_RECURSION,
  /** The evaluation was ended since it took more memory than evaluators may take. */
  EVALUATION_TOO_LARGE,
  /** The evaluation was ended since it took longer than whoever asked allowed. */
  EVALUATION_TIMEOUT,
  /** The selector has a syntax error. */
  SELECTOR_INVALID,
  /** The selector names an attribute that is not there. */
  ATTRIBUTE_MISSING,
  /** The selector goes on below a value that has no parts, such as a string. */
  WRONG_TYPE,
  /** The selector's step into a list is not a whole number. */
  INDEX_INVALID,
  /** The selector's step into a list is outside of it. */
  INDEX_OUT_OF_RANGE,
  /** The value contains a function, which has no JSON form. */
  VALUE_NOT_SERIALISABLE,
  /** A build failed. */
  BUILD_FAILED,
  /** A build was ended since it took longer than whoever asked allowed. */
  BUILD_TIMEOUT,
  /** The text is no store path, and leads to none. */
  STORE_PATH_INVALID,
  /** The store has no such path. */
  STORE_PATH_MISSING,
  /** The text cannot name a store. */
  STORE_URL_INVALID,
  /** A store cannot be opened, read or written. */
  STORE_FAILED,
  /** A store did not answer a question in time. */
  STORE_TIMEOUT,
  /** There is no such garbage collector root. */
  GC_ROOT_MISSING,
  /** The garbage collector root is not one that may be made, replaced or removed this way. */
  GC_ROOT_REFUSED,
  /** A package is not on the list of those that may be fetched. */
  PACKAGE_NOT_ALLOWED,
  /** A package cannot be had: it is not in the package set, or has no such program. */
  PACKAGE_MISSING,
  /** The flake has no input of that name. */
  FLAKE_INPUT_MISSING,
  /** The flake, or its lock file, cannot be written. */
  FLAKE_READ_ONLY,
  /** The text cannot be the name of a host. */
  HOST_NAME_INVALID,
  /** The text does not say which hosts are meant. */
  HOST_SELECTION_INVALID,
  /** The flake has no such host. */
  HOST_NOT_FOUND,
  /** The flake has a host of that name already. */
  HOST_EXISTS,
  /** The files of a flake cannot be changed as was wished; they are as they were. */
  HOST_SOURCE_REFUSED,
  /** The text does not say where a machine is. */
  HOST_TARGET_INVALID,
  /** There is no way to a machine, or no ssh listens there. */
  HOST_UNREACHABLE,
  /** A machine does not answer. */
  HOST_TIMEOUT,
  /** The key that a machine shows is not known, or another one than before. */
  HOST_KEY_REJECTED,
  /** A machine lets the user not in. */
  HOST_AUTHENTICATION_FAILED,
  /** The connection to a machine broke. */
  HOST_CONNECTION_LOST,
  /** A copy to or from a machine took longer than it may, or stood still; nothing was activated. */
  HOST_COPY_TIMEOUT,
  /** A machine, or a host, is not fit for what is to be done with it. */
  HOST_UNFIT,
  /** A machine runs no NixOS, so it can only be installed. */
  HOST_NOT_NIXOS,
  /** A machine could not be installed; the message says what became of its disks. */
  INSTALL_FAILED,
  /** A machine is being deployed to already. */
  HOST_BUSY,
  /** A host was not begun, because of others that failed. */
  HOST_SKIPPED,
  /** A password is needed, and nobody is there to give it. */
  PASSWORD_REQUIRED,
  /** The password is not right. */
  PASSWORD_REJECTED,
  /** With its new system a machine did not pass its health checks, and went back. */
  HEALTH_CHECK_FAILED,
  /** A system could not be activated; the message says what runs now. */
  ACTIVATION_FAILED,
  /** With its new system a machine could not be reached, and went back. */
  ACTIVATION_UNCONFIRMED,
  /** What a machine runs after an activation is not known. */
  ACTIVATION_UNKNOWN,
  /** The flake has no environment of that name. */
  USER_NOT_FOUND,
  /** What the flake says of a user cannot be made a home configuration; the message tells all. */
  USER_DESCRIPTION_INVALID,
  /** Nothing can be done as the user: another one, one without a home, or one that is not there. */
  USER_ACCOUNT_UNSUITABLE,
  /** Files are in the way of those of the environment. */
  USER_FILES_COLLIDE,
  /** The environment could not be activated. */
  USER_ACTIVATION_FAILED,
  /** A file of a home cannot be taken into the flake. */
  DOTFILE_REFUSED,
  /** There is no such secret, or it has no value. */
  SECRET_MISSING,
  /** A secret cannot be decrypted. */
  SECRET_UNREADABLE,
  /** A file of private keys cannot be used. */
  IDENTITY_UNUSABLE,
  /** There is no such generation. */
  GENERATION_MISSING,
  /** The request itself is malformed. */
  REQUEST_INVALID,
  /** There is no Nix where one was expected. */
  NIX_NOT_FOUND,
  /** There is a Nix, but it cannot do what is needed. */
  NIX_UNUSABLE,
  /** A program failed in a way that has no reason of its own. */
  COMMAND_FAILED,
  /** A program ran longer than it may. */
  COMMAND_TIMEOUT,
  /** The caller went away, or asked to stop. */
  CANCELLED,
  /** The daemon ended before the work had. */
  INTERRUPTED,
  /** A fault in arda itself. */
  INTERNAL
}
