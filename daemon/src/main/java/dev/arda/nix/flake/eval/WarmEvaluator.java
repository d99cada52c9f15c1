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
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A {@code nix repl} that is bound to one state of a flake and keeps whatever it evaluated.
 *
 * <p>One question at a time, from any thread; {@link #close} and the getters at any time.
 */
final class WarmEvaluator implements AutoCloseable {

  /** A question up to this length is written where it is used; a longer one gets a name first. */
  private static final int SHORT = 2_000;

  /** How many names are given to questions; an environment of Nix holds 32,768. */
  private static final int MOST_NAMES = 20_000;

  private final ChildProcess process;
  private final ReplProtocol protocol;
  private final EvaluatorRoots.Root root;
  private final AtomicLong questions = new AtomicLong();
  private int names;

  private WarmEvaluator(ChildProcess process, ReplProtocol protocol, EvaluatorRoots.Root root) {
    this.process = process;
    this.protocol = protocol;
    this.root = root;
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
   * Starts an evaluator and waits until it is ready. Nothing of the flake is evaluated yet.
   *
   * @param bindingJson the state of the flake, as {@code call-flake.nix} takes it
   * @param storePath its source tree, which is protected as long as the evaluator lives
   * @param limit how long this may take
   * @throws NotStarted if the process does not do what is expected of it
   * @throws dev.arda.nix.types.NixException if a process cannot be started
   */
  static WarmEvaluator start(
      ReplLauncher launcher,
      EvaluatorRoots roots,
      EvaluatorHome home,
      CallContext context,
      String bindingJson,
      String storePath,
      Duration limit)
      throws NotStarted, InterruptedException {
    ReplProtocol protocol = ReplProtocol.create();
    ChildProcess process = launcher.start(context, home.prepare(), protocol);
    EvaluatorRoots.Root root = () -> {};
    boolean ready = false;
    try {
      // A platform thread: it waits in a read for as long as the evaluator lives.
      Thread.ofPlatform()
          .name("evaluator-output-" + process.pid())
          .daemon()
          .start(() -> read(process, protocol));
      var exchange =
          protocol.begin(
              NixText.replBindings(bindingJson), NixText.REPL_PROBE, ProgressListener.NONE);
      // While the process reads, which it does slowly, the tree is protected.
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  send(process, exchange.text());
                } catch (IOException e) {
                  protocol.end();
                }
              });
      root = roots.protect(context, storePath);
      Reply reply = protocol.await(exchange, limit);
      writer.join();
      switch (reply) {
        case Reply.Value(byte[] text) -> {
          if (!new String(text, StandardCharsets.UTF_8).equals("pure")) {
            throw new NotStarted("this Nix cannot be kept warm and pure", true);
          }
        }
        case Reply.Failure(String said, boolean active) ->
            throw new NotStarted(NixErrors.read(said).message(), false);
      }
      ready = true;
      return new WarmEvaluator(process, protocol, root);
    } catch (Lost lost) {
      throw new NotStarted(lost.getMessage() + ": " + NixErrors.read(lost.said()).message(), false);
    } finally {
      if (!ready) {
        process.stop(Duration.ZERO);
        root.close();
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

  private static void send(ChildProcess process, String text) throws IOException {
    OutputStream in = process.standardInput();
    in.write(text.getBytes(StandardCharsets.US_ASCII));
    in.flush();
  }

  /**
   * Asks a question.
   *
   * @param typed whether to keep what JSON has no form for
   * @param realise whether to say what the answer refers to in the store
   * @param progress hears what Nix does
   * @return a list with one answer, as {@link AnswerReader} reads it, or the failure
   * @throws InterruptedException if the thread was interrupted; the evaluation goes on: {@link
   *     #settles} or {@link #close}
   * @throws Lost if the process is gone or out of step; it is of no more use
   */
  Reply ask(Question question, boolean typed, boolean realise, ProgressListener progress)
      throws InterruptedException, Lost {
    var definitions = new ArrayList<String>();
    String asked = NixText.replQuestion(question);
    if (asked.length() > SHORT) {
      definitions.add("ardaQuestion = " + asked);
      asked = "ardaQuestion";
      names++;
    }
    var exchange = protocol.begin(definitions, NixText.replAnswer(asked, typed, realise), progress);
    questions.incrementAndGet();
    try {
      send(process, exchange.text());
    } catch (IOException e) {
      close();
      throw new Lost("the evaluator has ended", "");
    }
    try {
      return protocol.await(exchange);
    } catch (Lost lost) {
      close();
      throw lost;
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

  /** Whether a question can be asked. */
  boolean usable() {
    return process.isAlive() && protocol.ready() && names < MOST_NAMES;
  }

  /** Why no more questions can be asked; empty: they can. */
  Optional<Retirement> unusable() {
    if (names >= MOST_NAMES) {
      return Optional.of(Retirement.USED_UP);
    }
    return usable() ? Optional.empty() : Optional.of(Retirement.LOST);
  }

  /** The number of the process. */
  long pid() {
    return process.pid();
  }

  /** How many questions were asked. */
  long questions() {
    return questions.get();
  }

  /**
   * Ends the process at once: a tight evaluation hears nothing else, and an orderly end would write
   * a history of what was asked.
   */
  @Override
  public void close() {
    process.stop(Duration.ZERO);
    root.close();
  }
}
