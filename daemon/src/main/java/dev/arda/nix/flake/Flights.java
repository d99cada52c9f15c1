package dev.arda.nix.flake;

import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.cache.SelectionKey;
import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.ValueEncoding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/**
 * Joins callers that wait for the same answers. The first to ask for a selector starts its
 * evaluation, together with the other selectors it asks for; whoever asks for it meanwhile waits
 * for the same one. A caller may leave; an evaluation ends early only when the last one who waits
 * for any of its selectors has left.
 */
final class Flights {

  /** What is being evaluated. Guarded by itself, as are the waiters of all flights. */
  private final Map<Key, Flight> flying = new HashMap<>();

  private final LongAdder started = new LongAdder();
  private final LongAdder joined = new LongAdder();
  private final LongAdder left = new LongAdder();
  private final LongAdder abandoned = new LongAdder();

  private record Key(SelectionKey state, ValueEncoding encoding, Selector selector) {}

  /** Evaluates selectors; called on a thread of its own, which is interrupted to stop it. */
  interface Evaluation {
    /**
     * Evaluates.
     *
     * @param selectors what nobody else is evaluating
     * @param progress hears what Nix is doing
     * @param landed is told the outcome of each
     */
    void run(List<Selector> selectors, ProgressListener progress, Landed landed);
  }

  /** Hears that an answer is there. */
  interface Landed {
    /** The selector's evaluation ended like this. */
    void with(Selector selector, Evaluator.Outcome outcome);
  }

  /**
   * Gets aboard: of these selectors those that nobody evaluates yet are evaluated now. Closing the
   * result leaves all of them.
   *
   * @param state whose answers they are
   * @param encoding how they are to be written
   * @param progress hears what is done for any of them
   */
  Boarding board(
      SelectionKey state,
      ValueEncoding encoding,
      List<Selector> selectors,
      ProgressListener progress,
      Evaluation evaluation) {
    var flights = new LinkedHashMap<Selector, Flight>();
    var mine = new ArrayList<Selector>();
    Batch batch = new Batch(state, encoding);
    synchronized (flying) {
      for (Selector selector : selectors) {
        if (flights.containsKey(selector)) {
          continue;
        }
        Flight flight = flying.get(new Key(state, encoding, selector));
        if (flight == null) {
          flight = new Flight(batch);
          flying.put(new Key(state, encoding, selector), flight);
          batch.flights.put(selector, flight);
          mine.add(selector);
          started.increment();
        } else {
          joined.increment();
        }
        flight.waiters++;
        flight.batch.listeners.add(progress);
        flights.put(selector, flight);
      }
    }
    if (!mine.isEmpty()) {
      batch.start(mine, evaluation);
    }
    return new Boarding(flights, progress);
  }

  /** What was done since the start. */
  FlightFigures figures() {
    synchronized (flying) {
      return new FlightFigures(
          started.sum(), joined.sum(), left.sum(), abandoned.sum(), flying.size());
    }
  }

  /** A caller's seats. */
  final class Boarding implements AutoCloseable {

    private final Map<Selector, Flight> flights;
    private final ProgressListener progress;

    private Boarding(Map<Selector, Flight> flights, ProgressListener progress) {
      this.flights = flights;
      this.progress = progress;
    }

    /** The outcome of a selector, which never fails; its stages run on other threads. */
    CompletableFuture<Evaluator.Outcome> outcome(Selector selector) {
      Flight flight = flights.get(selector);
      if (flight == null) {
        throw new IllegalArgumentException("not aboard: " + selector);
      }
      return flight.outcome.copy();
    }

    @Override
    public void close() {
      var empty = new ArrayList<Batch>();
      synchronized (flying) {
        for (Flight flight : flights.values()) {
          flight.waiters--;
          if (!flight.outcome.isDone()) {
            left.increment();
          }
          flight.batch.listeners.remove(progress);
          if (flight.batch.isAbandoned()) {
            flight.batch.remove();
            empty.add(flight.batch);
          }
        }
      }
      empty.forEach(Batch::stop);
    }
  }

  /** One selector that is being evaluated. */
  private static final class Flight {
    private final Batch batch;
    private final CompletableFuture<Evaluator.Outcome> outcome = new CompletableFuture<>();
    private int waiters;

    Flight(Batch batch) {
      this.batch = batch;
    }
  }

  /** Selectors that are evaluated together. */
  private final class Batch {
    private final SelectionKey state;
    private final ValueEncoding encoding;
    private final Map<Selector, Flight> flights = new LinkedHashMap<>();
    private final List<ProgressListener> listeners = new CopyOnWriteArrayList<>();
    private volatile Thread thread = Thread.currentThread();

    Batch(SelectionKey state, ValueEncoding encoding) {
      this.state = state;
      this.encoding = encoding;
    }

    void start(List<Selector> selectors, Evaluation evaluation) {
      thread = Thread.ofVirtual().name("arda-flight").unstarted(() -> fly(selectors, evaluation));
      thread.start();
    }

    private void fly(List<Selector> selectors, Evaluation evaluation) {
      try {
        evaluation.run(selectors, this::progress, this::land);
      } catch (NixException e) {
        landRest(new Evaluator.Outcome.Refused(e));
      } catch (RuntimeException | Error e) {
        flights.values().forEach(flight -> flight.outcome.completeExceptionally(e));
        throw e;
      } finally {
        synchronized (flying) {
          remove();
        }
        flights
            .values()
            .forEach(flight ->
                flight.outcome.completeExceptionally(
                    new IllegalStateException("an evaluation ended without an outcome")));
      }
    }

    private void progress(NixProgress progress) {
      listeners.forEach(listener -> listener.progress(progress));
    }

    private void land(Selector selector, Evaluator.Outcome outcome) {
      Flight flight = flights.get(selector);
      if (flight != null) {
        // Whoever asks from now on finds the answer where it was kept.
        synchronized (flying) {
          flying.remove(new Key(state, encoding, selector), flight);
        }
        flight.outcome.complete(outcome);
      }
    }

    private void landRest(Evaluator.Outcome outcome) {
      flights.keySet().forEach(selector -> land(selector, outcome));
    }

    /** Whether nobody waits for what is still in the air; the lock is held. */
    private boolean isAbandoned() {
      return flights.values().stream()
          .allMatch(flight -> flight.waiters == 0 || flight.outcome.isDone());
    }

    /** Lets nobody else aboard; the lock is held. */
    private void remove() {
      flights.forEach(
          (selector, flight) -> flying.remove(new Key(state, encoding, selector), flight));
    }

    private void stop() {
      if (flights.values().stream().anyMatch(flight -> !flight.outcome.isDone())) {
        abandoned.increment();
        thread.interrupt();
      }
    }
  }
}
