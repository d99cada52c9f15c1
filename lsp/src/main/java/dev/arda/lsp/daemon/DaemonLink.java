package dev.arda.lsp.daemon;

import dev.arda.client.ArdaClient;
import dev.arda.client.ArdaException;
import dev.arda.client.DaemonConnector;
import dev.arda.client.DaemonException;
import dev.arda.client.Deadline;
import dev.arda.client.Environment;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connection to the daemon. It is made when something is asked first, in the background, and
 * again whenever it was lost; whoever asks waits a short time for an answer, and for a connection
 * only by {@link #await}.
 *
 * <p>Thread-safe.
 */
public final class DaemonLink implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(60);
  private static final Duration TRY = Duration.ofSeconds(10);

  /** Who types is not made to wait, key by key, for a daemon that is known to say nothing. */
  private static final Duration LITTLE_HOPE = Duration.ofMillis(50);

  /**
   * A process that starts takes all the processors for some time, which whoever has just opened a
   * file needs more.
   */
  private static final Duration BEFORE_A_START = Duration.ofMillis(100);

  /** Why nothing is evaluated, whatever is asked. */
  private static final Set<String> WITHOUT_NIX = Set.of("NIX_NOT_FOUND", "NIX_UNUSABLE");

  /** Hears how the connection fares. Called from any thread, once for each change. */
  public interface Listener {
    /** There is no daemon, or it does not answer. */
    void lost(String why);

    /** It answers again. */
    void back();

    /** The daemon had ended; another one answers now. */
    void replaced();

    /** It answers, but has no Nix that it could ask. */
    void withoutNix(String why);
  }

  private final DaemonConnector connector;
  private final Patience patience;
  private final Listener listener;

  // All guarded by this.
  private @Nullable ArdaClient client;
  private boolean connecting;
  private boolean closed;
  private boolean told;
  private boolean silent;
  private boolean toldOfNix;
  private String fault = "";
  private long daemon;
  private long notBefore = System.nanoTime();
  private long lastAnswer = System.nanoTime();

  /**
   * A connection that is not made yet.
   *
   * @param environment says where the daemon is, and how one is started
   */
  public DaemonLink(Environment environment, Patience patience, Listener listener) {
    this.connector = DaemonConnector.brief(environment);
    this.patience = patience;
    this.listener = listener;
  }

  /** The client if there is one; if not, one is being made from now on. */
  public synchronized Optional<ArdaClient> client() {
    if (client == null && !connecting && !closed && System.nanoTime() - notBefore >= 0) {
      connecting = true;
      Thread.ofVirtual().name("arda-connect").start(this::connect);
      // Starting a daemon may take a while on a busy machine.
      after(patience.late(), this::tellIfStillConnecting);
    }
    return Optional.ofNullable(client);
  }

  /**
   * The client; waits for a connection.
   *
   * @throws ArdaException if there is none
   */
  public ArdaClient connected() throws InterruptedException {
    long until = System.nanoTime() + CONNECT.toNanos();
    synchronized (this) {
      notBefore = System.nanoTime(); // somebody asked for it
      while (true) {
        var made = client();
        if (made.isPresent()) {
          return made.get();
        }
        long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (!connecting || left <= 0) {
          throw new DaemonException(fault.isEmpty() ? "there is no connection to it" : fault);
        }
        wait(left);
      }
    }
  }

  /**
   * Waits for a connection that is being made. Returns at once where there is one, or where it is
   * known that none is to be had.
   *
   * @throws CancellationException if the thread was interrupted
   */
  public void await(Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    try {
      synchronized (this) {
        while (client().isEmpty() && connecting && !told) {
          long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
          if (left <= 0) {
            return;
          }
          wait(left);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException();
    }
  }

  private void tellIfStillConnecting() {
    boolean still;
    synchronized (this) {
      still = connecting;
    }
    if (still) {
      tellLost("there is no connection to it yet");
    }
  }

  private static void after(Duration duration, Runnable task) {
    CompletableFuture.delayedExecutor(duration.toMillis(), TimeUnit.MILLISECONDS).execute(task);
  }

  /** Where a daemon runs; else one is started in a moment, after what was asked is answered. */
  private void connect() {
    attempt(() -> {
      var running = ArdaClient.connectToRunning(connector, Deadline.after(TRY));
      if (running.isEmpty()) {
        after(BEFORE_A_START, () -> Thread.ofVirtual().name("arda-start").start(this::start));
      }
      return running;
    });
  }

  private void start() {
    synchronized (this) {
      if (closed) { // nobody is left who would ask it
        connecting = false;
        notifyAll();
        return;
      }
    }
    attempt(() -> Optional.of(ArdaClient.connect(connector, Deadline.after(CONNECT))));
  }

  private interface Attempt {
    /** Empty if it goes on by itself. */
    Optional<ArdaClient> make() throws InterruptedException;
  }

  private void attempt(Attempt attempt) {
    try {
      var connected = attempt.make();
      if (connected.isEmpty()) {
        return;
      }
      var made = connected.get();
      boolean late;
      synchronized (this) {
        connecting = false;
        late = closed;
        client = late ? null : made;
        notifyAll();
      }
      if (late) {
        made.close();
      } else {
        answered(made);
      }
    } catch (ArdaException e) {
      failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody has this thread
    }
  }

  private void failed(RuntimeException why) {
    synchronized (this) {
      connecting = false;
      notBefore = System.nanoTime() + patience.pause().toNanos();
      fault = String.valueOf(why.getMessage());
      notifyAll();
    }
    tellLost(String.valueOf(why.getMessage()));
  }

  private void tellLost(String why) {
    synchronized (this) {
      if (told || closed) {
        return;
      }
      told = true;
    }
    listener.lost(why);
  }

  private void tellOfNix(String why) {
    synchronized (this) {
      if (toldOfNix || closed) {
        return;
      }
      toldOfNix = true;
    }
    listener.withoutNix(why);
  }

  private void answered(ArdaClient by) {
    boolean back;
    boolean replaced;
    synchronized (this) {
      long pid = by.greeting().getPid();
      back = told;
      replaced = daemon != 0 && daemon != pid;
      told = false;
      silent = false;
      daemon = pid;
      lastAnswer = System.nanoTime();
    }
    if (replaced) {
      listener.replaced();
    } else if (back) {
      listener.back();
    }
  }

  /**
   * A question. It is made when there is somebody to ask: the classes of its messages take their
   * time to load.
   *
   * @param method its method
   * @param request makes the request
   * @param answer makes something of the messages of the answer; called once, from any thread, also
   *     if nobody waits any more
   */
  public record Question<Q, T, R>(
      Supplier<MethodDescriptor<Q, T>> method, Supplier<Q> request, Function<List<T>, R> answer) {}

  /**
   * Asks, and waits a little.
   *
   * @param failed hears that there is no answer, and that the connection is not to blame
   * @return what was made of the answer; empty if there is none yet
   * @throws CancellationException if the thread was interrupted; the call is cancelled
   */
  public <Q, T, R> Optional<R> ask(
      Question<Q, T, R> question, Duration wait, Consumer<ArdaException> failed) {
    var asked = client();
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    var answer = new CompletableFuture<R>();
    var call = new Call<T>();
    Thread.ofVirtual()
        .name("arda-ask")
        .start(() -> {
          try {
            call.begin(asked.get().ask(question.method().get(), question.request().get()));
            var messages = call.await();
            answered(asked.get());
            answer.complete(question.answer().apply(messages));
          } catch (DaemonException e) {
            answer.completeExceptionally(e);
            tellLost(String.valueOf(e.getMessage()));
          } catch (ArdaException e) {
            answer.completeExceptionally(e);
            broken(asked.get(), e, call, failed);
          } catch (InterruptedException | RuntimeException e) {
            answer.completeExceptionally(e); // nobody has this thread
          } finally {
            call.end();
          }
        });
    watch(call);
    long began = System.nanoTime();
    try {
      return Optional.of(answer.get(likely(wait).toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      unanswered(began, wait);
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      call.cancel();
      Thread.currentThread().interrupt();
      throw new CancellationException();
    }
  }

  /**
   * How long to wait for an answer, with something else to show: little where the last question was
   * not answered in time.
   */
  synchronized Duration hopeful(Duration wait) {
    return silent ? little(wait) : wait;
  }

  private synchronized Duration likely(Duration wait) {
    return told ? little(wait) : wait;
  }

  private static Duration little(Duration wait) {
    return wait.compareTo(LITTLE_HOPE) > 0 ? LITTLE_HOPE : wait;
  }

  private synchronized boolean hasEnded() {
    return daemon != 0 && ProcessHandle.of(daemon).filter(ProcessHandle::isAlive).isEmpty();
  }

  /** The daemon answers within the time that it is given, also if it knows nothing by then. */
  private synchronized void unanswered(long asked, Duration wait) {
    silent |= wait.compareTo(patience.way()) > 0 && !hasAnsweredSince(asked);
  }

  private void broken(
      ArdaClient asked, ArdaException failure, Call<?> call, Consumer<ArdaException> failed) {
    switch (failure.failure().code()) {
      case UNAVAILABLE -> tellLost(String.valueOf(failure.getMessage()));
      case CANCELLED -> {
        if (!call.isCancelled()) {
          tellLost("the connection was cut");
        }
      }
      default -> {
        answered(asked);
        failed.accept(failure);
        if (WITHOUT_NIX.contains(failure.failure().reason())) {
          tellOfNix(String.valueOf(failure.getMessage()));
        }
      }
    }
  }

  /** One that was stopped has many questions to answer when it goes on, the oldest first. */
  private synchronized boolean hasAnsweredSince(long asked) {
    return lastAnswer - asked > 0;
  }

  /** Says when a daemon takes questions and does not answer them, and gives up in the end. */
  private void watch(Call<?> call) {
    // These are kept until then: not so the answer, which may be large.
    long asked = System.nanoTime();
    after(
        patience.stuck(),
        () -> {
          if (call.isUnderWay() && !hasAnsweredSince(asked)) {
            tellLost(
                hasEnded()
                    ? "it has ended, and another one is not there yet"
                    : "it takes questions but does not answer them");
          }
        });
    after(patience.late(), call::cancel);
  }

  /** Cancels what is under way and lets the connection go. */
  @Override
  public void close() {
    ArdaClient last;
    synchronized (this) {
      closed = true;
      last = client;
      client = null;
    }
    if (last != null) {
      last.closeForExit();
    }
  }
}
