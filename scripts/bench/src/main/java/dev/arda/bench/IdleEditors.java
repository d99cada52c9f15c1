package dev.arda.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What many editors take in which nobody types: each has the same flake open and has been answered
 * once. Linux only.
 */
final class IdleEditors implements Bench.Section {

  private static final long SETTLING = TimeUnit.SECONDS.toNanos(5);
  private static final long IDLE = TimeUnit.SECONDS.toNanos(10);

  /** What an adapter may take, in MiB. */
  private static final double RESIDENT = 120;

  /** What one editor more may cost the daemon, in MiB. */
  private static final double GROWTH = 1;

  @Override
  public int number() {
    return 10;
  }

  @Override
  public String title() {
    return "idle editors";
  }

  @Override
  public void measure(Bench bench) throws Exception {
    int count = bench.options().times(100, 10);
    var side =
        bench.sides().stream().filter(Side::staysWarm).findFirst().orElse(bench.sides().getFirst());
    var fleet = FleetFlake.create(side, bench.options().fleet(), "idle");
    var _ = side.arda(fleet.directory(), List.of("trust", fleet.directory().toString()));
    side.stop();
    var daemon = side.daemon();
    var editors = new ArrayList<LspClient>();
    try {
      editors.add(attach(side, fleet.directory()));
      LockSupport.parkNanos(SETTLING);
      double before = Memory.resident(daemon);
      while (editors.size() < count) {
        editors.add(attach(side, fleet.directory()));
      }
      LockSupport.parkNanos(SETTLING);
      report(bench, side, daemon, editors, before);
    } finally {
      editors.forEach(LspClient::close);
    }
    side.stop();
  }

  /** An editor that has opened the flake and knows its hosts. */
  private static LspClient attach(Side side, Path flake) throws IOException {
    var editor = new LspClient(side.languageServer());
    try {
      editor.initialize(flake);
      var file = flake.resolve("flake.nix");
      var begin = "{ outputs = { self }: { first = self.nixosConfigurations.";
      editor.open(file, begin + "; }; }");
      long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      while (!editor
          .at("textDocument/completion", file, 0, begin.length())
          .toString()
          .contains('"' + FleetFlake.EDITED + '"')) {
        if (System.nanoTime() - until > 0) {
          throw new IllegalStateException("no hosts within two minutes");
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
      return editor;
    } catch (IOException | IllegalStateException e) {
      editor.close();
      throw e;
    }
  }

  private void report(
      Bench bench, Side side, ProcessHandle daemon, List<LspClient> editors, double before)
      throws IOException {
    int count = editors.size();
    double most = 0;
    double own = 0;
    for (var editor : editors) {
      most = Math.max(most, Memory.resident(editor.process()));
      own += proportional(editor.process()) / count;
    }
    double after = Memory.resident(daemon);
    var processes = new ArrayList<>(editors.stream().map(LspClient::process).toList());
    processes.add(daemon);
    var busy = processorTime(processes);
    LockSupport.parkNanos(IDLE);
    busy = processorTime(processes).minus(busy);

    var report = bench.report();
    var version = side.version();
    report.add(
        Row.figure(
            number(),
            "%d adapters, resident, the largest".formatted(count),
            version,
            most,
            "MiB",
            RESIDENT));
    report.add(
        Row.fact(
            number(),
            "the same, with what they share divided among them",
            version,
            String.format(Locale.ROOT, "%.0f MiB each", own),
            own));
    report.add(
        Row.figure(
            number(),
            "the daemon, more for each of them",
            version,
            Math.max(0, after - before) / (count - 1),
            "MiB",
            GROWTH));
    double share = 100.0 * busy.toNanos() / IDLE;
    report.add(
        Row.fact(
            number(),
            "all of them and the daemon while nobody does anything",
            version,
            String.format(Locale.ROOT, "%.1f %% of a processor", share),
            share));
  }

  private static Duration processorTime(List<ProcessHandle> processes) {
    return processes.stream()
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Resident size in MiB, of what several processes share this one's part only. */
  private static double proportional(ProcessHandle process) throws IOException {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "smaps_rollup"))) {
      var line = lines.filter(one -> one.startsWith("Pss:")).findFirst().orElseThrow();
      return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
    }
  }
}
