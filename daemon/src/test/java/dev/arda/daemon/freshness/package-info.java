/**
 * Freshness from end to end: a file is written, and a real daemon with a real Nix is asked at once
 * over its socket. {@link dev.arda.daemon.freshness.FreshnessTrialMain} does that many times,
 * {@link dev.arda.daemon.freshness.FreshnessTest} a few times in every build.
 */
@NullMarked
package dev.arda.daemon.freshness;

import org.jspecify.annotations.NullMarked;
