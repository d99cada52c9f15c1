package dev.arda.client.cli;

/**
 * Runs when the process ends. {@code ^C} begins the end of the JVM, which waits for this thread and
 * then exits with 130 by itself.
 */
final class Ending extends Thread {

  private final Interruption interruption;
  private final Console console;
  private volatile boolean expected;

  Ending(Interruption interruption, Console console) {
    super("arda-ending");
    this.interruption = interruption;
    this.console = console;
  }

  /** Says that the work is done, so that the end is no interruption. */
  void expect() {
    expected = true;
  }

  @Override
  public void run() {
    if (!expected) {
      interruption.trigger();
      console.abandon();
    }
  }
}
