@NullMarked
package dev.arda.lsp.feature;

import org.jspecify.annotations.NullMarked;
