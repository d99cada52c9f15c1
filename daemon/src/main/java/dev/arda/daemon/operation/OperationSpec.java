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

  /** An operation that is no deployment. */
  public OperationSpec(
      OperationKind kind,
      String title,
      String flakeRef,
      List<String> hosts,
      List<String> users,
      String requestId,
      String joinKey,
      boolean survivesClients,
      OnShutdown onShutdown) {
    this(
        kind,
        title,
        flakeRef,
        hosts,
        users,
        requestId,
        joinKey,
        survivesClients,
        onShutdown,
        Optional.empty());
  }

  /** An operation that is interrupted when the daemon ends. */
  public OperationSpec(
      OperationKind kind,
      String title,
      String flakeRef,
      List<String> hosts,
      List<String> users,
      String requestId,
      String joinKey,
      boolean survivesClients) {
    this(
        kind,
        title,
        flakeRef,
        hosts,
        users,
        requestId,
        joinKey,
        survivesClients,
        OnShutdown.INTERRUPT);
  }
}
