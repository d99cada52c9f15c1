package dev.arda.nix.flake.watch;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Answers whether a source may have changed; never wrongly with "no".
 *
 * <p>Use: take a token with {@link #barrier}, look up the identity memoised under it, else compute
 * the identity and memoise it under that token (the one taken <em>before</em> computing). All
 * methods may be called by any number of threads.
 */
public interface SourceWatch extends AutoCloseable {

  /**
   * Accounts for every write that finished before this call.
   *
   * <p>While watched: one cookie file, shared with callers that arrive at the same time. Otherwise,
   * or when the cookie is late (1 s) or a storm of events does not end (1 s): one scan, shared with
   * callers that arrive before it starts. To give up earlier, interrupt the thread; that harms no
   * other caller.
   *
   * @throws InterruptedException when interrupted
   * @throws IllegalStateException when the watch was closed
   */
  Token barrier() throws InterruptedException;

  /**
   * The token as known without looking. If it differs from an earlier one, the source may have
   * changed since; if it is equal, nothing follows. For refusing to publish a result that was
   * overtaken by an edit.
   */
  Token current();

  /** How each part is being observed. */
  List<WatchStatus> status();

  /**
   * Completes once the first attempt to set up watches has ended, successfully or not. Nobody needs
   * to wait for it: until then barriers scan.
   */
  CompletableFuture<Void> ready();

  /** Releases the watches that no other {@code SourceWatch} shares. */
  @Override
  void close();
}
