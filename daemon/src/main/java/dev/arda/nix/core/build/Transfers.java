package dev.arda.nix.core.build;

import dev.arda.nix.core.build.BuildTotals.Count;
import dev.arda.nix.core.build.Transfer.Kind;
import dev.arda.nix.core.build.Transfer.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The transfers of one kind. Not thread-safe. */
final class Transfers {

  /** A gigabyte is 131,000 reports of Nix; told are as many as can be seen. */
  private static final Duration INTERVAL = Duration.ofMillis(50);

  private final Kind kind;
  private final BuildLogListener listener;
  private final InstantSource clock;
  private final Map<String, Moving> moving = new LinkedHashMap<>();
  private long arrived;
  private long failed;
  private long running;
  private String lastArrived = "";
  private long bytes;
  private long bytesKnown; // of those that were begun
  private long expected;
  private long bytesExpected;

  /** One transfer. */
  private static final class Moving {
    private Transfer last;
    private Instant told = Instant.MIN;
    private long done;
    private long expected;

    private Moving(Transfer first) {
      last = first;
    }
  }

  Transfers(Kind kind, BuildLogListener listener, InstantSource clock) {
    this.kind = kind;
    this.listener = listener;
    this.clock = clock;
  }

  void plan(String path) {
    moving.computeIfAbsent(
        path,
        _ -> {
          var first =
              new Transfer(kind, path, "", State.WAITING, 0, 0, Optional.empty(), Optional.empty());
          listener.transfer(first);
          return new Moving(first);
        });
  }

  /** There are to be so many. */
  void expect(long number) {
    expected = Math.max(expected, number);
  }

  /** There are to be so many more. */
  void expectMore(long number) {
    expected += number;
  }

  /** There are to be so many bytes. */
  void expectBytes(long number) {
    bytesExpected = Math.max(bytesExpected, number);
  }

  /** There are to be so many bytes more. */
  void expectMoreBytes(long number) {
    bytesExpected += number;
  }

  boolean isRunning(String path) {
    return Optional.ofNullable(moving.get(path))
        .filter(one -> one.last.state() == State.RUNNING)
        .isPresent();
  }

  void begin(String path, String store) {
    if (isRunning(path)) {
      return;
    }
    var now = clock.instant();
    var one =
        new Moving(
            new Transfer(
                kind, path, store, State.RUNNING, 0, 0, Optional.of(now), Optional.empty()));
    moving.put(path, one);
    running++;
    tell(one, now);
  }

  /** So much has arrived. */
  void progress(String path, long done, long all) {
    var one = moving.get(path);
    if (one == null || one.last.state() != State.RUNNING) {
      return;
    }
    bytes += Math.max(0, done - one.done);
    one.done = Math.max(one.done, done);
    bytesKnown += Math.max(0, all - one.expected);
    one.expected = Math.max(one.expected, all);
    var now = clock.instant();
    if (one.told.plus(INTERVAL).isBefore(now)) {
      tell(one, now);
    }
  }

  /**
   * It is over. Nix does not say how, and its last number need not be the last: what it says is how
   * many failed ({@link #failures}).
   */
  void end(String path) {
    var one = moving.get(path);
    if (one == null || one.last.state() != State.RUNNING) {
      return;
    }
    running--;
    arrived++;
    lastArrived = path;
    bytes += Math.max(0, one.expected - one.done);
    one.done = Math.max(one.done, one.expected);
    close(one, State.DONE);
  }

  /** So many have failed: if that is one more, it is the one that ended last. */
  void failures(long number) {
    if (number <= failed) {
      return;
    }
    failed = number;
    var one = moving.get(lastArrived);
    if (one != null && one.last.state() == State.DONE) {
      arrived--;
      close(one, State.FAILED);
    }
  }

  /**
   * Nix has ended.
   *
   * @param succeeded whether it did all that it was asked for
   */
  void finish(boolean succeeded) {
    for (var one : List.copyOf(moving.values())) {
      switch (one.last.state()) {
        case RUNNING -> {
          running--;
          failed++;
          close(one, State.FAILED);
        }
        case WAITING -> close(one, State.UNNEEDED);
        case DONE, FAILED, UNNEEDED -> {}
      }
    }
    if (succeeded && failed == 0 && arrived > 0) {
      // Of very small paths some versions tell no bytes.
      bytes = byteCount().expected();
    }
  }

  private void close(Moving one, State end) {
    one.last =
        new Transfer(
            kind,
            one.last.path(),
            one.last.store(),
            end,
            one.done,
            one.expected,
            one.last.startedAt(),
            Optional.of(clock.instant()));
    listener.transfer(one.last);
  }

  private void tell(Moving one, Instant now) {
    one.told = now;
    one.last =
        new Transfer(
            kind,
            one.last.path(),
            one.last.store(),
            State.RUNNING,
            one.done,
            one.expected,
            one.last.startedAt(),
            Optional.empty());
    listener.transfer(one.last);
  }

  Count count() {
    expected = Math.max(expected, moving.size());
    return new Count(arrived, running, failed, expected);
  }

  Count byteCount() {
    bytesExpected = Math.max(bytesExpected, Math.max(bytesKnown, bytes));
    return new Count(bytes, 0, 0, bytesExpected);
  }

  /** Paths that have arrived whole. */
  List<String> arrivedPaths() {
    return moving.values().stream()
        .filter(one -> one.last.state() == State.DONE)
        .map(one -> one.last.path())
        .toList();
  }
}
