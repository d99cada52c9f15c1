/**
 * gRPC by hand, for a command that asks one or two questions and ends: HTTP/2 (RFC 9113, 7541) over
 * a Unix socket, as much of it as a client needs that offers nothing but calls with one request.
 * Loading Netty and grpc-java's transport takes such a process longer than the answer does; {@code
 * docs/adr/0010} has the figures. Programs that live long use grpc-java.
 *
 * <p>A {@link dev.arda.client.wire.WireChannel} is an {@link io.grpc.Channel}, so whatever is
 * written for one works on it. It has one {@code Connection}, which speaks in {@code Frame}s and
 * hands what arrives to the {@code WireCall} it belongs to. {@code Hpack} writes and reads headers.
 * No table of headers is kept between them: the settings forbid it to the other side.
 *
 * <p>Threads: each connection has one that reads, and calls with a deadline have one that waits for
 * it. Whoever asks writes on its own thread. Listeners are called by the reading thread, or by the
 * one that cancels, one at a time; they must not block.
 *
 * <p>The other side is not trusted to keep to the protocol. What it may make this side keep in
 * memory is bounded: a frame, a block of headers, a message, and a window of messages that nobody
 * has asked for yet.
 */
@NullMarked
package dev.arda.client.wire;

import org.jspecify.annotations.NullMarked;
