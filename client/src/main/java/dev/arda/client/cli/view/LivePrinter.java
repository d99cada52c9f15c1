package dev.arda.client.cli.view;

import dev.arda.client.cli.Style;
import dev.arda.v1.OperationEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Shows an operation on a terminal: what goes on in a block of lines at the end, redrawn ten times
 * a second, and what has ended in lines that stay above it. Nothing is drawn in the first 300 ms,
 * so that what is quick leaves no trace. Thread-safe; a thread of its own draws.
 */
public final class LivePrinter implements OperationPrinter {

  private static final long PATIENCE = Duration.ofMillis(300).toNanos();
  private static final long INTERVAL = Duration.ofMillis(100).toNanos();

  private final OperationModel model = new OperationModel();
  private final List<Line> above = new ArrayList<>();
  private final Consumer<String> output;
  private final Supplier<Screen> opener;
  private final Style style;
  private final Clock clock;
  private final Instant begin;
  private final LiveFrame frame;
  private final LiveLayout layout;
  private final Story story;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private Optional<Screen> screen = Optional.empty();
  private int frames;
  private boolean suspended;
  private boolean closed;

  /**
   * How a live view looks.
   *
   * @param style colours
   * @param unicode whether the terminal shows more than ASCII
   * @param logs print what builds print, too
   */
  public record Look(Style style, boolean unicode, boolean logs) {}

  /**
   * A printer, which begins to draw after its patience.
   *
   * @param output where text goes, each time in one piece
   * @param opener opens the terminal when it is drawn to first
   */
  public LivePrinter(
      Consumer<String> output,
      Supplier<Screen> opener,
      Look look,
      Experience experience,
      Clock clock) {
    this.output = output;
    this.opener = opener;
    this.style = look.style();
    this.clock = clock;
    this.begin = clock.instant();
    this.frame = new LiveFrame(style);
    this.layout = new LiveLayout(model, experience, look.unicode());
    this.story = new Story(model, new Story.Telling(false, look.logs()), above::add);
  }

  /** Begins to draw. */
  public LivePrinter start() {
    var thread = new Thread(this::run, "arda-view");
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  private void run() {
    lock.lock();
    try {
      long wait = PATIENCE;
      while (!closed) {
        while (!closed && wait > 0) {
          wait = changed.awaitNanos(wait);
        }
        if (!closed) {
          draw();
        }
        wait = INTERVAL;
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; if somebody did, it would be to end it.
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void show(OperationEvent event) {
    lock.lock();
    try {
      model.apply(event, story);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void say(String text) {
    lock.lock();
    try {
      text.lines().forEach(line -> above.add(new Line().add(Ink.STRONG, line)));
    } finally {
      lock.unlock();
    }
  }

  /** Draws the next picture. */
  void draw() {
    lock.lock();
    try {
      if (closed || suspended) {
        return;
      }
      var terminal = screen.orElseGet(opener);
      screen = Optional.of(terminal);
      if (!terminal.acquire()) {
        // The terminal belongs to another program now, which would be drawn over.
        print();
        return;
      }
      var size = terminal.size();
      var now = clock.instant();
      var block =
          layout.lines(now, Duration.between(begin, now), frames++, size.columns(), size.rows());
      output.accept(frame.next(above, block, size.columns()));
      above.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Leaves the terminal to others, as it was, until {@link #resume}. */
  public void suspend() {
    lock.lock();
    try {
      if (!closed && !suspended) {
        suspended = true;
        erase();
        screen.ifPresent(Screen::release);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Goes on after {@link #suspend}. */
  public void resume() {
    lock.lock();
    try {
      suspended = false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (!closed) {
        if (!suspended) {
          erase();
          print();
        }
        closed = true;
        screen.ifPresent(Screen::close);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void erase() {
    var text = screen.map(terminal -> frame.erase(terminal.size().columns())).orElse("");
    if (!text.isEmpty()) {
      output.accept(text);
    }
  }

  private void print() {
    if (!above.isEmpty()) {
      var text = new StringBuilder();
      above.forEach(line ->
          text.append(
                  screen
                      .map(terminal -> line.text(style, terminal.size().columns()))
                      .orElseGet(() -> line.text(style)))
              .append('\n'));
      above.clear();
      output.accept(text.toString());
    }
  }
}
