/**
 * The Language Server Protocol 3.17 on standard input and output: all that arda knows of it.
 *
 * <p>{@code Methods} is the table of what an editor may ask. A {@link
 * dev.arda.lsp.protocol.Conversation} reads and writes the messages, refuses what comes at the
 * wrong time, and ends when the editor does. {@code Server} answers: it changes documents on the
 * thread that reads, so that they change in order, and hands everything else to {@link
 * dev.arda.lsp.feature} on a thread of its own, which a cancellation interrupts.
 */
@NullMarked
package dev.arda.lsp.protocol;

import org.jspecify.annotations.NullMarked;
