package dev.arda.client.cli;

import com.google.protobuf.ByteString;
import dev.arda.client.Environment;
import dev.arda.client.Setting;
import java.io.BufferedReader;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The standard streams: results on one, everything else on the other. Knows whether they are
 * terminals, keeps the progress line and the results from writing into each other, and lets no
 * control character through to a terminal.
 */
final class Console {

  /** Shorter lines fit everywhere. */
  private static final int SHORT = 40;

  private final OutputStream err;
  private final InputStream raw;
  private final BufferedReader in;
  private final Out out;
  private final boolean inIsTerminal;
  private final boolean outIsTerminal;
  private final boolean errIsTerminal;
  private final boolean errCanRedraw;
  private final boolean unicode;
  private final Style style;
  private final Spinner spinner;
  private final TerminalWidth width;

  /**
   * A console.
   *
   * @param out where results go; not buffered
   * @param err where everything else goes; not buffered
   */
  Console(OutputStream out, OutputStream err, Environment environment) {
    this(out, err, InputStream.nullInputStream(), environment);
  }

  /**
   * A console that can be answered.
   *
   * @param in what is typed
   */
  Console(OutputStream out, OutputStream err, InputStream in, Environment environment) {
    this.err = err;
    this.raw = in;
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.inIsTerminal = environment.isTerminal(0);
    this.outIsTerminal = environment.isTerminal(1);
    this.unicode = isUnicode(environment);
    boolean plain = environment.get(Setting.TERM).filter("dumb"::equals).isPresent();
    boolean errIsTerminal = environment.isTerminal(2);
    this.errCanRedraw = errIsTerminal && !plain && environment.get(Setting.TERM).isPresent();
    this.style = new Style(errIsTerminal && !plain && environment.get(Setting.NO_COLOR).isEmpty());
    this.errIsTerminal = errIsTerminal;
    this.width = new TerminalWidth(environment);
    this.spinner = new Spinner(this::progress, width, unicode, errIsTerminal && !plain);
    var guarded = new Guard(out, spinner, outIsTerminal);
    this.out = new Out(outIsTerminal ? new TerminalSafeStream(guarded) : guarded);
  }

  private static boolean isUnicode(Environment environment) {
    return Stream.of(Setting.LC_ALL, Setting.LC_CTYPE, Setting.LANG)
        .flatMap(setting -> environment.get(setting).stream())
        .findFirst()
        .map(locale -> locale.toUpperCase(Locale.ROOT).replace("-", ""))
        .filter(locale -> locale.contains("UTF8"))
        .isPresent();
  }

  /** Where results go. */
  Out out() {
    return out;
  }

  /** Whether results go to a terminal. */
  boolean outIsTerminal() {
    return outIsTerminal;
  }

  /** Whether what was printed to standard error can be replaced by something else. */
  boolean errCanRedraw() {
    return errCanRedraw;
  }

  /** Whether more than ASCII may be printed to standard error. */
  boolean unicode() {
    return unicode;
  }

  /** Colours for {@link #message}. */
  Style style() {
    return style;
  }

  /** Colours for {@link #out}. */
  Style outStyle() {
    return outIsTerminal() ? style : new Style(false);
  }

  /** The progress line. */
  Spinner spinner() {
    return spinner;
  }

  /**
   * Prints lines to standard error, after what was printed to standard output before; on a terminal
   * they are broken between words.
   *
   * @param text its foreign parts were made safe by {@link Style#safe}
   */
  void message(String text) {
    out.flush();
    spinner.hide();
    progress((needsWrapping(text) ? WordWrap.of(text, width.columns() - 1) : text) + "\n");
  }

  /** The width of the terminal is asked for only where it may matter. */
  private boolean needsWrapping(String text) {
    return errIsTerminal && text.lines().anyMatch(line -> line.length() >= SHORT);
  }

  /** Prints a line to standard error where standard output has failed already. */
  void complain(String text) {
    progress(Style.safe(text) + "\n");
  }

  /** Leaves a clean line behind, when the process ends in the middle of something. */
  void abandon() {
    spinner.stop();
  }

  /** Writes to standard error as it is, in one piece. */
  void progress(String text) {
    Charset charset = unicode ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII;
    try {
      err.write(text.getBytes(charset));
      err.flush();
    } catch (IOException e) {
      // There is nowhere to say that nothing can be said.
    }
  }

  /**
   * Asks a question and waits for a line; empty: there is nobody to ask, or no answer.
   *
   * @param question its foreign parts were made safe by {@link Style#safe}
   */
  Optional<String> ask(String question) {
    if (!inIsTerminal) {
      return Optional.empty();
    }
    out.flush();
    spinner.hide();
    progress(question + " ");
    try {
      return Optional.ofNullable(in.readLine());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * All of standard input, byte for byte. Not to be used beside {@link #ask}.
   *
   * @param most how many bytes are read at most
   */
  ByteString input(int most) {
    try {
      return ByteString.copyFrom(raw.readNBytes(most));
    } catch (IOException e) {
      throw new UsageException("standard input cannot be read: " + e.getMessage());
    }
  }

  /** Whether questions can be answered. */
  boolean canAsk() {
    return inIsTerminal;
  }

  /** Clears the progress line before anything is written where it stands. */
  private static final class Guard extends FilterOutputStream {

    private final Spinner spinner;
    private final boolean terminal;

    Guard(OutputStream out, Spinner spinner, boolean terminal) {
      super(out);
      this.spinner = spinner;
      this.terminal = terminal;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return;
      }
      spinner.hide();
      out.write(bytes, offset, length);
      if (terminal) {
        spinner.cursorAtLineStart(bytes[offset + length - 1] == '\n');
      }
    }
  }
}
