package dev.arda.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program behind {@code scripts/bench.sh}: runs the sections, prints the table. */
public final class BenchMain {

  private static final List<Bench.Section> SECTIONS =
      List.of(
          new CachedValue(),
          new NewSelector(),
          new AfterEdit(),
          new ColdFleet(),
          new SocketCalls(),
          new BarrierCost(),
          new Memory(),
          new DaemonStart(),
          new EditorAnswers(),
          new IdleEditors());

  private BenchMain() {}

  /**
   * Ends with 0 when everything was measured, whatever came out; 1 if not; 2 on a wrong argument.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path repository =
        Path.of(System.getProperty("arda.repository", ".")).toAbsolutePath().normalize();
    Options options;
    try {
      options = Options.parse(List.of(arguments), System.getProperty("arda.nixes", ""), repository);
    } catch (IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
      return;
    }
    var report = new Report(System.err);
    var workspace = Workspace.create();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(workspace::close));
    try {
      run(options, report, workspace);
    } finally {
      workspace.close();
    }
    report.print(System.out);
    if (options.json().isPresent()) {
      report.write(options.json().get());
    }
    System.exit(report.complete() ? 0 : 1);
  }

  private static void run(Options options, Report report, Workspace workspace)
      throws IOException, InterruptedException {
    var sides = new ArrayList<Side>();
    for (Path nix : options.nixes()) {
      sides.add(new Side(workspace, options.distribution(), nix, "nix" + sides.size()));
    }
    var bench = new Bench(options, report, workspace, List.copyOf(sides));
    report.circumstance("arda", arda(sides.getFirst(), options.distribution()));
    report.circumstance("Java", System.getProperty("java.vendor") + " " + Runtime.version());
    report.circumstance("Nix", sides.stream().map(Side::version).collect(Collectors.joining(", ")));
    report.circumstance(
        "machine",
        "%s %s, %d processors, %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch")));
    report.circumstance(
        "run", options.quick() ? "quick: too few repetitions to compare by" : "full");
    var loads = new ArrayList<String>();
    for (Bench.Section section : SECTIONS) {
      if (options.wants(section.number())) {
        loads.add(section.number() + ": " + load());
        report.say(section.number() + " " + section.title());
        try {
          section.measure(bench);
        } catch (InterruptedException e) {
          throw e;
        } catch (Exception e) {
          if (workspace.closed()) {
            // Interrupted: what fails now fails because its files are being removed.
            return;
          }
          report.failed(section.title(), e);
        }
      }
    }
    report.circumstance(
        "load average at the start of each section", String.join(", ", loads) + ", end: " + load());
    sides.forEach(Side::close);
  }

  private static String load() {
    return String.format(
        Locale.ROOT, "%.1f", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static String arda(Side side, Path distribution)
      throws IOException, InterruptedException {
    try (Stream<Path> files = Files.list(distribution.resolve("lib"))) {
      long caches = files.filter(file -> file.toString().endsWith(".aot")).count();
      return side.client().greeting().getVersion() + ", " + caches + " AOT caches";
    }
  }
}
