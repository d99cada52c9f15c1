package dev.arda.client.cli.view;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp.Capability;

/**
 * The terminal by JLine, which asks the kernel for its size and terminfo for what it can do. JLine
 * needs standard input to be the same terminal; where it is not, another way is taken.
 *
 * <p>The terminal is opened only while this process is in the foreground, and closed before it is
 * stopped: a process in the background that touches the settings of its terminal is stopped by the
 * kernel.
 */
public final class JLineScreen implements Screen {

  private final String type;
  private final Supplier<Screen> otherwise;
  private Optional<Terminal> terminal = Optional.empty();
  private Optional<Screen> instead = Optional.empty();

  /**
   * The terminal.
   *
   * @param type its name in terminfo
   * @param otherwise makes the screen that is used where JLine cannot use it
   */
  public JLineScreen(String type, Supplier<Screen> otherwise) {
    this.type = type;
    this.otherwise = otherwise;
  }

  @Override
  public Size size() {
    if (terminal.isEmpty()) {
      return instead.map(Screen::size).orElse(Size.USUAL);
    }
    var size = terminal.get().getSize();
    return size.getColumns() > 0 && size.getRows() > 0
        ? new Size(size.getColumns(), size.getRows())
        : Size.USUAL;
  }

  @Override
  public boolean acquire() {
    if (!Foreground.isMine()) {
      return false;
    }
    if (terminal.isEmpty() && instead.isEmpty()) {
      terminal = open();
      if (terminal.isEmpty()) {
        instead = Optional.of(otherwise.get());
      }
    }
    return instead
        .map(Screen::acquire)
        .orElseGet(() -> terminal.filter(JLineScreen::canRedraw).isPresent());
  }

  private Optional<Terminal> open() {
    Terminal opened;
    try {
      opened =
          TerminalBuilder.builder()
              .system(true)
              .systemOutput(TerminalBuilder.SystemOutput.SysErr)
              .provider(TerminalBuilder.PROP_PROVIDER_FFM)
              .type(type)
              .encoding(StandardCharsets.UTF_8)
              .nativeSignals(false)
              .graphemeCluster(false)
              .paused(true)
              .dumb(false)
              .build();
    } catch (IOException | IllegalStateException | UnsupportedOperationException e) {
      // JLine says so in one of these ways where this is no terminal that it can use.
      return Optional.empty();
    }
    var attributes = opened.getAttributes();
    attributes.setLocalFlag(LocalFlag.ECHO, false);
    opened.setAttributes(attributes);
    return Optional.of(opened);
  }

  private static boolean canRedraw(Terminal opened) {
    return opened.getStringCapability(Capability.cursor_up) != null;
  }

  @Override
  public void release() {
    terminal.ifPresent(JLineScreen::close);
    terminal = Optional.empty();
  }

  private static void close(Terminal opened) {
    try {
      opened.close();
    } catch (IOException e) {
      // The terminal has gone away, and its settings with it.
    }
  }

  @Override
  public void close() {
    release();
  }
}
