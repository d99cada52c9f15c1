/**
 * Shows an operation of the daemon to a person, or to a program, while it goes on.
 *
 * <p>{@link dev.arda.client.cli.view.OperationModel} folds the operation's events into what is
 * known of it now and tells an {@link dev.arda.client.cli.view.OperationListener} what changed; it
 * knows no clock and prints nothing. An {@link dev.arda.client.cli.view.OperationPrinter} is one
 * way to show that: {@link dev.arda.client.cli.view.LivePrinter} redraws a block of lines at the
 * end of a terminal, {@link dev.arda.client.cli.view.PlainPrinter} prints a line for whatever
 * begins or ends, {@link dev.arda.client.cli.view.JsonPrinter} passes the events on.
 *
 * <p>The live view is made of parts that know nothing of terminals: {@link
 * dev.arda.client.cli.view.LiveLayout} says which lines are shown at a moment on so many rows and
 * columns, and {@link dev.arda.client.cli.view.LiveFrame} which characters replace the block that
 * was drawn before by the next one. Everything of the printers is for standard error, but what the
 * JSON printer prints.
 *
 * <p>No text of an operation reaches a terminal with control characters in it: every text passes
 * {@link dev.arda.client.cli.Style#safe}.
 */
@NullMarked
package dev.arda.client.cli.view;

import org.jspecify.annotations.NullMarked;
