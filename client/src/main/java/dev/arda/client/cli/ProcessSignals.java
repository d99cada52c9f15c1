package dev.arda.client.cli;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The signals of this process. */
final class ProcessSignals implements Signals {

  private static final String INTERRUPT = "INT";
  private static final String STOP = "TSTP";

  @Override
  public Registration onInterrupt(BooleanSupplier action) {
    return new Handling(
        INTERRUPT,
        handling -> {
          if (action.getAsBoolean()) {
            handling.pass();
          }
        });
  }

  @Override
  public Registration onSuspend(Runnable before, Runnable after) {
    return new Handling(
        STOP,
        handling -> {
          before.run();
          // What happens to a program that has no wish: it stops here, and goes on here.
          SignalAccess.defaultHandler(STOP);
          SignalAccess.raise(STOP);
          handling.install();
          after.run();
        });
  }

  /** One signal that is handled here for a while. */
  private static final class Handling implements Registration {
    private final String signal;
    private final Consumer<Handling> action;
    private final Object before;
    // Guarded by this.
    private boolean closed;

    Handling(String signal, Consumer<Handling> action) {
      this.signal = signal;
      this.action = action;
      this.before = SignalAccess.handle(signal, this::run);
      // A shell without job control has its background programs ignore ^C. That stays so.
      if (SignalAccess.isIgnoring(before)) {
        close();
      }
    }

    private void run() {
      action.accept(this);
    }

    /** Does what would have been done without this. */
    void pass() {
      SignalAccess.invoke(before, signal);
    }

    synchronized void install() {
      if (!closed) {
        SignalAccess.handle(signal, this::run);
      }
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        SignalAccess.restore(signal, before);
      }
    }
  }
}
