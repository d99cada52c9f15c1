/**
 * The daemon as a process: its command line, its directories and files, how it starts, and how it
 * ends.
 *
 * <p>{@link dev.arda.daemon.DaemonMain} is the only place that reads the environment. {@link
 * dev.arda.daemon.Daemon} is one daemon from start to end; it can live in a test as well as in a
 * process of its own. A daemon proves that it is the only one by a file lock that the kernel drops
 * with the process ({@link dev.arda.daemon.RunningLock}), and tells clients where it is by a record
 * ({@link dev.arda.daemon.RuntimeRecord}). It ends for one of the reasons in {@link
 * dev.arda.daemon.StopReason}, and once it has decided to, the clock runs: {@link
 * dev.arda.daemon.HardStop}.
 */
@NullMarked
package dev.arda.daemon;

import org.jspecify.annotations.NullMarked;
