/**
 * What Nix tells while it builds, folded into what a person wants to know: which derivations wait,
 * run, are done or failed, with phase, machine and last lines; what is downloaded and copied; sums
 * that never shrink.
 *
 * <p>{@link dev.arda.nix.core.build.BuildLog} hears the lines of one Nix process that prints {@link
 * dev.arda.nix.core.InternalJsonLog} and tells a {@link dev.arda.nix.core.build.BuildLogListener}
 * about each thing that changed, whole and as a value. Nothing that Nix or a builder prints makes
 * it fail.
 */
@NullMarked
package dev.arda.nix.core.build;

import org.jspecify.annotations.NullMarked;
