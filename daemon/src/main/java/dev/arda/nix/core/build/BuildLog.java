package dev.arda.nix.core.build;

import dev.arda.nix.core.InternalJsonLog;
import dev.arda.nix.core.NixErrors;
import dev.arda.nix.core.NixLogEvent;
import dev.arda.nix.core.NixLogEvent.ActivityType;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.core.build.Transfer.Kind;
import dev.arda.nix.types.NixErrorDetail;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Folds what one Nix process prints while it builds, by the rules of Nix's own progress bar ({@code
 * libmain/progress-bar.cc}) as far as they hold for all of its versions:
 *
 * <ul>
 *   <li>the plan is what Nix announces, and is only ever raised: the numbers that it counts with go
 *       up and down;
 *   <li>a remote build is told twice, by this Nix and by the one on the other machine: only the
 *       first counts, the lines of both are heard;
 *   <li>a download is an activity of its own around a copy, and that around a transfer of a file:
 *       only the first counts, with the bytes of the second;
 *   <li>an activity ends without a word on how: a failed build is known by the count of failures
 *       and by the error that names it.
 * </ul>
 *
 * <p>Nix 2.8 does not say which activity is a part of which; then it is decided by what they are
 * about. Hears one process from its first line to its last; thread-safe.
 */
public final class BuildLog implements OutputListener {

  private static final int MOST_ACTIVITIES = 10_000;
  private static final int MOST_ERRORS = 100;
  private static final int INFORMATION = 3;
  private static final int WARNING = 1;

  private final BuildLogListener listener;
  private final ReentrantLock lock = new ReentrantLock();

  // All guarded by lock.
  private final Map<Long, Activity> activities = new LinkedHashMap<>();
  private final Map<String, Integer> substituting = new HashMap<>();
  private final Map<Long, Long> copiesExpected = new HashMap<>();
  private final Map<Long, Long> copyBytesExpected = new HashMap<>();
  private final Deque<String> errors = new ArrayDeque<>();
  private final Steps steps;
  private final Transfers downloads;
  private final Transfers copies;
  private final PlanReader plan;
  private BuildTotals told = BuildTotals.NONE;
  private long plannedBytes;
  private boolean cut;

  /**
   * Nothing was heard yet.
   *
   * @param listener is told
   * @param clock says when
   */
  public BuildLog(BuildLogListener listener, InstantSource clock) {
    this.listener = listener;
    this.steps = new Steps(listener, clock);
    this.downloads = new Transfers(Kind.DOWNLOAD, listener, clock);
    this.copies = new Transfers(Kind.COPY, listener, clock);
    this.plan =
        new PlanReader(
            new PlanReader.Listener() {
              @Override
              public void build(String drvPath) {
                steps.plan(drvPath);
              }

              @Override
              public void fetch(String path) {
                downloads.plan(path);
              }

              @Override
              public void bytes(long unpacked) {
                // Rounded; exact as soon as Nix begins, unless it only plans.
                plannedBytes = unpacked;
              }
            });
  }

  @Override
  public void standardError(String line) {
    var event = InternalJsonLog.decode(line);
    lock.lock();
    try {
      var continues = cut && !line.startsWith("@nix ");
      cut = continues ? !line.endsWith("}") : InternalJsonLog.isCut(line);
      if (event.isPresent()) {
        accept(event.get());
      } else if (!continues && !line.startsWith("@nix ")) {
        listener.line("", line);
      }
      tellTotals();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Nix has ended; nothing is running any more.
   *
   * @param succeeded whether it did all that it was asked for
   */
  public void finish(boolean succeeded) {
    lock.lock();
    try {
      activities.clear();
      steps.finish(succeeded);
      downloads.finish(succeeded);
      copies.finish(succeeded);
      tellTotals();
    } finally {
      lock.unlock();
    }
  }

  /** The derivations, in the order in which they appeared. */
  public List<BuildStep> steps() {
    lock.lock();
    try {
      return steps.all();
    } finally {
      lock.unlock();
    }
  }

  /** The store paths that were downloaded. */
  public List<String> downloaded() {
    lock.lock();
    try {
      return downloads.arrivedPaths();
    } finally {
      lock.unlock();
    }
  }

  /** How many derivations were built. */
  public int built() {
    lock.lock();
    try {
      return steps.built();
    } finally {
      lock.unlock();
    }
  }

  /** The sums as they are. */
  public BuildTotals totals() {
    lock.lock();
    try {
      return current();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Bytes that Nix announced to fetch, unpacked and rounded as it rounds; 0 if it announced none.
   */
  public long plannedBytes() {
    lock.lock();
    try {
      return plannedBytes;
    } finally {
      lock.unlock();
    }
  }

  /** What went wrong, from the errors that were told; empty if none was. */
  public Optional<NixErrorDetail> error() {
    lock.lock();
    try {
      return errors.isEmpty()
          ? Optional.empty()
          : Optional.of(NixErrors.read(String.join("\n", errors)));
    } finally {
      lock.unlock();
    }
  }

  private void tellTotals() {
    var now = current();
    if (!now.equals(told)) {
      told = now;
      listener.totals(now);
    }
  }

  private BuildTotals current() {
    return new BuildTotals(
        steps.count(),
        downloads.count(),
        downloads.byteCount(),
        copies.count(),
        copies.byteCount());
  }

  private void accept(NixLogEvent event) {
    switch (event) {
      case NixLogEvent.Start start -> start(start);
      case NixLogEvent.Stop stop ->
          Optional.ofNullable(activities.remove(stop.id())).ifPresent(this::stop);
      case NixLogEvent.Result result -> result(result);
      case NixLogEvent.Message message -> message(message);
    }
  }

  private void start(NixLogEvent.Start start) {
    activity(start)
        .ifPresent(activity -> {
          if (activities.size() >= MOST_ACTIVITIES) {
            activities.remove(activities.keySet().iterator().next());
          }
          activities.put(start.id(), activity);
        });
  }

  private Optional<Activity> activity(NixLogEvent.Start start) {
    return switch (start.type()) {
      case REALISE -> first(start, new Activity.Realise());
      case BUILDS -> first(start, new Activity.Builds());
      case COPY_PATHS ->
          start.text().isEmpty()
              ? first(start, new Activity.Downloads())
              : Optional.of(new Activity.Copies(start.id()));
      case BUILD -> build(field(start, 0), field(start, 1));
      case SUBSTITUTE -> substitute(start);
      case COPY_PATH -> copy(start);
      case FILE_TRANSFER -> file(start);
      case UNKNOWN,
          OPTIMISE_STORE,
          VERIFY_PATHS,
          QUERY_PATH_INFO,
          POST_BUILD_HOOK,
          BUILD_WAITING,
          FETCH_TREE,
          OTHER ->
          Optional.empty();
    };
  }

  /** One that the Nix of another machine does not tell too. */
  private Optional<Activity> first(NixLogEvent.Start start, Activity activity) {
    return start.parent() == 0 && activities.values().stream().noneMatch(activity::equals)
        ? Optional.of(activity)
        : Optional.empty();
  }

  private Optional<Activity> build(String drvPath, String machine) {
    if (drvPath.isEmpty()) {
      return Optional.empty();
    }
    boolean outer = !steps.isRunning(drvPath);
    if (outer) {
      steps.begin(drvPath, TerminalText.strip(machine));
    }
    return Optional.of(new Activity.Build(drvPath, outer));
  }

  private Optional<Activity> substitute(NixLogEvent.Start start) {
    if (start.parent() != 0) {
      return Optional.empty(); // on another machine
    }
    var path = field(start, 0);
    var store = field(start, 1);
    downloads.begin(path, TerminalText.strip(store));
    substituting.merge(store, 1, Integer::sum);
    return Optional.of(new Activity.Download(path, store));
  }

  private Optional<Activity> copy(NixLogEvent.Start start) {
    var path = field(start, 0);
    if (downloads.isRunning(path)) {
      return Optional.of(new Activity.Unpacking(path));
    }
    var from = field(start, 1);
    var to = field(start, 2);
    copies.begin(path, TerminalText.strip(from.equals("local") || from.isEmpty() ? to : from));
    return Optional.of(new Activity.Copy(path));
  }

  /** A file that is fetched for itself, not as the packed form of a store path. */
  private Optional<Activity> file(NixLogEvent.Start start) {
    var url = TerminalText.strip(field(start, 0));
    boolean packed =
        activities.get(start.parent()) instanceof Activity.Unpacking
            || activities.get(start.parent()) instanceof Activity.Download
            || substituting.keySet().stream().anyMatch(url::startsWith)
            || url.endsWith(".narinfo")
            || url.endsWith("/nix-cache-info");
    if (packed || url.isEmpty()) {
      return Optional.empty();
    }
    downloads.begin(url, "");
    return Optional.of(new Activity.Download(url, ""));
  }

  private void stop(Activity activity) {
    switch (activity) {
      case Activity.Build(String drvPath, boolean outer) -> {
        if (outer) {
          steps.end(drvPath);
        }
      }
      case Activity.Download(String path, String store) -> {
        downloads.end(path);
        int left = substituting.getOrDefault(store, 1) - 1;
        if (left > 0) {
          substituting.put(store, left);
        } else {
          substituting.remove(store);
        }
      }
      case Activity.Copy(String path) -> copies.end(path);
      case Activity.Realise _, Activity.Builds _, Activity.Downloads _, Activity.Unpacking _ -> {}
      case Activity.Copies(long id) -> {
        copiesExpected.remove(id);
        copyBytesExpected.remove(id);
      }
    }
  }

  private void result(NixLogEvent.Result result) {
    var activity = activities.get(result.id());
    switch (result.type()) {
      case BUILD_LOG_LINE, POST_BUILD_LOG_LINE -> line(activity, field(result));
      case SET_PHASE -> {
        if (activity instanceof Activity.Build(String drvPath, boolean _)) {
          steps.phase(drvPath, TerminalText.strip(field(result)));
        }
      }
      case PROGRESS -> progress(activity, result);
      case SET_EXPECTED -> expect(activity, (int) result.number(0), result.number(1));
      case FILE_LINKED, UNTRUSTED_PATH, CORRUPTED_PATH, FETCH_STATUS, OTHER -> {}
    }
  }

  private void line(@Nullable Activity activity, String line) {
    if (activity instanceof Activity.Build(String drvPath, boolean _)) {
      steps.line(drvPath, line);
      listener.line(drvPath, line);
    } else {
      listener.line("", line);
    }
  }

  private void progress(@Nullable Activity activity, NixLogEvent.Result result) {
    if (activity == null) {
      return;
    }
    switch (activity) {
      case Activity.Builds _ -> steps.counted(result.number(0), result.number(1), result.number(3));
      case Activity.Downloads _ -> {
        downloads.expect(result.number(1));
        downloads.failures(result.number(3));
      }
      case Activity.Unpacking(String path) ->
          downloads.progress(path, result.number(0), result.number(1));
      case Activity.Download(String path, String store) -> {
        if (store.isEmpty()) {
          downloads.progress(path, result.number(0), result.number(1));
        }
      }
      case Activity.Copy(String path) -> copies.progress(path, result.number(0), result.number(1));
      case Activity.Copies(long id) ->
          copies.expectMore(more(copiesExpected, id, result.number(1)));
      case Activity.Realise _, Activity.Build _ -> {}
    }
  }

  private void expect(@Nullable Activity activity, int type, long number) {
    if (type != ActivityType.COPY_PATH.code()) {
      return;
    }
    if (activity instanceof Activity.Realise) {
      downloads.expectBytes(number);
    } else if (activity instanceof Activity.Copies(long id)) {
      copies.expectMoreBytes(more(copyBytesExpected, id, number));
    }
  }

  /** By how much one of several sums has grown. */
  private static long more(Map<Long, Long> known, long id, long number) {
    long before = known.getOrDefault(id, 0L);
    known.put(id, Math.max(before, number));
    return Math.max(0, number - before);
  }

  private void message(NixLogEvent.Message message) {
    var text = message.text();
    if (plan.accept(text)) {
      return;
    }
    if (message.level() == 0 && message.report()) {
      errors.addLast(text);
      if (errors.size() > MOST_ERRORS) {
        errors.removeFirst();
      }
      FailureReader.read(text).ifPresent(steps::fail);
    } else if (message.level() == WARNING) {
      listener.warning(TerminalText.strip(text));
      return;
    }
    if (message.level() <= INFORMATION) {
      text.lines().forEach(line -> listener.line("", line));
    }
  }

  private static String field(NixLogEvent.Start start, int index) {
    return index < start.fields().size() ? start.fields().get(index) : "";
  }

  private static String field(NixLogEvent.Result result) {
    return result.fields().isEmpty() ? "" : result.fields().getFirst();
  }
}
