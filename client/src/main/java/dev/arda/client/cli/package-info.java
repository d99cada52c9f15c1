/**
 * The {@code arda} command.
 *
 * <p>{@link dev.arda.client.cli.Main} wires the process to {@link dev.arda.client.cli.Arda}, which
 * parses a command line and runs one {@link dev.arda.client.cli.Command}. A command gets a {@link
 * dev.arda.client.cli.Session}: the options that count everywhere, the way to the daemon, and the
 * {@link dev.arda.client.cli.Console}.
 *
 * <p>Results go to standard output and nothing else does. Values pass through as the bytes that the
 * daemon sent; on a terminal they are laid out again by {@link dev.arda.client.cli.JsonIndenter},
 * which moves white space only. The commands are described to picocli by builders instead of
 * annotations: inspecting annotated classes is most of what picocli costs at start-up.
 */
@NullMarked
package dev.arda.client.cli;

import org.jspecify.annotations.NullMarked;
