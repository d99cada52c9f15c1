/** Finds, starts and talks to the daemon. */
@NullMarked
package dev.arda.client;

import org.jspecify.annotations.NullMarked;
