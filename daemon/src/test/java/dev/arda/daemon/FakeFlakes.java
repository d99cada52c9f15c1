package dev.arda.daemon;

import dev.arda.nix.core.Latencies;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.AttributeKind;
import dev.arda.nix.flake.AttributeNames;
import dev.arda.nix.flake.FlakeMetadata;
import dev.arda.nix.flake.FlakeState;
import dev.arda.nix.flake.FlakeStatus;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.flake.FlakesFigures;
import dev.arda.nix.flake.FlightFigures;
import dev.arda.nix.flake.Freshness;
import dev.arda.nix.flake.SelectionListener;
import dev.arda.nix.flake.SelectionRequest;
import dev.arda.nix.flake.StateFigures;
import dev.arda.nix.flake.cache.SelectionCache;
import dev.arda.nix.flake.cache.StoreFigures;
import dev.arda.nix.flake.eval.EvaluatorFigures;
import dev.arda.nix.flake.eval.EvaluatorStatus;
import dev.arda.nix.flake.eval.Retirement;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.watch.SourceSpec;
import dev.arda.nix.flake.watch.WatchMetrics;
import dev.arda.nix.flake.watch.WatchMode;
import dev.arda.nix.flake.watch.WatchStatus;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.JsonText;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Flakes that a test scripts. Unless told otherwise, every selector has its own text as a value.
 * Keeps what it was asked last, and counts the questions that are running.
 */
public final class FakeFlakes implements Flakes {

  public static final FlakeState STATE =
      new FlakeState(
          "git+file:///flake",
          "git+file:///flake?rev=abc",
          "sha256-AAAA",
          "/nix/store/0-source",
          Optional.of("abc"),
          Optional.empty(),
          1_700_000_000L,
          "sub");

  /** What a selection does. */
  public interface Selecting {
    void select(SelectionRequest request, SelectionListener listener) throws InterruptedException;
  }

  /** What a listing writes. */
  public interface Showing {
    void show(OutputStream json, ProgressListener listener)
        throws IOException, InterruptedException;
  }

  public final AtomicInteger running = new AtomicInteger();
  public final AtomicInteger interrupted = new AtomicInteger();
  public final AtomicReference<CallContext> lastContext = new AtomicReference<>();
  public final AtomicReference<SelectionRequest> lastRequest = new AtomicReference<>();
  public final AtomicReference<String> lastForgotten = new AtomicReference<>();
  public final AtomicReference<Duration> lastBudget = new AtomicReference<>();
  public volatile Map<String, List<String>> names = Map.of();
  public volatile Selecting selecting = FakeFlakes::echo;
  public volatile Showing showing = (json, _) -> json.write("{}".getBytes(StandardCharsets.UTF_8));

  /** A selection that does not end unless it is interrupted. */
  public static Selecting never() {
    return (_, _) -> new CountDownLatch(1).await();
  }

  /** A value as JSON text. */
  public static JsonText json(String text) {
    return JsonText.of(("\"" + text + "\"").getBytes(StandardCharsets.UTF_8));
  }

  private static void echo(SelectionRequest request, SelectionListener listener) {
    listener.state(STATE);
    for (int i = 0; i < request.selectors().size(); i++) {
      var selector = request.selectors().get(i);
      listener.value(i, selector, json(selector), List.of());
    }
  }

  @Override
  public void select(CallContext context, SelectionRequest request, SelectionListener listener) {
    lastContext.set(context);
    lastRequest.set(request);
    running.incrementAndGet();
    try {
      selecting.select(request, listener);
    } catch (InterruptedException e) {
      interrupted.incrementAndGet();
      throw new CommandException(Reason.CANCELLED, "The evaluation was given up.");
    } finally {
      running.decrementAndGet();
    }
  }

  @Override
  public AttributeNames names(
      CallContext context, String flake, List<Selector> parents, ProgressListener listener) {
    lastContext.set(context);
    return new AttributeNames(
        STATE,
        parents.stream()
            .map(parent ->
                Optional.ofNullable(names.get(parent.toString()))
                    .<AttributeNames.Place>map(AttributeNames.Place.Attributes::new)
                    .orElseGet(AttributeNames.Place.Nothing::new))
            .toList());
  }

  @Override
  public FlakeMetadata metadata(CallContext context, String flake, ProgressListener listener) {
    lastContext.set(context);
    return new FlakeMetadata(
        STATE,
        "described " + flake,
        List.of(new FlakeMetadata.Input("nixpkgs", "github:a/b", "sha256-B", 7, "")),
        "{\"a\":9007199254740993}");
  }

  @Override
  public void show(
      CallContext context,
      String flake,
      boolean allSystems,
      OutputStream json,
      ProgressListener listener) {
    try {
      showing.show(json, listener);
    } catch (InterruptedException e) {
      throw new CommandException(Reason.CANCELLED, "The listing was given up.");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Completions complete(CallContext context, String flake, String prefix, Duration budget) {
    lastBudget.set(budget);
    return new Completions(
        List.of("ä.b", "c"),
        name ->
            Optional.of(
                name.equals("c")
                    ? new Candidate("c", prefix + "c", "c", AttributeKind.ATTRIBUTE)
                    : new Candidate("ä.b", prefix + "\"ä.b\"", "\"ä.b\"", AttributeKind.HOST)),
        "r1",
        true,
        prefix.codePointCount(0, prefix.length()),
        Freshness.EARLIER);
  }

  @Override
  public Described describe(CallContext context, String flake, String selector, Duration budget) {
    lastBudget.set(budget);
    return describing.describe(selector);
  }

  /** What {@link #describe} answers. */
  public interface Describing {
    Described describe(String selector);
  }

  /** Knows nothing yet. */
  public volatile Describing describing =
      selector ->
          new Described(Optional.empty(), Optional.empty(), Freshness.UNKNOWN, Optional.empty());

  @Override
  public List<FlakeStatus> status() {
    return List.of(
        new FlakeStatus(
            STATE,
            "3fa91c02d1e4",
            Instant.ofEpochSecond(1_800_000_000L),
            7,
            42,
            running.get(),
            4096,
            List.of(
                new WatchStatus(
                    new SourceSpec.GitTree(Path.of("/flake")), new WatchMode.Watching(12), 3),
                new WatchStatus(
                    new SourceSpec.PathTree(Path.of("/input")), new WatchMode.Scanning("nfs"), 1)),
            Optional.empty(),
            List.of(
                new EvaluatorStatus(
                    "3fa91c02d1e4",
                    "/nix/store/0-source",
                    99,
                    1 << 20,
                    5,
                    Duration.ofSeconds(60),
                    true)),
            Optional.of("too old")));
  }

  @Override
  public FlakesFigures figures() {
    var once = new Latencies();
    once.record(1_500_000);
    return new FlakesFigures(
        new SelectionCache.Figures(2, 4096, 8192, 7, 3, 1, 0, 0),
        new StoreFigures(once.snapshot(), 1, 0, once.snapshot(), 0),
        new FlightFigures(3, 1, 2, 1, 0),
        new EvaluatorFigures(
            3,
            1L << 30,
            2,
            1,
            4,
            1 << 20,
            5,
            0,
            6,
            Map.of(Retirement.KILLED, 1L),
            once.snapshot(),
            Latencies.Snapshot.EMPTY),
        2,
        new StateFigures(1, 5, once.snapshot()),
        new WatchMetrics(once.snapshot(), 1, 9, 0, 0, 1, 0, 1, once.snapshot(), 10),
        12);
  }

  @Override
  public int forget(CallContext context, String flake) {
    lastForgotten.set(flake);
    return 2;
  }

  @Override
  public int forgetAll() {
    lastForgotten.set("everything");
    return 9;
  }
}
