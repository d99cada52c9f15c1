/**
 * The gRPC face of the daemon: one class per service of {@code arda.v1}, which translates a request
 * into a question to {@link dev.arda.nix.flake.Flakes}, asks, and translates the answer back.
 *
 * <p>A call passes three interceptors before it reaches its service: authorisation (deny by
 * default, {@link dev.arda.daemon.rpc.MethodPolicies}), the protocol version, and admission ({@link
 * dev.arda.daemon.rpc.CallRegistry}, which also tells the daemon when it is idle). Services return
 * at once and do their work on a virtual thread of the call ({@link
 * dev.arda.daemon.rpc.CallRunner}), so that a call can be cancelled, and its stream can become
 * ready, while the work is blocked. Every failure becomes a status in one place, {@link
 * dev.arda.daemon.rpc.ErrorMapper}.
 */
@NullMarked
package dev.arda.daemon.rpc;

import org.jspecify.annotations.NullMarked;
