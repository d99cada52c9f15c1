package dev.arda.lsp.feature;

/**
 * What is said of something in a text.
 *
 * @param markdown for a person
 * @param start offset where it begins
 * @param end offset where it ends
 */
public record Hover(String markdown, int start, int end) {}
