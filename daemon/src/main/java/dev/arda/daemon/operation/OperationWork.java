package dev.arda.daemon.operation;

import dev.arda.v1.OperationResult;

/** What an operation does. */
@FunctionalInterface
public interface OperationWork {

  /**
   * Works until it is done. Called once, on a thread of its own, when the operation's turn has
   * come. Being interrupted means to give up: the processes that were started for it have ended
   * when this returns or throws. What must not be interrupted is finished or undone first.
   *
   * @param report is told what happens; of no use after this method has returned
   * @return how it ended; the operation has failed if there is an error in it
   * @throws InterruptedException if it was given up
   * @throws dev.arda.nix.types.NixException if it failed and has nothing to show; becomes the
   *     operation's error, or its cancellation where the reason is {@code CANCELLED}
   */
  OperationResult run(OperationReport report) throws InterruptedException;
}
