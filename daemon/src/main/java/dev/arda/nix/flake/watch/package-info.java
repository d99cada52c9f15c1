/**
 * Freshness: may the source of a flake have changed since its identity was last computed?
 *
 * <p>{@link dev.arda.nix.flake.watch.Watches#of} takes a {@link
 * dev.arda.nix.flake.watch.SourceSpec} and gives a {@link dev.arda.nix.flake.watch.SourceWatch}.
 * Its {@code barrier()} returns a {@link dev.arda.nix.flake.watch.Token}: two equal tokens mean
 * that no relevant write finished between the two calls, so an identity memoised under the first
 * may be served under the second. The reverse does not hold: an unequal token only means "compute
 * it again". Events never say <em>what</em> the identity is; they only decide when to ask.
 *
 * <p>A source is either <em>watched</em> or <em>scanned</em>. Watching uses the JDK's watch
 * service, one for all sources, consumed by one thread ({@code Engine}). All directories of an
 * inotify instance share one kernel queue, so a cookie file in the daemon's own runtime directory
 * orders the events of every other directory; a barrier is released once the cookie was seen
 * <em>and</em> the queue was drained to empty ({@code CookieBarrier}). Whenever that chain may be
 * broken (overflow, watch limit, late cookie, dead thread, moved root, changed mounts) the source
 * loses its watches, gets a new version, is scanned for the questions at hand and is watched again
 * by a background thread. Scanning stats everything relevant and compares digests; file systems
 * that do not report all writes are always scanned.
 *
 * <p>What is relevant is told once, by {@code Layout}, to both ways of looking: everything below a
 * {@code path:} flake; the tracked files, the index, HEAD and the references of a git flake.
 *
 * <p>Some writes raise no event: those through another name of a file (a hard link) and through
 * {@code mmap}. A source of which a file has another name is scanned. What comes later is found by
 * {@code Audit}, which scans a watched source now and then, behind the answers.
 *
 * <p>Limits, by nature of the kernel's interfaces: until the next audit (five seconds, or more for
 * large trees) writes through {@code mmap}, and through a hard link that was made since the last
 * one, are not seen; another host's writes to a network file system show only when the local kernel
 * notices them; git's configuration outside the repository is not watched; an ancestor directory
 * that may not be read is checked by stat at each barrier instead of being watched.
 */
@NullMarked
package dev.arda.nix.flake.watch;

import org.jspecify.annotations.NullMarked;
