package dev.arda.bench;

import java.util.List;

/** From no daemon to one that answers, as a whole process. */
final class DaemonStart implements Bench.Section {

  private static final double LONGEST = 1000;

  @Override
  public int number() {
    return 8;
  }

  @Override
  public String title() {
    return "start of the daemon";
  }

  @Override
  public void measure(Bench bench) throws Exception {
    Side side = bench.sides().getFirst();
    side.stop();
    long[] nanos = new long[bench.options().times(11, 3)];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = side.arda(side.work(), List.of("daemon", "start")).nanos();
      side.stop();
    }
    bench
        .report()
        .add(
            Row.figure(
                8,
                "`arda daemon start` until it answers, from nothing",
                Row.ANY,
                Samples.ofNanos(nanos).median(),
                "ms",
                LONGEST));
  }
}
