package dev.arda.nix.core;

import dev.arda.nix.core.NixLogEvent.ActivityType;
import dev.arda.nix.core.NixProgress.Phase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Listens to a Nix that prints {@link InternalJsonLog}: tells what it is doing at the moment, at
 * most ten times a second, and keeps what it said for {@link NixErrors}. Of several things that go
 * on, the one that began last is told; what is left out in between is superseded, never queued.
 *
 * <p>Lines that are no events are kept as they are, so it may also listen to a Nix that prints
 * plainly. Thread-safe.
 */
public final class ProgressTracker implements OutputListener, AutoCloseable {

  private static final long INTERVAL_NANOS = 100_000_000;
  private static final int TALKATIVE = 4;
  private static final int MOST_ACTIVITIES = 1000;
  private static final int SAID_LIMIT = 64 * 1024;
  private static final int LONGEST_SOURCE = 400;
  private static final Pattern SOURCE = Pattern.compile("\\s*[0-9]*\\|");

  /** Runs something later. */
  interface Delay {
    /** Runs the task once after the delay, on any thread. */
    void after(Duration delay, Runnable task);
  }

  private final ProgressListener listener;
  private final LongSupplier nanoTime;
  private final Delay delay;
  private final ReentrantLock lock = new ReentrantLock();

  // All guarded by lock.
  private final Map<Long, Activity> activities = new LinkedHashMap<>();
  private final TextTail said = new TextTail(SAID_LIMIT);
  private long builds;
  private long buildsExpected;
  private Optional<NixProgress> told = Optional.empty();
  private Optional<NixProgress> pending = Optional.empty();
  private long toldAt;
  private boolean scheduled;
  private boolean closed;
  private boolean cut; // the last line was the beginning of an event, which goes on in the next

  /** One thing that goes on. */
  private static final class Activity {
    private final Phase phase;
    private final String text;
    private final boolean build;
    private String detail = "";
    private long done;
    private long expected;

    private Activity(Phase phase, String text, boolean build) {
      this.phase = phase;
      this.text = text;
      this.build = build;
    }
  }

  ProgressTracker(ProgressListener listener, LongSupplier nanoTime, Delay delay) {
    this.listener = listener;
    this.nanoTime = nanoTime;
    this.delay = delay;
  }

  /** Tells a listener, by the clock of the system. */
  public static ProgressTracker telling(ProgressListener listener) {
    return new ProgressTracker(
        listener,
        System::nanoTime,
        (time, task) ->
            CompletableFuture.delayedExecutor(
                    time.toNanos(),
                    TimeUnit.NANOSECONDS,
                    ready -> Thread.ofVirtual().name("progress").start(ready))
                .execute(task));
  }

  @Override
  public void standardError(String line) {
    var event = InternalJsonLog.decode(line);
    lock.lock();
    try {
      var continues = cut && !line.startsWith("@nix ");
      cut = continues ? !line.endsWith("}") : InternalJsonLog.isCut(line);
      if (event.isEmpty()) {
        if (!continues && !line.startsWith("@nix ")) {
          said.add(shortened(line));
        }
        return;
      }
      switch (event.get()) {
        case NixLogEvent.Start start -> start(start);
        case NixLogEvent.Stop stop -> {
          if (activities.remove(stop.id()) != null) {
            tell();
          }
        }
        case NixLogEvent.Result result -> result(result);
        case NixLogEvent.Message message ->
            message.text().lines().map(ProgressTracker::shortened).forEach(said::add);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * What Nix said so far as it would have printed it: messages, the lines of builds, and lines that
   * are no events; the last 64 Ki characters. Secrets are gone if the lines came without them.
   */
  public String said() {
    return said.text();
  }

  /** Tells nothing more, so that no progress follows an answer. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  private void start(NixLogEvent.Start start) {
    if (start.type() == ActivityType.BUILDS) {
      // Its numbers belong to every build.
      activities.put(start.id(), new Activity(Phase.BUILDING, "", true));
      return;
    }
    describe(start)
        .ifPresent(activity -> {
          if (activities.size() >= MOST_ACTIVITIES) {
            activities.remove(activities.keySet().iterator().next());
          }
          activities.put(start.id(), activity);
          tell();
        });
  }

  private static Optional<Activity> describe(NixLogEvent.Start start) {
    var text = line(start.text());
    return switch (start.type()) {
      case BUILD -> Optional.of(new Activity(Phase.BUILDING, building(start, text), true));
      case FILE_TRANSFER, COPY_PATH, FETCH_TREE, SUBSTITUTE, QUERY_PATH_INFO ->
          visible(start, Phase.FETCHING, text);
      case BUILD_WAITING -> visible(start, Phase.WAITING, text);
      case POST_BUILD_HOOK -> visible(start, Phase.BUILDING, text);
      case COPY_PATHS -> visible(start, Phase.FETCHING, text);
      case UNKNOWN, OTHER, OPTIMISE_STORE, VERIFY_PATHS ->
          visible(start, text.startsWith("evaluating") ? Phase.EVALUATING : phase(text), text);
      case REALISE, BUILDS -> Optional.empty();
    };
  }

  private static Phase phase(String text) {
    return text.startsWith("waiting") ? Phase.WAITING : Phase.FETCHING;
  }

  private static Optional<Activity> visible(NixLogEvent.Start start, Phase phase, String text) {
    return text.isEmpty() || start.level() > TALKATIVE
        ? Optional.empty()
        : Optional.of(new Activity(phase, text, false));
  }

  private static String building(NixLogEvent.Start start, String text) {
    if (start.fields().isEmpty()) {
      return text;
    }
    var path = start.fields().getFirst();
    var name = path.substring(path.lastIndexOf('/') + 1).replaceFirst("^[a-z0-9]{32}-", "");
    var machine = start.fields().size() > 1 ? start.fields().get(1) : "";
    return line("building " + name.replaceFirst("\\.drv$", ""))
        + (machine.isEmpty() ? "" : " " + line("on " + machine));
  }

  private void result(NixLogEvent.Result result) {
    var activity = Optional.ofNullable(activities.get(result.id()));
    switch (result.type()) {
      case BUILD_LOG_LINE, POST_BUILD_LOG_LINE -> {
        if (!result.fields().isEmpty()) {
          said.add(result.fields().getFirst());
        }
      }
      case SET_PHASE ->
          activity.ifPresent(changed -> {
            changed.detail = result.fields().isEmpty() ? "" : line(result.fields().getFirst());
            tell();
          });
      case PROGRESS -> activity.ifPresent(changed -> count(changed, result));
      case FILE_LINKED, UNTRUSTED_PATH, CORRUPTED_PATH, SET_EXPECTED, FETCH_STATUS, OTHER -> {}
    }
  }

  private void count(Activity activity, NixLogEvent.Result result) {
    if (activity.build && activity.text.isEmpty()) {
      builds = result.number(0);
      buildsExpected = result.number(1);
    } else {
      activity.done = result.number(0);
      activity.expected = result.number(1);
    }
    tell();
  }

  /** Tells what is going on now, unless that was told just before or too little time has passed. */
  private void tell() {
    var now = current();
    if (now.equals(told)) {
      pending = Optional.empty();
      return;
    }
    pending = now;
    if (scheduled) {
      return;
    }
    var wait = toldAt + INTERVAL_NANOS - nanoTime.getAsLong();
    if (told.isEmpty() || wait <= 0) {
      tellPending();
    } else {
      scheduled = true;
      delay.after(Duration.ofNanos(wait), this::tellLater);
    }
  }

  private void tellLater() {
    lock.lock();
    try {
      scheduled = false;
      tellPending();
    } finally {
      lock.unlock();
    }
  }

  private void tellPending() {
    if (closed) {
      return;
    }
    pending.ifPresent(progress -> {
      told = pending;
      toldAt = nanoTime.getAsLong();
      pending = Optional.empty();
      listener.progress(progress);
    });
  }

  private Optional<NixProgress> current() {
    Optional<Activity> last = Optional.empty();
    for (var activity : activities.values()) {
      if (!activity.text.isEmpty()) {
        last = Optional.of(activity);
      }
    }
    if (last.isEmpty()) {
      // Nix does not say that it evaluates; it does so when what it fetched for that has arrived.
      return told.filter(progress -> progress.phase() == Phase.FETCHING).isPresent()
          ? Optional.of(new NixProgress(Phase.EVALUATING, "evaluating", 0, 0))
          : pending;
    }
    return last.map(this::show);
  }

  private NixProgress show(Activity activity) {
    var text = new StringBuilder(activity.text);
    var done = activity.build ? builds : activity.done;
    var expected = activity.build ? buildsExpected : activity.expected;
    if (activity.build && expected > 1) {
      text.append(" (")
          .append(Math.min(done + 1, expected))
          .append('/')
          .append(expected)
          .append(')');
    }
    if (!activity.detail.isEmpty()) {
      text.append(": ").append(activity.detail);
    }
    return new NixProgress(activity.phase, text.toString(), done, expected);
  }

  /**
   * A line of source, or the mark below it, that is too long to be read: arda's own expressions
   * have but one line, which every frame of a trace repeats, and the words would be lost among
   * them.
   */
  private static String shortened(String line) {
    return line.length() > LONGEST_SOURCE && SOURCE.matcher(line).lookingAt()
        ? line.substring(0, LONGEST_SOURCE) + "…"
        : line;
  }

  private static String line(String text) {
    return TerminalText.strip(text).replace('\n', ' ').replace('\t', ' ').strip();
  }
}
