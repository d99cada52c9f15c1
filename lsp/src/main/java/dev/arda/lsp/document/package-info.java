/**
 * The documents that an editor has open, and the flakes they belong to.
 *
 * <p>A {@link dev.arda.lsp.document.Document} is immutable: a request works on the text as it was
 * when the request came, however much is typed meanwhile.
 */
@NullMarked
package dev.arda.lsp.document;

import org.jspecify.annotations.NullMarked;
