package dev.arda.bench;

import dev.arda.client.ArdaClient;
import dev.arda.client.Deadline;
import dev.arda.v1.SelectRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Calls on one open connection: a cached value of a watched tree, with the barrier that makes it
 * fresh, and the daemon's status. The callers take processor time from the daemon; so do those of a
 * user.
 */
final class SocketCalls implements Bench.Section {

  private static final int FILES = 1_000;
  private static final int CALLERS = 64;
  private static final double P50 = 0.8;
  private static final double P99 = 6;

  private interface Call {
    void make() throws InterruptedException;
  }

  @Override
  public int number() {
    return 5;
  }

  @Override
  public String title() {
    return "calls over the socket";
  }

  @Override
  public void measure(Bench bench) throws Exception {
    Side side = bench.sides().getFirst();
    var fleet =
        FleetFlake.create(
            side,
            bench.options().fleet(),
            "calls",
            "{ \"hosts\": 1, \"services\": 10, \"packages\": 20, \"dependencies\": 2 }",
            FILES);
    SelectRequest request =
        side.request(fleet.directory(), FleetFlake.option("host00", "networking.hostName"));
    ArdaClient client = side.client();
    int calls = bench.options().times(20_000, 3_000);
    measure(
        bench,
        "cached Select, barrier included, tree of 1,000 files",
        calls,
        true,
        () -> {
          if (!Side.ask(client, request).output().equals("\"host00\"")) {
            throw new IllegalStateException("not the value");
          }
        });
    measure(
        bench,
        "Status",
        calls,
        false,
        () -> {
          var _ = client.status(Deadline.after(Duration.ofSeconds(10)));
        });
  }

  private static void measure(Bench bench, String what, int calls, boolean limited, Call call)
      throws Exception {
    var _ = time(call, calls / 2);
    var _ = together(call, calls / 4);
    long began = System.nanoTime();
    Samples alone = Samples.ofNanos(time(call, calls));
    double aloneRate = calls / seconds(began);
    began = System.nanoTime();
    Samples crowd = together(call, calls / CALLERS * CALLERS);
    double crowdRate = crowd.count() / seconds(began);
    double none = Double.POSITIVE_INFINITY;
    Report report = bench.report();
    report.add(
        Row.figure(
            5, what + ", 1 caller, p50", Row.ANY, alone.median(), "ms", limited ? P50 : none));
    report.add(
        Row.figure(
            5,
            what + ", 1 caller, p99",
            Row.ANY,
            alone.quantile(0.99),
            "ms",
            limited ? P99 : none));
    report.add(rate(what + ", 1 caller", aloneRate, alone));
    report.add(Row.figure(5, what + ", 64 callers, p50", Row.ANY, crowd.median(), "ms", none));
    report.add(
        Row.figure(5, what + ", 64 callers, p99", Row.ANY, crowd.quantile(0.99), "ms", none));
    report.add(rate(what + ", 64 callers", crowdRate, crowd));
  }

  private static Row rate(String what, double rate, Samples samples) {
    return Row.fact(
        5,
        what,
        Row.ANY,
        String.format(Locale.ROOT, "%,.0f calls/s; slowest %s", rate, Samples.show(samples.max())),
        rate);
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private static long[] time(Call call, int calls) throws InterruptedException {
    long[] nanos = new long[calls];
    for (int i = 0; i < calls; i++) {
      long began = System.nanoTime();
      call.make();
      nanos[i] = System.nanoTime() - began;
    }
    return nanos;
  }

  private static Samples together(Call call, int calls) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<long[]>> running = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        running.add(threads.submit(() -> time(call, calls / CALLERS)));
      }
      long[] all = new long[calls / CALLERS * CALLERS];
      int at = 0;
      for (Future<long[]> caller : running) {
        long[] nanos = caller.get();
        System.arraycopy(nanos, 0, all, at, nanos.length);
        at += nanos.length;
      }
      return Samples.ofNanos(all);
    }
  }
}
