/**
 * Nix as it is written: what a cursor in a text is at, and which bindings a text has.
 *
 * <p>{@link dev.arda.lsp.text.NixText} is the way in. Below it, {@code Lexer} cuts the text into
 * tokens (with {@code Words} outside of strings and {@code StringLexer} inside), {@code Reading}
 * keeps them and cuts anew only what an {@link dev.arda.lsp.text.Edit} touched, {@code Skeleton}
 * finds the bindings and how they contain each other, {@code MemberReader} which of them are
 * attributes of a value, {@code LexicalScopes} what binds a name, and {@code CursorReader} tells
 * from what stands before a cursor which attribute path or string is being written there. None of
 * them can fail: while somebody types, most texts are broken, and an answer is wanted for each.
 * {@link dev.arda.lsp.text.StringContent} maps what a string says to where it is written, through
 * escapes, and {@link dev.arda.lsp.text.LineIndex} maps offsets to lines and columns as editors and
 * Nix count them.
 *
 * <p>All offsets are in UTF-16 code units. Nothing here knows the Language Server Protocol, the
 * daemon, or files.
 */
@NullMarked
package dev.arda.lsp.text;

import org.jspecify.annotations.NullMarked;
