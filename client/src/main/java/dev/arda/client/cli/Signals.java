package dev.arda.client.cli;

import java.util.function.BooleanSupplier;

/** The signals by which a terminal's user interrupts, stops and continues a program. */
interface Signals {

  /** What was arranged, until it is closed. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Has something done at ^C, instead of ending the process.
   *
   * @param action runs on a thread of its own; whether the process ends after all
   */
  Registration onInterrupt(BooleanSupplier action);

  /**
   * Has something done before ^Z stops the process and after it goes on.
   *
   * @param before runs before it stops
   * @param after runs when it goes on
   */
  Registration onSuspend(Runnable before, Runnable after);

  /** There are none. */
  Signals NONE =
      new Signals() {
        @Override
        public Registration onInterrupt(BooleanSupplier action) {
          return () -> {};
        }

        @Override
        public Registration onSuspend(Runnable before, Runnable after) {
          return () -> {};
        }
      };
}
