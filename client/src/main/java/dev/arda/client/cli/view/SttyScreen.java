package dev.arda.client.cli.view;

import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A terminal whose size the program {@code stty} is asked for, once a second at most. */
public final class SttyScreen implements Screen {

  private static final long FRESH_NANOS = 1_000_000_000;

  private final Supplier<Optional<Size>> question;
  private final LongSupplier nanos;
  private Size known = Size.USUAL;
  private long askedAt;
  private boolean asked;

  /**
   * A terminal.
   *
   * @param question asks for the size; empty: it cannot be known
   * @param nanos a clock that only goes forward
   */
  public SttyScreen(Supplier<Optional<Size>> question, LongSupplier nanos) {
    this.question = question;
    this.nanos = nanos;
  }

  @Override
  public Size size() {
    long now = nanos.getAsLong();
    if (!asked || now - askedAt > FRESH_NANOS) {
      asked = true;
      askedAt = now;
      known = question.get().orElse(known);
    }
    return known;
  }

  @Override
  public boolean acquire() {
    return Foreground.isMine();
  }

  @Override
  public void release() {
    // Nothing was taken.
  }

  @Override
  public void close() {
    // Nothing was taken.
  }
}
