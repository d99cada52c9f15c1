package dev.arda.nix.types;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A failure that a user can be told about.
 *
 * <p>The message is a complete sentence that names the thing that failed and, where it is known,
 * what to do. It holds no secrets and no control characters. Everything that varies is repeated in
 * {@link #metadata()} for programs.
 */
@SuppressWarnings("serial") // never serialised
public abstract sealed class NixException extends RuntimeException
    permits FlakeException, CommandException, StoreException, SystemException, UserException {

  private final Reason reason;
  private final Map<String, String> metadata;
  private final Optional<NixErrorDetail> nixError;

  NixException(Reason reason, String message, Details details) {
    super(message, details.cause().orElse(null));
    this.reason = reason;
    this.metadata = details.metadata();
    this.nixError = details.nixError();
  }

  /** Why it failed. */
  public Reason reason() {
    return reason;
  }

  /**
   * The variable parts of the message by lower-case names, for example {@code flake} or {@code
   * attribute}.
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** What Nix said, if it was Nix that failed. */
  public Optional<NixErrorDetail> nixError() {
    return nixError;
  }

  /** The message; never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /**
   * What can accompany a failure.
   *
   * @param metadata the variable parts of the message
   * @param nixError what Nix said
   * @param cause the failure that led to this one
   */
  public record Details(
      Map<String, String> metadata, Optional<NixErrorDetail> nixError, Optional<Throwable> cause) {

    /** Nothing to add. */
    public static final Details NONE = new Details(Map.of(), Optional.empty(), Optional.empty());

    /** Copies the map, keeping its order. */
    public Details {
      metadata = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** With one more piece of metadata. */
    public Details with(String key, String value) {
      var copy = new LinkedHashMap<>(metadata);
      copy.put(key, value);
      return new Details(copy, nixError, cause);
    }

    /** With what Nix said. */
    public Details with(NixErrorDetail detail) {
      return new Details(metadata, Optional.of(detail), cause);
    }

    /** With the failure that led to this one. */
    public Details with(Throwable thrown) {
      return new Details(metadata, nixError, Optional.of(thrown));
    }
  }
}
