@NullMarked
package dev.arda.lsp.protocol;

import org.jspecify.annotations.NullMarked;
