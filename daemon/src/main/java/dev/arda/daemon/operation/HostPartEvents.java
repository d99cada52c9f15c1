package dev.arda.daemon.operation;

import dev.arda.v1.Operation;
import dev.arda.v1.OperationAccepted;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationFinished;
import dev.arda.v1.OperationGap;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationUpdate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The events of one host of a deployment, made of those of the deployment: without what is about
 * other hosts, and with a terminal event as soon as the host is over, though others go on.
 *
 * <p>Of the event <i>n</i> of the deployment come at most two of the host: what is told, as number
 * 2<i>n</i>-1, and that it is over, as 2<i>n</i>. So numbers mean the same to all who watch,
 * whenever they come, without anything being kept.
 */
final class HostPartEvents implements OperationEvents {

  private final OperationEvents whole;
  private final HostPart part;
  private final long after;
  private final Deque<OperationEvent> queue = new ArrayDeque<>();
  private Operation deployment;
  private Optional<OperationNode> node = Optional.empty();
  private boolean gap;
  private boolean ended;

  /**
   * Events.
   *
   * @param whole those of the deployment after {@link #before} {@code after}
   * @param deployment as it is now
   * @param after number of the last that the client has; 0: none
   */
  HostPartEvents(OperationEvents whole, HostPart part, Operation deployment, long after) {
    this.whole = whole;
    this.part = part;
    this.deployment = deployment;
    this.after = after;
    this.ended = after > 0 && after % 2 == 0; // it has the terminal one
  }

  /** Number of the newest event. */
  static long last(Operation deployment, boolean isOver) {
    return Math.max(0, 2 * deployment.getLastSequence() - (isOver ? 0 : 1));
  }

  /** Number of the last event of the deployment of which nothing can be missing to a client. */
  static long before(long after) {
    return after <= 1 ? 0 : (after - 1) / 2;
  }

  private static long told(long number) {
    return Math.max(0, 2 * number - 1);
  }

  @Override
  public Optional<OperationEvent> next() throws InterruptedException {
    while (queue.isEmpty() && !ended) {
      var event = whole.next();
      event.ifPresentOrElse(this::take, () -> ended = true);
    }
    var next = Optional.ofNullable(queue.poll());
    next.filter(OperationEvent::hasFinished).ifPresent(_ -> ended = true);
    return next;
  }

  private void take(OperationEvent event) {
    switch (event.getEventCase()) {
      case ACCEPTED -> {
        var then = part.operation(event.getAccepted().getOperation(), Optional.empty());
        tell(event, about -> about.setAccepted(OperationAccepted.newBuilder().setOperation(then)));
      }
      case UPDATE -> update(event);
      case GAP -> {
        gap = true;
        node = Optional.empty();
        tell(
            event,
            about ->
                about.setGap(
                    OperationGap.newBuilder()
                        .setFirstMissing(told(event.getGap().getFirstMissing()))
                        .setLastMissing(told(event.getGap().getLastMissing()))));
      }
      case FINISHED -> {
        deployment = event.getFinished().getOperation();
        finish(event);
      }
      case EVENT_NOT_SET -> {}
    }
  }

  private void update(OperationEvent event) {
    var update = event.getUpdate();
    var own = OperationUpdate.newBuilder().setState(update.getState());
    for (var one : update.getNodesList()) {
      if (part.concerns(one.getId())) {
        own.addNodes(one);
      }
      if (one.getId().equals(HostPart.node(part.host()))) {
        node = Optional.of(one);
      }
    }
    update.getCountersList().stream()
        .filter(one -> one.getKind() != OperationCounterKind.OPERATION_COUNTER_KIND_TARGETS)
        .forEach(own::addCounters);
    update.getLogsList().stream()
        .filter(one -> part.concerns(one.getNodeId()))
        .forEach(own::addLogs);
    update.getWarningsList().stream()
        .filter(one -> part.concerns(one.getNodeId()))
        .forEach(own::addWarnings);
    var told = own.build();
    // The last of the updates behind a gap says with its number that the gap is over.
    if (gap || !told.equals(OperationUpdate.getDefaultInstance())) {
      tell(event, about -> about.setUpdate(told));
    }
    if (node.filter(OperationNode::hasHostOutcome).isPresent()) {
      finish(event);
    }
  }

  private void tell(OperationEvent event, Consumer<OperationEvent.Builder> about) {
    long number = told(event.getSequence());
    if (number == after && !gap) {
      return; // the client has it; it came for what may follow it
    }
    var told = OperationEvent.newBuilder().setSequence(number).setTime(event.getTime());
    about.accept(told);
    queue.add(told.build());
  }

  private void finish(OperationEvent event) {
    long number = 2 * event.getSequence();
    queue.add(
        OperationEvent.newBuilder()
            .setSequence(number)
            .setTime(event.getTime())
            .setFinished(
                OperationFinished.newBuilder()
                    .setOperation(
                        part.operation(deployment, node).toBuilder().setLastSequence(number)))
            .build());
  }

  @Override
  public void close() {
    whole.close();
  }
}
