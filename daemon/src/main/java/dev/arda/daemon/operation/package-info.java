/**
 * Operations: work that takes long and outlives the call that started it.
 *
 * <p>{@link dev.arda.daemon.operation.OperationWork} is what an operation does. It runs on a thread
 * of its own and tells what happens to an {@link dev.arda.daemon.operation.OperationReport}. What
 * clients see of it are the events of {@code arda.v1}; they are written as they will be sent, so
 * that what is replayed is what was told.
 */
@NullMarked
package dev.arda.daemon.operation;

import org.jspecify.annotations.NullMarked;
