package dev.arda.nix.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LimitedWorkTest {

  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final AtomicBoolean ended = new AtomicBoolean();

  /** Says that it was given up when it is interrupted, as all that asks Nix does. */
  private void block(CountDownLatch begun) {
    try {
      begun.countDown();
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new CommandException(Reason.CANCELLED, "given up");
    } finally {
      ended.set(true);
    }
  }

  @Test
  void workInTime_hasItsResult() {
    assertThat(LimitedWork.get(LONG, () -> 7)).contains(7);
    assertThat(LimitedWork.run(LONG, () -> {})).isTrue();
  }

  @Test
  void workThatTakesTooLong_isInterrupted_andHasEnded() {
    assertThat(LimitedWork.run(SHORT, () -> block(new CountDownLatch(1)))).isFalse();
    assertThat(ended).isTrue();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void workThatIsDoneAllTheSame_wasDone() {
    var result =
        LimitedWork.get(
            SHORT,
            () -> {
              try {
                block(new CountDownLatch(1));
              } catch (NixException e) {
                return e.reason();
              }
              return Reason.INTERNAL;
            });
    assertThat(result).contains(Reason.CANCELLED);
  }

  @Test
  void failures_areThoseOfTheWork() {
    assertThatThrownBy(() ->
            LimitedWork.run(
                LONG,
                () -> {
                  throw new CommandException(Reason.CANCELLED, "by itself");
                }))
        .hasMessage("by itself");
    assertThatThrownBy(() ->
            LimitedWork.run(
                LONG,
                () -> {
                  throw new AssertionError("a fault");
                }))
        .isInstanceOf(AssertionError.class)
        .hasMessage("a fault");
  }

  @Test
  void anInterrupt_givesTheWorkUp_andIsStillSeen() throws Exception {
    var begun = new CountDownLatch(1);
    var seen = new CompletableFuture<String>();
    var caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                seen.complete("returned " + LimitedWork.run(LONG, () -> block(begun)));
              } catch (NixException e) {
                seen.complete(e.reason() + " " + Thread.currentThread().isInterrupted());
              }
            });
    assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
    caller.interrupt();
    assertThat(seen.get(1, TimeUnit.MINUTES)).isEqualTo("CANCELLED true");
    assertThat(ended).isTrue();
  }
}
