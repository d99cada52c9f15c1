package dev.arda.daemon.operation;

import dev.arda.v1.Operation;
import dev.arda.v1.OperationState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Operations and parts of operations by their names, as clients know them. A part is one host of a
 * deployment, {@code operations/k3f7abcd/hosts/web01}; see {@link HostPart}. Thread-safe.
 *
 * @param operations all that are no parts
 */
public record NamedOperations(Operations operations) {

  /** One as it is now; empty if there is none of this name. */
  public Optional<OperationView> get(String name) {
    var part = HostPart.of(name);
    return part.isEmpty()
        ? operations.get(name)
        : deployment(part.get()).map(whole -> part.get().view(whole));
  }

  private Optional<OperationView> deployment(HostPart part) {
    return operations.get(part.parent()).filter(whole -> part.isOf(whole.operation()));
  }

  /** All that are no parts, newest first; without what came of those that have ended. */
  public List<Operation> list() {
    return operations.list();
  }

  /**
   * The parts of an operation; without what came of those that have ended.
   *
   * @return empty if there is no operation of this name
   */
  public Optional<List<Operation>> parts(String parent) {
    return operations
        .get(parent)
        .map(whole ->
            HostPart.all(whole.operation()).stream()
                .map(part -> OperationStates.brief(part.view(whole).operation()))
                .toList());
  }

  /**
   * The events of one; empty if there is none of this name.
   *
   * @param after number of the last that the client has; 0: none
   */
  public Optional<OperationEvents> watch(String name, long after) {
    var part = HostPart.of(name);
    return part.isEmpty()
        ? operations.watch(name, after)
        : deployment(part.get())
            .flatMap(whole ->
                operations
                    .watch(part.get().parent(), HostPartEvents.before(after))
                    .map(events ->
                        new HostPartEvents(events, part.get(), whole.operation(), after)));
  }

  /**
   * What was printed; empty if there is none of this name, or its log was not kept. That of a part
   * is what the host printed, without what is done for all.
   *
   * @param nodeId what this node printed; empty: everything
   * @param follow whether to wait for what will be printed
   */
  public Optional<OperationLogText> log(String name, String nodeId, boolean follow) {
    var part = HostPart.of(name);
    if (part.isEmpty()) {
      return operations.log(name, nodeId, follow);
    }
    return deployment(part.get())
        .flatMap(_ ->
            operations.log(
                part.get().parent(),
                new OperationLogText.Wanted(
                    id ->
                        nodeId.isEmpty()
                            ? part.get().owns(id)
                            : id.equals(nodeId) && part.get().concerns(id),
                    nodeId.isEmpty()),
                follow));
  }

  /**
   * Asks one to end, whoever waits for it. Other parts go on.
   *
   * @param grace how long its processes may take to end after {@code SIGTERM}; those of a part end
   *     at once
   * @return as it is now; empty if there is none of this name
   * @throws ForeignOperationException if it belongs to another daemon, which lives
   */
  public Optional<Operation> cancel(String name, Duration grace) {
    var part = HostPart.of(name);
    return part.isEmpty() ? operations.cancel(name, grace) : cancel(part.get());
  }

  private Optional<Operation> cancel(HostPart part) {
    var before = deployment(part).map(whole -> part.view(whole).operation());
    if (before.filter(now -> !OperationStates.isFinal(now.getState())).isEmpty()) {
      return before;
    }
    operations.giveUpPart(part.parent(), part.host());
    // What the work says to that may not have been told yet.
    return before.map(
        now -> now.toBuilder().setState(OperationState.OPERATION_STATE_CANCELLING).build());
  }

  /**
   * Takes back the wish of one client; the operation is asked to end if it was the last. A part has
   * no other clients than its operation: it is asked to end.
   *
   * @param requestId with which the client started it
   * @param grace how long its processes may take to end after {@code SIGTERM}
   * @return as it is now; empty if there is none of this name
   * @throws ForeignOperationException if it belongs to another daemon, which lives
   */
  public Optional<Operation> withdraw(String name, String requestId, Duration grace) {
    var part = HostPart.of(name);
    return part.isEmpty() ? operations.withdraw(name, requestId, grace) : cancel(part.get());
  }

  /**
   * Answers a question; one of a part is one of its operation.
   *
   * @param requestId with which the client started it
   * @param answer empty: declined
   * @return whether the client started the operation, it goes on, and asks this
   */
  public boolean answer(String name, String requestId, String promptId, Optional<String> answer) {
    return operations.answer(
        HostPart.of(name).map(HostPart::parent).orElse(name), requestId, promptId, answer);
  }
}
