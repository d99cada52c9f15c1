package dev.arda.lsp.document;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is found when it is asked for first. */
final class Once<T> implements Supplier<T> {

  private final Supplier<T> source;
  private @Nullable T value;

  Once(Supplier<T> source) {
    this.source = source;
  }

  @Override
  public synchronized T get() {
    T found = value;
    if (found == null) {
      found = source.get();
      value = found;
    }
    return found;
  }

  /** The value, if it was asked for and found. */
  synchronized Optional<T> found() {
    return Optional.ofNullable(value);
  }
}
