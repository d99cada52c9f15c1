package dev.arda.daemon.operation;

import dev.arda.v1.DeployManner;
import dev.arda.v1.OperationKind;
import java.util.List;
import java.util.Optional;

/**
 * What an operation is about.
 *
 * @param kind what it does
 * @param title one line for a person, for example {@code build .#web01}
 * @param flakeRef the flake, after defaults; empty: none. Operations about one flake wait in one
 *     line, and the lines take turns
 * @param hosts hosts it is about
 * @param users users it is about
 * @param requestId chosen by the client that starts it; the same again means the same operation.
 *     Empty: always a new one
 * @param joinKey says that two operations do the same: one that starts while another with an equal
 *     key goes on becomes part of it. Empty: never
 * @param survivesClients whether it goes on when the client that starts it so has gone, unless that
 *     took its wish back
 * @param onShutdown what becomes of it when the daemon ends
 * @param deploy what was asked for, if it is a deployment
 */
public record OperationSpec(
    OperationKind kind,
    String title,
    String flakeRef,
    List<String> hosts,
    List<String> users,
    String requestId,
    String joinKey,
    boolean survivesClients,
    OnShutdown onShutdown,
    Optional<DeployManner> deploy) {

  /** What becomes of an operation when the daemon is told to end. */
  public enum OnShutdown {
    /** It is interrupted when the grace is over, and says so. */
    INTERRUPT,
    /**
     * The daemon waits until it has ended, however long that takes; only if it is ended by a signal
     * it is as with {@link #INTERRUPT}.
     */
    FINISH
  }

  /** Copies the lists. */
  public OperationSpec {
    hosts = List.copyOf(hosts);
    users = List.copyOf(users);
  }

  /**
   * An operation about nothing in particular, that is interrupted when the daemon ends.
   *
   * @param title one line for a person
   */
  public static Builder of(OperationKind kind, String title) {
    return new Builder(kind, title);
  }

  /** Says what it is about. Used by one thread. */
  public static final class Builder {
    private final OperationKind kind;
    private final String title;
    private String flakeRef = "";
    private List<String> hosts = List.of();
    private List<String> users = List.of();
    private String requestId = "";
    private String joinKey = "";
    private boolean survivesClients;
    private OnShutdown onShutdown = OnShutdown.INTERRUPT;
    private Optional<DeployManner> deploy = Optional.empty();

    private Builder(OperationKind kind, String title) {
      this.kind = kind;
      this.title = title;
    }

    /** The flake, after defaults. */
    public Builder flake(String value) {
      flakeRef = value;
      return this;
    }

    /** Hosts it is about. */
    public Builder hosts(List<String> value) {
      hosts = value;
      return this;
    }

    /** Users it is about. */
    public Builder users(List<String> value) {
      users = value;
      return this;
    }

    /** What the client that starts it calls it; empty: nothing. */
    public Builder requestId(String value) {
      requestId = value;
      return this;
    }

    /** What it is the same as; empty: nothing. */
    public Builder joinKey(String value) {
      joinKey = value;
      return this;
    }

    /** Whether it goes on when the client that starts it so has gone. */
    public Builder survivesClients(boolean value) {
      survivesClients = value;
      return this;
    }

    /** What becomes of it when the daemon ends. */
    public Builder onShutdown(OnShutdown value) {
      onShutdown = value;
      return this;
    }

    /** What was asked for of a deployment. */
    public Builder deploy(DeployManner value) {
      deploy = Optional.of(value);
      return this;
    }

    /** What was said. */
    public OperationSpec build() {
      return new OperationSpec(
          kind,
          title,
          flakeRef,
          hosts,
          users,
          requestId,
          joinKey,
          survivesClients,
          onShutdown,
          deploy);
    }
  }
}
