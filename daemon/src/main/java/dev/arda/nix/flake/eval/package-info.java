/**
 * Evaluation: binds a flake to one known state, puts questions to it, reads the answers.
 *
 * <p>Two Nix texts do the work, {@code call-flake.nix} (what a flake in this state is worth) and
 * {@code answer.nix} (what a selector finds in it); both lie beside the compiled classes. Selectors
 * reach them as JSON, never as code. {@link dev.arda.nix.flake.eval.NixText} is the only place that
 * writes Nix, and {@link dev.arda.nix.flake.eval.AnswerReader} the only one that reads what comes
 * back.
 *
 * <p>Nix prints sets in a form of its own, so answers travel marked: see the head of {@code
 * answer.nix}.
 *
 * <p>{@link dev.arda.nix.flake.eval.OneShotEvaluator} starts a process for each job. {@link
 * dev.arda.nix.flake.eval.WarmEvaluatorPool} keeps {@code nix repl} processes, each bound to one
 * state of a flake, and falls back to the former: {@link dev.arda.nix.flake.eval.EvaluatorLeases}
 * lends them and {@link dev.arda.nix.flake.eval.PoolMembers} decides which ones live, {@link
 * dev.arda.nix.flake.eval.WarmEvaluator} is one of them, {@link dev.arda.nix.flake.eval.Repl} its
 * process, which may start before the state is known ({@link
 * dev.arda.nix.flake.eval.EvaluatorStarts}), {@link dev.arda.nix.flake.eval.ReplProtocol} the
 * conversation with it, and {@link dev.arda.nix.flake.eval.FleetWork} shares out what several of
 * them answer together.
 */
@NullMarked
package dev.arda.nix.flake.eval;

import org.jspecify.annotations.NullMarked;
