package dev.arda.nix.flake.cache;

import static dev.arda.nix.flake.cache.Lesson.hit;
import static dev.arda.nix.flake.cache.Lesson.selector;
import static dev.arda.nix.flake.cache.Lesson.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SelectionCacheTest {

  private static final Lookup MISS = Lookup.Miss.MISS;
  private static final int KIB = 1024;

  private final AtomicLong nanoseconds = new AtomicLong();
  private final MemoryStore store = new MemoryStore();

  /** Keeps trees themselves, and counts. */
  private static final class MemoryStore implements TreeStore {
    private final Map<SelectionKey, SelectionTree> trees = new HashMap<>();
    private int loads;
    private int saves;

    @Override
    public synchronized Optional<SelectionTree> load(SelectionKey key) {
      loads++;
      return Optional.ofNullable(trees.get(key));
    }

    synchronized SelectionTree get(SelectionKey key) {
      return Objects.requireNonNull(trees.get(key));
    }

    @Override
    public synchronized void saveLater(SelectionKey key, SelectionTree tree) {
      saves++;
      trees.put(key, tree);
    }

    @Override
    public synchronized void remove(Set<String> identities) {
      trees.keySet().removeIf(key -> identities.contains(key.identity()));
    }

    @Override
    public synchronized void removeAll() {
      trees.clear();
    }
  }

  private SelectionCache cache(long bytes, TreeStore kept) {
    return new SelectionCache(
        new SelectionCache.Limits(bytes, Duration.ofHours(1)),
        kept,
        nanoseconds::get,
        Runnable::run);
  }

  private static SelectionKey key(int number) {
    return SelectionKey.of("flake " + number, "nix");
  }

  private static String string(int length) {
    return "\"" + "x".repeat(length) + "\"";
  }

  @Test
  void lookup_afterAnInsert_hits_andOtherKeysMiss() throws IOException {
    var cache = cache(100 * KIB, TreeStore.NONE);
    assertThat(cache.lookup(key(1), selector("a"), ValueEncoding.TYPED)).isEqualTo(MISS);
    assertThat(cache.insert(key(1), selector("a"), value("1"))).isEqualTo(SelectionCache.Kept.YES);

    assertThat(cache.lookup(key(1), selector("a"), ValueEncoding.TYPED)).isEqualTo(hit("1"));
    assertThat(cache.lookup(key(2), selector("a"), ValueEncoding.TYPED)).isEqualTo(MISS);
    var figures = cache.figures();
    assertThat(figures.hits()).isEqualTo(1);
    assertThat(figures.misses()).isEqualTo(2);
    assertThat(figures.trees()).isEqualTo(2);
    assertThat(figures.bytes()).isBetween(1L, 4L * KIB);
  }

  @Test
  void insert_missingAttribute_isAHitButAFailedEvaluationIsNothing() {
    var cache = cache(100 * KIB, TreeStore.NONE);
    var missing = new Mismatch.Missing(0, List.of(), "a", List.of("b"));
    cache.insert(key(1), selector("a"), missing);

    assertThat(cache.lookup(key(1), selector("a"), ValueEncoding.JSON))
        .isEqualTo(new Lookup.Mismatched(missing, true));
    assertThat(cache.figures().hits()).isEqualTo(1);
  }

  @Test
  void insert_intoTreesThatGrow_keepsAllTogetherWithinTheBound() throws IOException {
    var cache = cache(100 * KIB, TreeStore.NONE);
    for (int tree = 0; tree < 4; tree++) {
      cache.insert(key(tree), selector("a"), value("1"));
    }
    assertThat(cache.figures().bytes()).isLessThan(5L * KIB);

    for (int growth = 0; growth < 4; growth++) {
      for (int tree = 0; tree < 4; tree++) {
        cache.insert(key(tree), selector("b" + growth), value(string(10 * KIB)));
        assertThat(cache.figures().bytes())
            .as("weighed again as it grew")
            .isLessThanOrEqualTo(100 * KIB);
      }
      if (growth == 0) {
        assertThat(cache.figures().bytes()).isGreaterThan(40L * KIB);
        assertThat(cache.figures().evictions()).isZero();
      }
    }
    assertThat(cache.figures().evictions()).isPositive();
    assertThat(cache.figures().trees()).isLessThan(4);
  }

  @Test
  void insert_intoATreeThatOutgrowsTheCache_beginsAnewWithIt() throws IOException {
    var cache = cache(100 * KIB, store);
    cache.insert(key(1), selector("a"), value(string(60 * KIB)));

    assertThat(cache.insert(key(1), selector("b"), value(string(50 * KIB))))
        .isEqualTo(SelectionCache.Kept.ALONE);
    assertThat(cache.lookup(key(1), selector("a"), ValueEncoding.TYPED)).isEqualTo(MISS);
    assertThat(cache.lookup(key(1), selector("b"), ValueEncoding.TYPED))
        .isInstanceOf(Lookup.Hit.class);
    assertThat(cache.figures().oversized()).isEqualTo(1);
  }

  @Test
  void insert_anAnswerLargerThanTheCache_isRefusedAndReported() throws IOException {
    var cache = cache(100 * KIB, store);
    assertThat(cache.insert(key(1), selector("a"), value(string(200 * KIB))))
        .isEqualTo(SelectionCache.Kept.TOO_LARGE);

    assertThat(cache.lookup(key(1), selector("a"), ValueEncoding.TYPED)).isEqualTo(MISS);
    assertThat(cache.insert(key(1), selector("b"), value("1"))).isEqualTo(SelectionCache.Kept.YES);
    assertThat(cache.lookup(key(1), selector("b"), ValueEncoding.TYPED)).isEqualTo(hit("1"));
    assertThat(cache.figures().oversized()).isEqualTo(1);
  }

  @Test
  void insert_aContradiction_forgetsTheTree() throws IOException {
    var cache = cache(100 * KIB, store);
    cache.insert(key(1), selector("a"), value("1"));
    cache.insert(key(2), selector("a"), value("1"));
    try (var log = new CapturedLog(SelectionCache.class)) {
      assertThat(cache.insert(key(1), selector("a"), value("2")))
          .isEqualTo(SelectionCache.Kept.CONTRADICTION);
      assertThat(log.warnings()).hasSize(1);
    }

    assertThat(cache.lookup(key(1), selector("a"), ValueEncoding.TYPED)).isEqualTo(MISS);
    assertThat(cache.lookup(key(2), selector("a"), ValueEncoding.TYPED)).isEqualTo(hit("1"));
    assertThat(cache.figures().contradictions()).isEqualTo(1);
    assertThat(store.get(key(1)).lookup(selector("a"), ValueEncoding.TYPED))
        .as("on disk, too")
        .isEqualTo(MISS);
  }

  @Test
  void lookup_ofATreeThatNobodyAskedForLong_readsItFromTheStore() throws IOException {
    var cache = cache(100 * KIB, store);
    cache.insert(key(1), selector("a"), value("1"));
    assertThat(store.loads).isEqualTo(1);
    assertThat(store.saves).isEqualTo(1);
    cache.insert(key(1), selector("a"), value("1"));
    assertThat(store.saves).as("nothing new, nothing to save").isEqualTo(1);

    nanoseconds.addAndGet(Duration.ofMinutes(61).toNanos());
    assertThat(cache.figures().trees()).isZero();
    assertThat(cache.lookup(key(1), selector("a"), ValueEncoding.TYPED)).isEqualTo(hit("1"));
    assertThat(store.loads).isEqualTo(2);
  }

  @Test
  void lookup_byManyAtOnce_readsTheStoreOnce() throws Exception {
    var cache = cache(100 * KIB, store);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Lookup>>();
      for (int i = 0; i < 100; i++) {
        answers.add(
            executor.submit(() -> cache.lookup(key(1), selector("a"), ValueEncoding.TYPED)));
      }
      for (Future<Lookup> answer : answers) {
        assertThat(answer.get()).isEqualTo(MISS);
      }
    }
    assertThat(store.loads).isEqualTo(1);
  }

  @Test
  void lookupRealised_isAnsweredWithWhatWasRealisedAndStillExists() throws IOException {
    var cache = cache(100 * KIB, store);
    var selector = selector("a");
    cache.insert(key(1), selector, value("\"/nix/store/a\""));
    assertThat(cache.lookupRealised(key(1), selector, ValueEncoding.JSON, path -> true)).isEmpty();

    var answer =
        new Lookup.WholeAnswer(
            "\"/nix/store/a\"".getBytes(StandardCharsets.UTF_8), List.of("/nix/store/a"));
    cache.keep(key(1), selector, ValueEncoding.JSON, true, answer);
    assertThat(cache.lookupRealised(key(1), selector, ValueEncoding.JSON, path -> true))
        .contains(answer);
    assertThat(cache.lookupRealised(key(1), selector, ValueEncoding.JSON, path -> false)).isEmpty();
    assertThat(cache.figures().hits()).isEqualTo(1);
    assertThat(cache.figures().misses()).isEqualTo(2);
    SelectionTreeInvariants.check(store.get(key(1)));
  }

  @Test
  void insert_byManyIntoManyTrees_losesNothingThatFits() throws Exception {
    var cache = cache(10_000 * KIB, store);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Future<?>>();
      for (int i = 0; i < 400; i++) {
        int number = i;
        tasks.add(
            executor.submit(() ->
                cache.insert(
                    key(number % 4), selector("a" + number), value(string(100 + number)))));
      }
      for (Future<?> task : tasks) {
        task.get();
      }
    }
    long weight = 0;
    for (int i = 0; i < 400; i++) {
      assertThat(cache.lookup(key(i % 4), selector("a" + i), ValueEncoding.TYPED))
          .isEqualTo(hit(string(100 + i)));
    }
    for (int i = 0; i < 4; i++) {
      SelectionTreeInvariants.check(store.get(key(i)));
      weight += store.get(key(i)).weight();
    }
    assertThat(cache.figures().bytes()).isBetween(weight, weight + 8 * KIB);
  }

  @Test
  void invalidate_forgetsWhatIsInMemory() throws IOException {
    var cache = cache(100 * KIB, TreeStore.NONE);
    cache.insert(key(1), selector("a"), value("1"));
    cache.invalidate(key(1));

    assertThat(cache.lookup(key(1), selector("a"), ValueEncoding.TYPED)).isEqualTo(MISS);
  }
}
