package dev.arda.daemon.operation;

import com.google.rpc.Status;
import java.time.Clock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What operations need of the daemon around them.
 *
 * @param clock tells the times in events
 * @param nanos a time that never runs backwards, for intervals
 * @param random chooses names; used by one thread at a time
 * @param errors makes of a failure the error that clients are told
 * @param presence is called when an operation begins to exist, and what it returns when it has
 *     ended: the daemon does not end by itself in between
 * @param maximumBuilds how many builds run at a time
 */
public record OperationParts(
    Clock clock,
    LongSupplier nanos,
    RandomGenerator random,
    Function<Throwable, Status> errors,
    Supplier<Runnable> presence,
    int maximumBuilds) {}
