package dev.arda.daemon.operation;

import com.google.rpc.Status;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What operations need of the daemon around them.
 *
 * @param directory where operations are kept; need not be there
 * @param limits how much they may take
 * @param clock tells the times in events
 * @param nanos a time that never runs backwards, for intervals
 * @param random chooses names; used by one thread at a time
 * @param errors makes of a failure the error that clients are told
 * @param presence is called when an operation begins to exist, and what it returns when it has
 *     ended: the daemon does not end by itself in between
 */
public record OperationParts(
    Path directory,
    OperationLimits limits,
    Clock clock,
    LongSupplier nanos,
    RandomGenerator random,
    Function<Throwable, Status> errors,
    Supplier<Runnable> presence) {}
