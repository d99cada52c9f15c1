package dev.arda.client.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One line on a terminal that says what is being done, once it takes longer than 300 ms. A thread
 * of its own redraws it ten times a second while there is something to say and the cursor is at the
 * start of a line. Does nothing where there is no terminal. Thread-safe.
 */
final class Spinner {

  private static final long PATIENCE = Duration.ofMillis(300).toNanos();
  private static final long INTERVAL = Duration.ofMillis(100).toNanos();
  private static final String ERASE = "\r\u001b[K";
  private static final String[] UNICODE_FRAMES = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  private static final String[] ASCII_FRAMES = {"|", "/", "-", "\\"};

  private final Consumer<String> terminal;
  private final TerminalWidth width;
  private final boolean unicode;
  private final boolean enabled;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stopped = lock.newCondition();

  // Guarded by lock.
  private boolean running;
  private boolean visible;
  private boolean atLineStart = true;
  private String text = "";
  private long startedAt;

  Spinner(Consumer<String> terminal, TerminalWidth width, boolean unicode, boolean enabled) {
    this.terminal = terminal;
    this.width = width;
    this.unicode = unicode;
    this.enabled = enabled;
  }

  /** Begins to show what is being done, or only changes what is said. */
  void show(String what) {
    if (!enabled) {
      return;
    }
    lock.lock();
    try {
      text = Style.safe(what.replace('\n', ' ').replace('\t', ' '));
      if (!running) {
        running = true;
        startedAt = System.nanoTime();
        var thread = new Thread(this::draw, "arda-spinner");
        thread.setDaemon(true);
        thread.start();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Erases the line until it is drawn again. */
  void hide() {
    lock.lock();
    try {
      erase();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says where results on the same terminal ended; the line is not drawn into the middle of one.
   */
  void cursorAtLineStart(boolean atStart) {
    lock.lock();
    try {
      atLineStart = atStart;
    } finally {
      lock.unlock();
    }
  }

  /** Erases the line for good. */
  void stop() {
    lock.lock();
    try {
      running = false;
      erase();
      stopped.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void draw() {
    lock.lock();
    try {
      long wait = PATIENCE;
      for (int frame = 0; running; frame++) {
        while (running && wait > 0) {
          wait = stopped.awaitNanos(wait);
        }
        if (running && atLineStart) {
          terminal.accept("\r" + line(frame) + "\u001b[K");
          visible = true;
        }
        wait = INTERVAL;
      }
    } catch (InterruptedException e) {
      running = false;
    } finally {
      lock.unlock();
    }
  }

  private String line(int frame) {
    var frames = unicode ? UNICODE_FRAMES : ASCII_FRAMES;
    var elapsed =
        String.format(
            Locale.ROOT,
            " (%.1fs)",
            (System.nanoTime() - startedAt) / (double) TimeUnit.SECONDS.toNanos(1));
    // The last column stays free: writing to it moves some terminals to the next line.
    int room = Math.max(0, width.columns() - 3 - elapsed.length());
    var what = text;
    if (CharacterWidth.of(what) > room) {
      var mark = unicode ? "…" : "...";
      what = CharacterWidth.cut(what, Math.max(0, room - mark.length())) + mark;
    }
    return frames[frame % frames.length] + " " + what + elapsed;
  }

  private void erase() {
    if (visible) {
      terminal.accept(ERASE);
      visible = false;
    }
  }
}
