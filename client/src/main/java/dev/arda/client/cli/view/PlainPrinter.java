package dev.arda.client.cli.view;

import dev.arda.client.cli.Style;
import dev.arda.v1.OperationEvent;
import java.util.function.Consumer;

/**
 * Prints a line for whatever begins or ends; for pipes, files, and terminals that can do little.
 */
public final class PlainPrinter implements OperationPrinter {

  private final OperationModel model = new OperationModel();
  private final Consumer<Line> lines;
  private final Story story;

  /**
   * A printer.
   *
   * @param output where text goes
   * @param logs print what builds print, too
   */
  public PlainPrinter(Consumer<String> output, Style style, boolean logs) {
    this.lines = line -> output.accept(line.text(style) + "\n");
    this.story = new Story(model, new Story.Telling(true, logs), lines);
  }

  @Override
  public void show(OperationEvent event) {
    model.apply(event, story);
  }

  @Override
  public void say(String text) {
    text.lines().forEach(line -> lines.accept(new Line().add(line)));
  }

  @Override
  public void close() {
    // Everything has been printed.
  }
}
