package dev.arda.nix.flake.eval;

import dev.arda.nix.core.ChildProcess;
import dev.arda.nix.core.NixErrors;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.eval.ReplProtocol.Lost;
import dev.arda.nix.flake.eval.ReplProtocol.Reply;
import dev.arda.nix.types.CallContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A {@code nix repl} that knows how to call flakes and to answer questions, but no flake yet.
 *
 * <p>One expression at a time, from any thread; {@link #close} and the getters at any time.
 */
final class Repl implements AutoCloseable {

  private final ChildProcess process;
  private final ReplProtocol protocol;

  private Repl(ChildProcess process, ReplProtocol protocol) {
    this.process = process;
    this.protocol = protocol;
  }

  /** Why there is no evaluator. */
  @SuppressWarnings("serial") // never serialised
  static final class NotStarted extends Exception {
    private final boolean cold;

    NotStarted(String message, boolean cold) {
      super(message);
      this.cold = cold;
    }

    /** Whether this Nix can never be kept warm. */
    boolean cold() {
      return cold;
    }
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param limit how long this may take
   * @throws NotStarted if the process does not do what is expected of it
   * @throws dev.arda.nix.types.NixException if a process cannot be started
   */
  static Repl start(ReplLauncher launcher, EvaluatorHome home, CallContext context, Duration limit)
      throws NotStarted, InterruptedException {
    ReplProtocol protocol = ReplProtocol.create();
    var repl = new Repl(launcher.start(context, home.prepare(), protocol), protocol);
    boolean ready = false;
    try {
      // A platform thread: it waits in a read for as long as the evaluator lives.
      Thread.ofPlatform()
          .name("evaluator-output-" + repl.pid())
          .daemon()
          .start(() -> read(repl.process, protocol));
      if (!repl.tell(NixText.replLibrary(), NixText.REPL_PROBE, limit).equals("pure")) {
        throw new NotStarted("this Nix cannot be kept warm and pure", true);
      }
      ready = true;
      return repl;
    } finally {
      if (!ready) {
        repl.close();
      }
    }
  }

  private static void read(ChildProcess process, ReplProtocol protocol) {
    byte[] buffer = new byte[64 << 10];
    try (var in = process.standardOutput()) {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        protocol.accept(buffer, length);
      }
    } catch (IOException e) {
      // The stream was closed since the process was ended, which is told below.
    } finally {
      var _ = process.onExit().thenRun(protocol::end);
    }
  }

  /**
   * Binds names.
   *
   * @param definitions one line each
   * @param probe an expression for a string, evaluated afterwards
   * @return its value
   * @throws NotStarted if that goes wrong
   */
  String tell(List<String> definitions, String probe, Duration limit)
      throws NotStarted, InterruptedException {
    try {
      var exchange = send(definitions, probe, ProgressListener.NONE);
      return switch (protocol.await(exchange, limit)) {
        case Reply.Value(byte[] text) -> new String(text, StandardCharsets.UTF_8);
        case Reply.Failure(String said, boolean active) ->
            throw new NotStarted(NixErrors.read(said).message(), false);
        case Reply.Unsaid() -> throw new NotStarted("a file ends too early", false);
      };
    } catch (Lost lost) {
      throw new NotStarted(lost.getMessage() + ": " + NixErrors.read(lost.said()).message(), false);
    }
  }

  /**
   * Evaluates an expression for a string.
   *
   * @param definitions lines that bind names before
   * @throws InterruptedException if the thread was interrupted; the evaluation goes on: {@link
   *     #settles} or {@link #close}
   * @throws Lost if the process is gone or out of step; it is of no more use
   */
  Reply ask(List<String> definitions, String expression, ProgressListener progress)
      throws InterruptedException, Lost {
    try {
      return protocol.await(send(definitions, expression, progress));
    } catch (Lost lost) {
      close();
      throw lost;
    }
  }

  private ReplProtocol.Exchange send(
      List<String> definitions, String expression, ProgressListener progress) throws Lost {
    var exchange = protocol.begin(definitions, expression, progress);
    try {
      OutputStream in = process.standardInput();
      in.write(exchange.text().getBytes(StandardCharsets.US_ASCII));
      in.flush();
      return exchange;
    } catch (IOException e) {
      throw new Lost("the evaluator has ended", process.errorTail());
    }
  }

  /**
   * Waits for the end of a question whose asker went away.
   *
   * @return whether it ended in time, so that another one can be asked
   */
  boolean settles(Duration limit) throws InterruptedException {
    return protocol.awaitReady(limit);
  }

  /** Whether it can be asked something. */
  boolean ready() {
    return process.isAlive() && protocol.ready();
  }

  /** The number of the process. */
  long pid() {
    return process.pid();
  }

  /**
   * Ends the process at once: a tight evaluation hears nothing else, and an orderly end would write
   * a history of what was asked.
   */
  @Override
  public void close() {
    process.stop(Duration.ZERO);
  }
}
