/** Tests of operations. */
@NullMarked
package dev.arda.daemon.operation;

import org.jspecify.annotations.NullMarked;
