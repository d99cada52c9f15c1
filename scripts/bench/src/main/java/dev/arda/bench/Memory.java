package dev.arda.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the daemon and its evaluators take, from {@code /proc} and {@code jcmd}. Linux only. */
final class Memory implements Bench.Section {

  private static final int FLAKES = 10;
  private static final double HEAP = 256;
  private static final double RESIDENT = 300;
  private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");

  @Override
  public int number() {
    return 7;
  }

  @Override
  public String title() {
    return "memory";
  }

  @Override
  public void measure(Bench bench) throws Exception {
    for (Side side : bench.sides()) {
      var fleets = new FleetFlake[FLAKES];
      for (int i = 0; i < FLAKES; i++) {
        fleets[i] = FleetFlake.create(side, bench.options().fleet(), "memory" + i);
      }
      side.stop();
      ProcessHandle daemon = side.daemon();
      Report report = bench.report();
      report.add(
          Row.figure(
              7,
              "daemon just started, resident",
              side.version(),
              resident(daemon),
              "MiB",
              RESIDENT));
      for (int i = 0; i < FLAKES; i++) {
        for (String question : fleets[i].selectors("host0" + i).subList(0, 100)) {
          var _ = side.select(fleets[i].directory(), question);
          if (!side.staysWarm()) {
            break;
          }
        }
        if (i == 0) {
          report.add(evaluators(daemon, "evaluators, one flake with one host read", side));
        }
      }
      report.add(
          Row.figure(
              7,
              "daemon, ten flakes just asked, resident",
              side.version(),
              resident(daemon),
              "MiB",
              Double.POSITIVE_INFINITY));
      report.add(
          Row.figure(
              7,
              "daemon, ten warm flakes, heap in use after a collection",
              side.version(),
              heap(side, daemon),
              "MiB",
              HEAP));
      report.add(
          Row.figure(
              7,
              "daemon, ten warm flakes, idle, resident",
              side.version(),
              resident(daemon),
              "MiB",
              RESIDENT));
      Row all = evaluators(daemon, "evaluators, ten flakes with one host each read", side);
      double limit = memory() / 4;
      report.add(
          new Row(
              7,
              all.what(),
              all.nix(),
              all.arda(),
              "",
              all.value(),
              String.format(Locale.ROOT, "≤ 25 %% of RAM, %.0f MiB", limit),
              limit));
      side.stop();
    }
  }

  private static Row evaluators(ProcessHandle daemon, String what, Side side) throws IOException {
    List<ProcessHandle> children = daemon.children().toList();
    double bytes = 0;
    for (ProcessHandle child : children) {
      bytes += resident(child);
    }
    return Row.fact(
        7,
        what,
        side.version(),
        String.format(Locale.ROOT, "%.0f MiB in %d processes", bytes, children.size()),
        bytes);
  }

  /** Resident size in MiB; 0 of a process that has ended. */
  static double resident(ProcessHandle process) throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    return Files.exists(status) ? kib(status, "VmRSS:") / 1024 : 0;
  }

  private static double memory() throws IOException {
    return kib(Path.of("/proc/meminfo"), "MemTotal:") / 1024;
  }

  private static double kib(Path file, String name) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      String line = lines.filter(l -> l.startsWith(name)).findFirst().orElse(name + " 0 kB");
      return Double.parseDouble(line.replaceAll("[^0-9]", ""));
    }
  }

  private static double heap(Side side, ProcessHandle daemon) throws InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin/jcmd").toString();
    String pid = Long.toString(daemon.pid());
    var _ = side.run(side.work(), List.of(jcmd, pid, "GC.run"));
    Matcher used = USED.matcher(side.run(side.work(), List.of(jcmd, pid, "GC.heap_info")).output());
    double kib = 0;
    while (used.find()) {
      kib += Double.parseDouble(used.group(1));
    }
    return kib / 1024;
  }
}
