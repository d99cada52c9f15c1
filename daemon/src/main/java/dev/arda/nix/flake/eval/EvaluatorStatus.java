package dev.arda.nix.flake.eval;

import java.time.Duration;

/**
 * A warm evaluator, for {@code arda daemon status}.
 *
 * @param state digest of the state of the flake it is bound to
 * @param sourcePath store path of the flake's source tree
 * @param pid number of its process
 * @param residentBytes memory of it when it was last idle; 0 if unknown
 * @param questions how many it was asked
 * @param uptime how long it lives
 * @param busy whether it is evaluating
 */
public record EvaluatorStatus(
    String state,
    String sourcePath,
    long pid,
    long residentBytes,
    long questions,
    Duration uptime,
    boolean busy) {}
