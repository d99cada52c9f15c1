/**
 * The daemon's figures as a monitoring system reads them.
 *
 * <p>The parts that do the work count for themselves, in a few adders, and know no monitoring
 * system: {@link dev.arda.nix.flake.FlakesFigures}, {@link dev.arda.daemon.rpc.RpcFigures}. Every
 * name is written once, in {@link dev.arda.daemon.metrics.Metric}; {@link
 * dev.arda.daemon.metrics.DaemonMetrics} gives the figures those names. The registry is made when
 * somebody asks for the first time, so that a daemon that nobody monitors pays nothing for it.
 */
@NullMarked
package dev.arda.daemon.metrics;

import org.jspecify.annotations.NullMarked;
