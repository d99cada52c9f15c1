package dev.arda.client;

import dev.arda.v1.StatusResponse;
import java.util.Optional;

/**
 * A connection to a daemon that answered.
 *
 * @param transport the connection
 * @param status what it answered
 * @param started why it was started, if this client did
 */
record DaemonConnection(
    Transport transport, StatusResponse status, Optional<DaemonStartReason> started) {}
