/**
 * Finds, starts and talks to the daemon: what a program needs that wants to ask arda something.
 *
 * <p>A {@link dev.arda.client.DaemonLocation} says where the daemon of this user is to be found. A
 * {@link dev.arda.client.DaemonConnector} connects to it and starts it where there is none: first
 * without any lock, then under a lock that the clients of one user share, so that many of them
 * starting at once start one daemon. Everything it waits for is bounded by one {@link
 * dev.arda.client.Deadline} that is handed down.
 *
 * <p>An {@link dev.arda.client.ArdaClient} asks the questions. Answers are {@link
 * dev.arda.client.EventStream}s, read by blocking and cancelled from any thread; failures are
 * {@link dev.arda.client.ArdaException}s that hold what the daemon said, in the form of the {@code
 * arda.v1} API. What a shell has to say about itself is gathered by {@link
 * dev.arda.client.CallContexts}.
 *
 * <p>Nothing here reads the process environment except {@link
 * dev.arda.client.Environment#ofProcess}, and nothing ends the process.
 */
@NullMarked
package dev.arda.client;

import org.jspecify.annotations.NullMarked;
