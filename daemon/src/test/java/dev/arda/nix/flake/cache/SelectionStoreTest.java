package dev.arda.nix.flake.cache;

import static dev.arda.nix.flake.cache.Lesson.selector;
import static dev.arda.nix.flake.cache.Lesson.value;
import static dev.arda.nix.flake.cache.NixValue.integer;
import static dev.arda.nix.flake.cache.NixValue.list;
import static dev.arda.nix.flake.cache.NixValue.set;
import static dev.arda.nix.flake.cache.NixValue.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.flake.cache.ReferenceEvaluator.Outcome;
import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.types.ValueEncoding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelectionStoreTest {

  private static final long PLENTY = 1 << 30;
  private static final SelectionKey KEY = SelectionKey.of("path:/flake?narHash=x", "nix 2.34.8");

  @TempDir Path temporary;

  private final SettableClock clock = new SettableClock();

  private Path directory() {
    return temporary.resolve("cache/arda/selections");
  }

  private SelectionStore store() {
    return new SelectionStore(directory(), PLENTY, Runnable::run, clock);
  }

  private static SelectionTree small() throws IOException {
    var lesson =
        new Lesson(
            "p", set("type", text("derivation"), "outPath", text("/o"), "name", text("n")),
            "l", list(integer(1), text("é\n\"")),
            "i", integer(7));
    lesson.fetch("p", "p.?meta", "l.?9", "i.x", "?gone", "nothing");
    lesson.tree.keep(
        selector("p.\"a.b\".*"),
        ValueEncoding.JSON,
        true,
        new Lookup.WholeAnswer("\"/ö\"".getBytes(StandardCharsets.UTF_8), List.of("/o", "/q")));
    return lesson.tree;
  }

  private Path onlyFile() throws IOException {
    try (var files = Files.list(directory())) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.getFirst();
    }
  }

  @Test
  void load_whatWasSaved_isTheSameKnowledge() throws IOException {
    SelectionTree tree = small();
    store().saveLater(KEY, tree);

    SelectionTree loaded = store().load(KEY).orElseThrow();
    SelectionTreeInvariants.check(loaded);
    assertSame(loaded, tree);
    assertThat(store().load(SelectionKey.of("other", "nix 2.34.8"))).isEmpty();
  }

  @Test
  void remove_aContent_takesItsTreesOfEveryEvaluation_alsoThoseStillToBeWritten()
      throws IOException {
    var other = SelectionKey.of("other", "nix 2.34.8");
    var again = SelectionKey.of(KEY.identity(), "another nix");
    for (var key : List.of(KEY, other, again)) {
      store().saveLater(key, small());
    }
    var later = new SelectionStore(directory(), 1 << 20, _ -> {}, Clock.systemUTC());
    later.saveLater(KEY, small());

    later.remove(Set.of(KEY.identity()));
    later.flush();

    assertThat(store().load(KEY)).isEmpty();
    assertThat(store().load(again)).isEmpty();
    assertThat(store().load(other)).isPresent();
    assertThat(later.figures().saved().count()).isZero();

    later.removeAll();
    assertThat(store().load(other)).isEmpty();
  }

  @Test
  void figures_afterSomeWork_tellIt() throws IOException {
    var store = store();
    store.saveLater(KEY, small());
    store.load(KEY);
    store.load(SelectionKey.of("other", ""));
    Files.write(onlyFile(), new byte[3]);
    store.load(KEY);

    var figures = store.figures();
    assertThat(figures.saved().count()).isEqualTo(1);
    assertThat(figures.loaded().count()).isEqualTo(1);
    assertThat(figures.absent()).isEqualTo(1);
    assertThat(figures.damaged()).isEqualTo(1);
    assertThat(figures.failed()).isZero();
  }

  @Test
  void load_randomTrees_isTheSameKnowledge() throws IOException {
    long seed = Long.getLong("arda.test.seed", new Random().nextLong());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      var questions = new RandomQuestions(random);
      NixValue root = questions.root();
      var tree = new SelectionTree();
      for (int i = 0; i < 4; i++) {
        var selector = questions.selector(root);
        switch (ReferenceEvaluator.evaluate(root, selector, ValueEncoding.TYPED)) {
          case Outcome.Value(String json) -> tree.insert(selector, value(json));
          case Outcome.Mismatched(Mismatch mismatch) -> tree.insert(selector, mismatch);
          case Outcome.Failed failed -> {}
        }
        tree.keep(
            selector,
            ValueEncoding.JSON,
            random.nextBoolean(),
            new Lookup.WholeAnswer(Json.quote("é" + round), List.of("p" + i)));
      }
      var bytes = new ByteArrayOutputStream();
      TreeWriter.write(tree.state(), bytes);
      var read = new SelectionTree(TreeReader.read(new ByteArrayInputStream(bytes.toByteArray())));
      SelectionTreeInvariants.check(read);
      assertSame(read, tree);
    }
  }

  private static void assertSame(SelectionTree actual, SelectionTree expected) {
    assertThat(actual.state().root()).isEqualTo(expected.state().root());
    assertThat(actual.weight()).isEqualTo(expected.weight());
    assertThat(actual.state().whole()).hasSameSizeAs(expected.state().whole());
    expected
        .state()
        .whole()
        .forEach((question, answer) -> {
          Lookup.WholeAnswer read = Objects.requireNonNull(actual.state().whole().get(question));
          assertThat(read.json()).isEqualTo(answer.json());
          assertThat(read.realisedPaths()).isEqualTo(answer.realisedPaths());
        });
  }

  @Test
  void save_isForItsOwnerOnly() throws IOException {
    store().saveLater(KEY, small());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(onlyFile())))
        .isEqualTo("rw-------");
  }

  @Test
  void save_intoADirectoryThatOthersCanWrite_closesItFirst() throws IOException {
    Files.createDirectories(directory());
    Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxrwxrwx"));
    store().saveLater(KEY, small());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwx------");
  }

  @Test
  void load_aFileCutAnywhere_isIgnoredAndRemovedWithOneLine() throws IOException {
    store().saveLater(KEY, small());
    Path file = onlyFile();
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      assertRefused(file, Arrays.copyOf(whole, length), "cut at " + length);
    }
    assertRefused(file, Arrays.copyOf(whole, whole.length + 1), "one byte more");
    Files.write(file, whole);
    assertThat(store().load(KEY)).isPresent();
  }

  @Test
  void load_aFileWithAnyBitFlipped_isIgnoredAndRemovedWithOneLine() throws IOException {
    store().saveLater(KEY, small());
    Path file = onlyFile();
    byte[] whole = Files.readAllBytes(file);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertRefused(file, flipped, "bit " + bit);
    }
  }

  @Test
  void load_aForeignFile_isIgnoredAndRemovedWithOneLine() throws IOException {
    SelectionTree tree = small();
    store().saveLater(KEY, tree);
    Path file = onlyFile();
    assertRefused(file, new byte[0], "empty");
    assertRefused(file, new byte[10_000], "zeros");
    assertRefused(file, "{\"cache\":{}}".repeat(100).getBytes(StandardCharsets.UTF_8), "text");

    var ofAnother = new ByteArrayOutputStream();
    TreeFile.write(SelectionKey.of("another", "nix 2.34.8"), tree.state(), ofAnother);
    assertRefused(file, ofAnother.toByteArray(), "the tree of another flake");
    var newer = new ByteArrayOutputStream();
    TreeFile.write(
        new SelectionKey(KEY.identity(), KEY.evaluation(), KEY.schema() + 1), tree.state(), newer);
    assertRefused(file, newer.toByteArray(), "a newer version");
  }

  @Test
  void load_aLink_isNotFollowed() throws IOException {
    store().saveLater(KEY, small());
    Path file = onlyFile();
    Path elsewhere = temporary.resolve("elsewhere");
    Files.move(file, elsewhere);
    Files.createSymbolicLink(file, elsewhere);
    try (var log = new CapturedLog(SelectionStore.class)) {
      assertThat(store().load(KEY)).isEmpty();
      assertThat(log.warnings()).hasSize(1);
    }
    assertThat(elsewhere).exists();
  }

  @Test
  void read_aDocumentThatIsNoTree_fails() {
    for (String document :
        List.of(
            "",
            "{}",
            "[]",
            "{\"root\":{\"gap\":\"ABSENT\"},\"whole\":[]}",
            "{\"root\":{\"gap\":\"UNASKED\"},\"whole\":[]}",
            "{\"root\":{\"value\":1},\"whole\":[]",
            "{\"root\":{\"value\":1},\"whole\":[]}x",
            "{\"root\":{\"value\":{\"attrs\":{\"outPath\":1}}},\"whole\":[]}",
            "{\"root\":{\"value\":1},\"whole\":[{\"selector\":\"{\",\"encoding\":\"JSON\","
                + "\"realised\":true,\"paths\":[],\"answer\":\"\"}]}",
            "{\"root\":{\"kind\":\"NONE\",\"complete\":false,\"length\":-1,\"type\":\"\","
                + "\"parts\":{}},\"whole\":[]}",
            "{\"root\":{\"kind\":\"ATTRS\",\"complete\":false,\"length\":-1,\"type\":\"\","
                + "\"parts\":{\"b\":{\"value\":1},\"a\":{\"value\":1}}},\"whole\":[]}")) {
      assertThatThrownBy(() ->
              TreeReader.read(new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8))))
          .as(document)
          .isInstanceOf(IOException.class);
    }
  }

  private void assertRefused(Path file, byte[] content, String what) throws IOException {
    Files.write(file, content);
    try (var log = new CapturedLog(SelectionStore.class)) {
      assertThat(store().load(KEY)).as(what).isEmpty();
      assertThat(log.warnings()).as(what).hasSize(1);
    }
    assertThat(file).as(what).doesNotExist();
  }

  @Test
  void saveLater_manyTimes_writesOnce() throws IOException {
    Queue<Runnable> tasks = new ArrayDeque<>();
    var store = new SelectionStore(directory(), PLENTY, tasks::add, clock);
    var tree = new SelectionTree();
    for (int i = 0; i < 10; i++) {
      tree.insert(selector("a" + i), value("1"));
      store.saveLater(KEY, tree);
    }
    assertThat(tasks).hasSize(1);
    assertThat(directory()).doesNotExist();

    tasks.remove().run();
    assertSame(store.load(KEY).orElseThrow(), tree);
    tree.insert(selector("b"), value("1"));
    store.saveLater(KEY, tree);
    assertThat(tasks).as("what comes after a writing is written, too").hasSize(1);
    store.close();
    assertSame(store.load(KEY).orElseThrow(), tree);
  }

  @Test
  void close_afterItsExecutorHasStopped_writesWhatIsPending() throws IOException {
    var store =
        new SelectionStore(
            directory(),
            PLENTY,
            task -> {
              throw new RejectedExecutionException("stopped");
            },
            clock);
    store.saveLater(KEY, small());
    store.close();

    assertThat(store().load(KEY)).isPresent();
  }

  @Test
  void save_onADiskThatIsFullAnywhere_leavesTheOldFileAndComplainsOnce() throws IOException {
    SelectionTree old = small();
    store().saveLater(KEY, old);
    long size = Files.size(onlyFile());
    SelectionTree grown = small();
    grown.insert(selector("l.0"), value("1"));
    try (var log = new CapturedLog(SelectionStore.class)) {
      for (long room = 0; room <= size; room++) {
        var store =
            new SelectionStore(
                directory(), PLENTY, Runnable::run, clock, new FullDisk(room, false));
        store.saveLater(KEY, grown);
        store.saveLater(KEY, grown);
        assertThat(log.warnings()).as("room for %d", room).hasSize(1);
        assertSame(store.load(KEY).orElseThrow(), old);
        onlyFile();
      }
      new SelectionStore(directory(), PLENTY, Runnable::run, clock, new FullDisk(PLENTY, true))
          .saveLater(KEY, grown);
      assertThat(log.warnings()).as("what cannot be forced to disk").hasSize(1);
      assertSame(store().load(KEY).orElseThrow(), old);
    }
    onlyFile();
  }

  @Test
  void save_whereThereIsNoDirectory_complainsOnce() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    var store = new SelectionStore(file.resolve("selections"), PLENTY, Runnable::run, clock);
    try (var log = new CapturedLog(SelectionStore.class)) {
      store.saveLater(KEY, small());
      store.saveLater(KEY, small());
      assertThat(log.warnings()).hasSize(1);
    }
  }

  @Test
  void save_moreThanTheBound_removesWhatWasUsedLongestAgo() throws IOException {
    store().saveLater(KEY, small());
    long size = Files.size(onlyFile());
    Files.delete(onlyFile());
    var store = new SelectionStore(directory(), 3 * size + 100, Runnable::run, clock);
    var keys = new ArrayList<SelectionKey>();
    for (int i = 0; i < 4; i++) {
      keys.add(SelectionKey.of("path:/flake?narHash=" + i, "nix 2.34.8"));
    }
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofMinutes(1));
      store.saveLater(keys.get(i), small());
    }
    clock.advance(Duration.ofMinutes(1));
    assertThat(store.load(keys.get(0))).isPresent();
    clock.advance(Duration.ofMinutes(1));
    store.saveLater(keys.get(3), small());

    assertThat(store.load(keys.get(0))).as("used a minute ago").isPresent();
    assertThat(store.load(keys.get(1))).as("used longest ago").isEmpty();
    assertThat(store.load(keys.get(2))).isPresent();
    assertThat(store.load(keys.get(3))).isPresent();
  }

  @Test
  void save_aTreeThatIsLargerThanTheBound_leavesTheOthers() throws IOException {
    store().saveLater(KEY, small());
    long size = Files.size(onlyFile());
    var store = new SelectionStore(directory(), 2 * size, Runnable::run, clock);
    var large = small();
    large.insert(selector("p.large"), value("\"" + "x".repeat((int) (2 * size)) + "\""));
    SelectionKey other = SelectionKey.of("large", "");
    store.saveLater(other, large);

    assertThat(store.load(other)).isEmpty();
    assertThat(store.load(KEY)).isPresent();
    onlyFile();
  }

  @Test
  void save_removesWhatAKilledDaemonLeft() throws IOException {
    store().saveLater(KEY, small());
    Path left = Files.createFile(directory().resolve(".x.selections-1.unfinished"));
    Path foreign = Files.createFile(directory().resolve("README"));
    Files.setLastModifiedTime(left, FileTime.from(clock.instant().minus(Duration.ofMinutes(50))));
    store().saveLater(KEY, small());
    assertThat(left).as("may be being written").exists();

    clock.advance(Duration.ofMinutes(20));
    store().saveLater(KEY, small());
    assertThat(left).doesNotExist();
    assertThat(foreign).exists();
  }

  @Test
  void twoStores_onOneDirectory_neverReadWhatNobodyWrote() throws Exception {
    var keys = List.of(KEY, SelectionKey.of("b", ""), SelectionKey.of("c", ""));
    try (var log = new CapturedLog(SelectionStore.class);
        var executor = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      var tasks = new ArrayList<Future<?>>();
      for (int daemon = 0; daemon < 4; daemon++) {
        int number = daemon;
        // Small enough for the daemons to remove each other's files.
        var store = new SelectionStore(directory(), 45_000, Runnable::run, clock);
        tasks.add(
            executor.submit(() -> {
              var random = new Random(number);
              for (int i = 0; i < 150; i++) {
                SelectionKey key = keys.get(random.nextInt(keys.size()));
                var tree = new SelectionTree();
                String text = "\"" + (char) ('a' + number);
                try {
                  tree.insert(selector("a"), value(text.repeat(1) + "x".repeat(9_000 + i) + "\""));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
                store.saveLater(key, tree);
                store
                    .load(keys.get(random.nextInt(keys.size())))
                    .ifPresent(SelectionTreeInvariants::check);
              }
            }));
      }
      for (Future<?> task : tasks) {
        task.get();
      }
      assertThat(log.warnings()).isEmpty();
    }
  }

  /** A disk with room for a number of bytes. */
  private record FullDisk(long room, boolean failsToSync) implements Disk {
    @Override
    public NewFile create(Path path) throws IOException {
      NewFile real = Disk.REAL.create(path);
      return new NewFile() {
        private long left = room;

        @Override
        public OutputStream stream() {
          return new FilterOutputStream(real.stream()) {
            @Override
            public void write(int b) throws IOException {
              write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
              int fits = (int) Math.min(length, left);
              out.write(bytes, offset, fits);
              left -= fits;
              if (fits < length) {
                throw new IOException("No space left on device");
              }
            }
          };
        }

        @Override
        public void sync() throws IOException {
          if (failsToSync) {
            throw new IOException("Input/output error");
          }
          real.sync();
        }

        @Override
        public void close() throws IOException {
          real.close();
        }
      };
    }
  }

  private static final class SettableClock extends Clock {
    private volatile Instant now = Instant.parse("2026-11-22T00:00:00Z");

    void advance(Duration duration) {
      now = now.plus(duration);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
