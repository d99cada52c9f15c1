/**
 * Running Nix: command lines, processes, what this Nix can do, and what it prints.
 *
 * <p>{@link dev.arda.nix.core.Nix} is the way in. Bound to one caller, it knows where that caller's
 * programs are, builds argument lists with {@link dev.arda.nix.core.NixCommands}, and runs them
 * with the caller's directory and the variables that {@link dev.arda.nix.core.CallerEnvironment}
 * lets through. Where versions of Nix differ, {@link dev.arda.nix.core.NixFacts} has asked the
 * program once, and the builders write what it understands; nothing outside this package needs to
 * know a version.
 *
 * <p>Only this package creates processes, all by {@link dev.arda.nix.core.ProcessRunner}: without a
 * shell, in a session of their own, with exactly the variables they were given. A process that is
 * no longer wanted ends with all of its group; so does one that has finished and left others
 * behind. Blocking methods are ended by interrupting their thread.
 *
 * <p>What Nix prints is read by {@link dev.arda.nix.core.ProgressTracker} while it runs and by
 * {@link dev.arda.nix.core.NixErrors} when it has failed. Both accept anything: much of it is
 * somebody else's text. Nothing of it reaches a person without {@link
 * dev.arda.nix.core.TerminalText}.
 */
@NullMarked
package dev.arda.nix.core;

import org.jspecify.annotations.NullMarked;
