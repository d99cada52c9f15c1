package dev.arda.nix.flake.cache;

import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.types.ValueEncoding;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * What is known of the outputs of one flake in one state, evaluated in one way.
 *
 * <p>A question is answered as a fresh evaluation would answer it, or it is a miss. What is known
 * grows with every answer, failed ones included: that an attribute is missing is a fact.
 *
 * <p>Safe for many threads. A lookup works on what was known when it began and never waits. An
 * answer enters as a whole or, if it contradicts what is known, not at all.
 *
 * <p>Beside the facts there are whole answers, for what cannot be put together from others: answers
 * that were realised, and those in the compatible encoding that need Nix for the last step. A
 * question to realise is answered only from answers that were realised.
 */
public final class SelectionTree {

  /**
   * Selectors with more steps are not kept: no flake nests as deep, and it bounds how deep the tree
   * is.
   */
  public static final int MAX_STEPS = 500;

  private static final long ENTRY_WEIGHT = 64 + Weights.object(3 * Weights.REFERENCE);

  private final ReentrantLock writing = new ReentrantLock();

  /** Written under {@link #writing}. */
  private volatile State state;

  /** A tree that knows nothing. */
  public SelectionTree() {
    this(new State(Partial.NOTHING, Map.of()));
  }

  SelectionTree(State state) {
    this.state = state;
  }

  /**
   * A question whose answer is kept as a whole.
   *
   * @param selector the selector
   * @param encoding how the value is written
   * @param realised whether the store paths it needs were built
   */
  record WholeQuestion(Selector selector, ValueEncoding encoding, boolean realised) {}

  /**
   * All that is known.
   *
   * @param root the outputs
   * @param whole answers that are kept as they are
   */
  record State(Knowledge root, Map<WholeQuestion, Lookup.WholeAnswer> whole) {
    State {
      whole = Map.copyOf(whole);
    }

    long weight() {
      long bytes = Partial.weight(root);
      for (var entry : whole.entrySet()) {
        bytes += weight(entry.getKey(), entry.getValue());
      }
      return bytes;
    }

    private static long weight(WholeQuestion question, Lookup.WholeAnswer answer) {
      long bytes = ENTRY_WEIGHT + Weights.array(answer.json().length, 1);
      for (String path : answer.realisedPaths()) {
        bytes += Weights.REFERENCE + Weights.string(path);
      }
      return bytes + 32L * question.selector().steps().size();
    }
  }

  /**
   * Answers a question that need not be realised.
   *
   * @param encoding the encoding that is wanted; it decides, for example, whether a selection that
   *     contains {@code outPath} is one
   */
  public Lookup lookup(Selector selector, ValueEncoding encoding) {
    if (selector.steps().size() > MAX_STEPS) {
      return Lookup.Miss.MISS;
    }
    State now = state;
    Lookup found = Finder.find(now.root(), selector, encoding);
    if (found != Lookup.Miss.MISS || now.whole().isEmpty()) {
      return found;
    }
    Lookup.WholeAnswer kept = now.whole().get(new WholeQuestion(selector, encoding, false));
    if (kept == null) {
      // What was realised has the same value.
      kept = now.whole().get(new WholeQuestion(selector, encoding, true));
    }
    return kept == null ? found : new Lookup.Kept(kept);
  }

  /**
   * Answers a question to be realised: only with an answer that was, and whose store paths are
   * still there. One whose paths are gone is forgotten.
   *
   * @param exists whether a store path exists
   */
  public Optional<Lookup.WholeAnswer> lookupRealised(
      Selector selector, ValueEncoding encoding, Predicate<String> exists) {
    var question = new WholeQuestion(selector, encoding, true);
    Lookup.WholeAnswer kept = state.whole().get(question);
    if (kept == null) {
      return Optional.empty();
    }
    if (kept.realisedPaths().stream().allMatch(exists)) {
      return Optional.of(kept);
    }
    forget(question, kept);
    return Optional.empty();
  }

  /**
   * Takes in an answer.
   *
   * @param answer what the evaluator gave in the typed encoding
   * @return whether anything new was learnt
   * @throws ContradictionException if it cannot be the answer to the selector, or contradicts an
   *     earlier answer; nothing changes then
   */
  public boolean insert(Selector selector, TypedValue answer) {
    return selector.steps().size() <= MAX_STEPS && learn(Teaching.of(selector, answer));
  }

  /**
   * Takes in that a selector does not fit, in either encoding.
   *
   * @return whether anything new was learnt
   * @throws ContradictionException as {@link #insert(Selector, TypedValue)} does
   */
  public boolean insert(Selector selector, Mismatch mismatch) {
    return selector.steps().size() <= MAX_STEPS && learn(Teaching.of(selector, mismatch));
  }

  /**
   * Keeps an answer as it is.
   *
   * @param encoding how it is written
   * @param realised whether the store paths that it needs were built
   * @return whether that is new
   */
  public boolean keep(
      Selector selector, ValueEncoding encoding, boolean realised, Lookup.WholeAnswer answer) {
    if (selector.steps().size() > MAX_STEPS) {
      return false;
    }
    writing.lock();
    try {
      var whole = new HashMap<>(state.whole());
      whole.put(new WholeQuestion(selector, encoding, realised), answer);
      state = new State(state.root(), whole);
      return true;
    } finally {
      writing.unlock();
    }
  }

  /** An estimate of what the tree takes on the heap, in bytes. */
  public long weight() {
    return state.weight();
  }

  State state() {
    return state;
  }

  @SuppressWarnings("ReferenceEquality") // as Merge promises
  private boolean learn(Knowledge told) {
    writing.lock();
    try {
      State before = state;
      Knowledge merged = Merge.of(before.root(), told);
      if (merged == before.root()) {
        return false;
      }
      state = new State(merged, before.whole());
      return true;
    } finally {
      writing.unlock();
    }
  }

  private void forget(WholeQuestion question, Lookup.WholeAnswer answer) {
    writing.lock();
    try {
      var whole = new HashMap<>(state.whole());
      if (whole.remove(question, answer)) {
        state = new State(state.root(), whole);
      }
    } finally {
      writing.unlock();
    }
  }
}
