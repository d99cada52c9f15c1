package dev.arda.client.cli.view;

import dev.arda.v1.OperationEvent;

/** Shows nothing. */
public final class QuietPrinter implements OperationPrinter {

  @Override
  public void show(OperationEvent event) {
    // That is what quiet means.
  }

  @Override
  public void say(String text) {
    // The same.
  }

  @Override
  public void close() {
    // There is nothing to take away.
  }
}
