package dev.arda.lsp.daemon;

import dev.arda.client.ArdaClient;
import dev.arda.client.ArdaException;
import dev.arda.client.DaemonConnector;
import dev.arda.client.DaemonException;
import dev.arda.client.Deadline;
import dev.arda.client.Environment;
import dev.arda.client.EventStream;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The connection to the daemon. It is made when something is asked first, in the background, and
 * again whenever it was lost; whoever asks waits a short time for an answer and never for a
 * connection.
 *
 * <p>Thread-safe.
 */
public final class DaemonLink implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(60);

  /** Who types is not made to wait, key by key, for a daemon that is known to say nothing. */
  private static final Duration LITTLE_HOPE = Duration.ofMillis(50);

  /** Hears how the connection fares. Called from any thread, once for each change. */
  public interface Listener {
    /** There is no daemon, or it does not answer. */
    void lost(String why);

    /** It answers again. */
    void back();

    /** The daemon had ended; another one answers now. */
    void replaced();
  }

  private final DaemonConnector connector;
  private final Patience patience;
  private final Listener listener;

  // All guarded by this.
  private @Nullable ArdaClient client;
  private boolean connecting;
  private boolean closed;
  private boolean told;
  private String fault = "";
  private long daemon;
  private long notBefore = System.nanoTime();

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

  private void connect() {
    try {
      var made = ArdaClient.connect(connector, Deadline.after(CONNECT));
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

  private void answered(ArdaClient by) {
    boolean back;
    boolean replaced;
    synchronized (this) {
      long pid = by.greeting().getPid();
      back = told;
      replaced = daemon != 0 && daemon != pid;
      told = false;
      daemon = pid;
    }
    if (replaced) {
      listener.replaced();
    } else if (back) {
      listener.back();
    }
  }

  /** Takes what came, also when nobody waits for it any more; called once, from any thread. */
  public interface Receiver<T> {
    /** The answer. */
    void answer(T message);

    /** There is none; the connection is not to blame. */
    default void failure(ArdaException failure) {}
  }

  /**
   * Asks, and waits a little.
   *
   * @param receiver takes the answer, before this method returns it or later
   * @return empty if there is no answer yet
   * @throws CancellationException if the thread was interrupted; the call is cancelled
   */
  public <Q, T> Optional<T> ask(
      MethodDescriptor<Q, T> method, Q request, Duration wait, Receiver<T> receiver) {
    var asked = client();
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    var answer = new CompletableFuture<T>();
    var call = new Call<T>();
    Thread.ofVirtual()
        .name("arda-ask")
        .start(() -> {
          try {
            call.begin(asked.get().ask(method, request));
            var message = call.await();
            answered(asked.get());
            receiver.answer(message);
            answer.complete(message);
          } catch (DaemonException e) {
            answer.completeExceptionally(e);
            tellLost(String.valueOf(e.getMessage()));
          } catch (ArdaException e) {
            answer.completeExceptionally(e);
            broken(asked.get(), e, call, receiver);
          } catch (InterruptedException e) {
            answer.completeExceptionally(e); // nobody has this thread
          }
        });
    watch(answer, call);
    try {
      return Optional.of(answer.get(hopeful(wait).toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException | ExecutionException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      call.cancel();
      Thread.currentThread().interrupt();
      throw new CancellationException();
    }
  }

  private synchronized Duration hopeful(Duration wait) {
    return told && wait.compareTo(LITTLE_HOPE) > 0 ? LITTLE_HOPE : wait;
  }

  private <T> void broken(
      ArdaClient asked, ArdaException failure, Call<T> call, Receiver<T> receiver) {
    switch (failure.failure().code()) {
      case UNAVAILABLE -> tellLost(String.valueOf(failure.getMessage()));
      case CANCELLED -> {
        if (!call.isCancelled()) {
          tellLost("the connection was cut");
        }
      }
      default -> {
        answered(asked);
        receiver.failure(failure);
      }
    }
  }

  /** Says when a daemon takes questions and does not answer them, and gives up in the end. */
  private void watch(CompletableFuture<?> answer, Call<?> call) {
    after(
        patience.stuck(),
        () -> {
          if (!answer.isDone() && !call.isCancelled()) {
            tellLost("it takes questions but does not answer them");
          }
        });
    after(
        patience.late(),
        () -> {
          if (!answer.isDone()) {
            call.cancel();
          }
        });
  }

  /** A call that can be cancelled before it began. */
  private static final class Call<T> {
    private @Nullable EventStream<T> stream;
    private boolean cancelled;

    private synchronized void begin(EventStream<T> begun) {
      stream = begun;
      if (cancelled) {
        begun.cancel();
      }
    }

    private T await() throws InterruptedException {
      EventStream<T> begun;
      synchronized (this) {
        begun = java.util.Objects.requireNonNull(stream);
      }
      var message =
          begun.next().orElseThrow(() -> new DaemonException("the daemon ended a call silently"));
      while (begun.next().isPresent()) {
        // one message is all that is wanted; the status may still be a failure
      }
      return message;
    }

    private synchronized void cancel() {
      cancelled = true;
      if (stream != null) {
        stream.cancel();
      }
    }

    private synchronized boolean isCancelled() {
      return cancelled;
    }
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
