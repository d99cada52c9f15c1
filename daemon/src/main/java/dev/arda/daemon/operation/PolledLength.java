package dev.arda.daemon.operation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** How far a file reaches that another process writes; it is looked at a few times a second. */
final class PolledLength implements OperationLogText.End {

  private final Path file;
  private final BooleanSupplier growing;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition never = lock.newCondition();

  PolledLength(Path file, BooleanSupplier growing) {
    this.file = file;
    this.growing = growing;
  }

  @Override
  public long moreThan(long known) throws IOException, InterruptedException {
    while (true) {
      boolean more = growing.getAsBoolean(); // before: what is there after its end is all
      long size = Files.size(file);
      if (size > known || !more) {
        return size;
      }
      rest();
    }
  }

  private void rest() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var left = StoredCursor.INTERVAL.toNanos();
      while (left > 0) {
        left = never.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
