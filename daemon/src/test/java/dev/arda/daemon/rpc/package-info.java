/** The parts of the gRPC face that can be tested without a socket, and the authorisation table. */
@NullMarked
package dev.arda.daemon.rpc;

import org.jspecify.annotations.NullMarked;
