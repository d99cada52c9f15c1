/**
 * Runs the transcripts in {@code src/test/resources/transcripts}: pages that show what an editor
 * asks and what arda answers, each of which is true because it is run. {@link
 * dev.arda.lsp.transcript.Transcript} reads a page, {@link dev.arda.lsp.transcript.Player} plays it
 * with an {@link dev.arda.lsp.transcript.EditorEnd}, which talks to a server in this process or to
 * a real one.
 */
@NullMarked
package dev.arda.lsp.transcript;

import org.jspecify.annotations.NullMarked;
