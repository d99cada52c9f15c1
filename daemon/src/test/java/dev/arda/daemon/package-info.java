/** The daemon, tested through real sockets and, where a claim is about processes, real ones. */
@NullMarked
package dev.arda.daemon;

import org.jspecify.annotations.NullMarked;
