package dev.arda.nix.flake.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.types.ValueEncoding;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trees that are in use, within a number of bytes; what is used least goes first. Trees are
 * read from a {@link TreeStore} when they are first asked, and handed to it when they have grown.
 *
 * <p>Safe for many threads. A question waits at most for its tree to be read from disk; no lock is
 * held while it is answered.
 */
public final class SelectionCache {

  private static final Logger LOG = LoggerFactory.getLogger(SelectionCache.class);
  private static final int UNIT = 1024;

  private final Limits limits;
  private final TreeStore store;
  private final Cache<SelectionKey, SelectionTree> trees;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder oversized = new LongAdder();
  private final LongAdder contradictions = new LongAdder();

  /**
   * How much is kept, and for how long.
   *
   * @param maximumBytes of all trees together, by their {@link SelectionTree#weight}; at least 1
   *     KiB
   * @param idle how long a tree stays that nobody asks
   */
  public record Limits(long maximumBytes, Duration idle) {
    /** Checks the bytes. */
    public Limits {
      if (maximumBytes < UNIT) {
        throw new IllegalArgumentException("a cache of " + maximumBytes + " bytes holds nothing");
      }
    }
  }

  /**
   * Figures since the start.
   *
   * @param trees trees in memory
   * @param bytes what they take, about
   * @param maximumBytes what they may take
   * @param hits questions that were answered, with a value or a mismatch
   * @param misses questions that were not
   * @param evictions trees that had to go for others, or because nobody asked them
   * @param oversized answers and trees that were too large to be kept
   * @param contradictions answers that contradicted earlier ones
   */
  public record Figures(
      long trees,
      long bytes,
      long maximumBytes,
      long hits,
      long misses,
      long evictions,
      long oversized,
      long contradictions) {}

  /** What became of an answer. */
  public enum Kept {
    /** It is known now, and may have been before. */
    YES,
    /** It is known now, but its tree had grown too large and begins anew with it. */
    ALONE,
    /** It is larger than the whole cache, or its selector has too many steps. */
    TOO_LARGE,
    /** It contradicts what was known, all of which is forgotten. */
    CONTRADICTION
  }

  /**
   * A cache.
   *
   * @param limits how much is kept
   * @param store where trees outlive the daemon
   * @param ticker tells how long a tree has not been asked
   * @param executor evicts trees
   */
  public SelectionCache(Limits limits, TreeStore store, Ticker ticker, Executor executor) {
    this.limits = limits;
    this.store = store;
    this.trees =
        Caffeine.newBuilder()
            .maximumWeight(limits.maximumBytes() / UNIT)
            .weigher(SelectionCache::units)
            .expireAfterAccess(limits.idle())
            .ticker(ticker)
            .executor(executor)
            .recordStats()
            .build();
  }

  /** Answers a question that need not be realised; see {@link SelectionTree#lookup}. */
  public Lookup lookup(SelectionKey key, Selector selector, ValueEncoding encoding) {
    Lookup found = tree(key).lookup(selector, encoding);
    (found == Lookup.Miss.MISS ? misses : hits).increment();
    return found;
  }

  /** The same, of a question that was looked up and counted before. */
  public Lookup lookupAgain(SelectionKey key, Selector selector, ValueEncoding encoding) {
    return tree(key).lookup(selector, encoding);
  }

  /** Answers a question to be realised; see {@link SelectionTree#lookupRealised}. */
  public Optional<Lookup.WholeAnswer> lookupRealised(
      SelectionKey key, Selector selector, ValueEncoding encoding, Predicate<String> exists) {
    var found = tree(key).lookupRealised(selector, encoding, exists);
    (found.isEmpty() ? misses : hits).increment();
    return found;
  }

  /** Takes in an answer in the typed encoding; see {@link SelectionTree#insert}. */
  public Kept insert(SelectionKey key, Selector selector, TypedValue answer) {
    return change(key, selector, tree -> tree.insert(selector, answer));
  }

  /** Takes in that a selector does not fit; see {@link SelectionTree#insert}. */
  public Kept insert(SelectionKey key, Selector selector, Mismatch mismatch) {
    return change(key, selector, tree -> tree.insert(selector, mismatch));
  }

  /** Keeps an answer as it is; see {@link SelectionTree#keep}. */
  public Kept keep(
      SelectionKey key,
      Selector selector,
      ValueEncoding encoding,
      boolean realised,
      Lookup.WholeAnswer answer) {
    return change(key, selector, tree -> tree.keep(selector, encoding, realised, answer));
  }

  /** Forgets a tree, in memory only. */
  public void invalidate(SelectionKey key) {
    trees.invalidate(key);
  }

  /**
   * Forgets what is known of some contents, in memory and on disk, however they were evaluated;
   * blocks. An answer that arrives meanwhile may begin a tree anew.
   */
  public void forget(Set<String> identities) {
    trees.asMap().keySet().removeIf(key -> identities.contains(key.identity()));
    store.remove(identities);
  }

  /** Forgets all trees, in memory and on disk; blocks. */
  public void forgetAll() {
    trees.invalidateAll();
    store.removeAll();
  }

  /** What is known of a content takes so many bytes of memory, about. */
  public long bytes(String identity) {
    return trees.asMap().entrySet().stream()
        .filter(entry -> entry.getKey().identity().equals(identity))
        .mapToLong(entry -> (long) units(entry.getKey(), entry.getValue()) * UNIT)
        .sum();
  }

  /** Figures since the start. */
  public Figures figures() {
    trees.cleanUp();
    long bytes = trees.policy().eviction().orElseThrow().weightedSize().orElse(0) * UNIT;
    return new Figures(
        trees.estimatedSize(),
        bytes,
        limits.maximumBytes(),
        hits.sum(),
        misses.sum(),
        trees.stats().evictionCount(),
        oversized.sum(),
        contradictions.sum());
  }

  private SelectionTree tree(SelectionKey key) {
    return trees.get(key, missing -> store.load(missing).orElseGet(SelectionTree::new));
  }

  private Kept change(
      SelectionKey key, Selector selector, Function<SelectionTree, Boolean> change) {
    if (selector.steps().size() > SelectionTree.MAX_STEPS) {
      oversized.increment();
      return Kept.TOO_LARGE;
    }
    SelectionTree tree = tree(key);
    try {
      if (!change.apply(tree)) {
        return Kept.YES;
      }
    } catch (ContradictionException e) {
      contradictions.increment();
      LOG.warn(
          "two answers for {} contradict each other; forgetting both: {}", key, e.getMessage());
      replace(key, new SelectionTree());
      return Kept.CONTRADICTION;
    }
    if (fits(key, tree)) {
      // Weighs the tree again, unless it has been evicted in the meantime. Replacing it with itself
      // would weigh it before the entry is locked, so that of two that grow it at once the one that
      // weighed first could be the one that is remembered.
      trees.asMap().computeIfPresent(key, (_, present) -> present);
      store.saveLater(key, tree);
      return Kept.YES;
    }
    oversized.increment();
    LOG.info("what is known of {} takes {} bytes; beginning anew", key, tree.weight());
    return beginAnew(key, change);
  }

  private Kept beginAnew(SelectionKey key, Function<SelectionTree, Boolean> change) {
    var tree = new SelectionTree();
    boolean fits = change.apply(tree) && fits(key, tree);
    replace(key, fits ? tree : new SelectionTree());
    return fits ? Kept.ALONE : Kept.TOO_LARGE;
  }

  private void replace(SelectionKey key, SelectionTree tree) {
    trees.put(key, tree);
    store.saveLater(key, tree);
  }

  private boolean fits(SelectionKey key, SelectionTree tree) {
    return units(key, tree) <= limits.maximumBytes() / UNIT;
  }

  private static int units(SelectionKey key, SelectionTree tree) {
    long bytes = 256 + 2L * key.identity().length() + tree.weight();
    return (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(bytes, UNIT));
  }
}
