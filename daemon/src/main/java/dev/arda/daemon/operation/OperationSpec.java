package dev.arda.daemon.operation;

import dev.arda.v1.OperationKind;
import java.util.List;

/**
 * What an operation is about.
 *
 * @param kind what it does
 * @param title one line for a person, for example {@code build .#web01}
 * @param flakeRef the flake, after defaults; empty: none
 * @param hosts hosts it is about
 * @param users users it is about
 * @param requestId chosen by the client that starts it; the same again means the same operation.
 *     Empty: always a new one
 * @param joinKey says that two operations do the same: one that starts while another with an equal
 *     key goes on becomes part of it. Empty: never
 * @param survivesClients whether it goes on when all clients that started it have gone
 */
public record OperationSpec(
    OperationKind kind,
    String title,
    String flakeRef,
    List<String> hosts,
    List<String> users,
    String requestId,
    String joinKey,
    boolean survivesClients) {

  /** Copies the lists. */
  public OperationSpec {
    hosts = List.copyOf(hosts);
    users = List.copyOf(users);
  }
}
