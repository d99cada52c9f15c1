package dev.arda.client.cli;

import java.io.IOException;

/** A process that says when it is stopped and when it goes on, until its input ends. */
final class SuspendedMain {

  private SuspendedMain() {}

  public static void main(String[] args) throws IOException {
    try (var _ =
        new ProcessSignals()
            .onSuspend(() -> System.out.println("before"), () -> System.out.println("after"))) {
      System.out.println(ProcessHandle.current().pid());
      while (System.in.read() >= 0) {
        // Nothing is told.
      }
    }
    System.out.println("end");
  }
}
