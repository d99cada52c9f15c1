package dev.arda.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.arda.client.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What an editor waits for: the whole way through {@code arda lsp}, in a flake of 500 hosts and
 * 10,000 names. Linux only.
 */
final class EditorAnswers implements Bench.Section {

  private static final int HOSTS = 500;
  private static final String SIZE =
      "{ \"hosts\": %d, \"services\": 5, \"packages\": 50, \"dependencies\": 2 }";
  private static final String MARK = "inherit size;";
  private static final String NAMES =
      """
      inherit size;
            names.all = builtins.listToAttrs (builtins.genList (n: { name = "name${toString n}"; value = n; }) 10000);
      """;

  /** What is written in the editor, and not saved: so the flake can be evaluated. */
  private static final String TYPED =
      """
            first = self.nixosConfigurations.
              ;
            second = self.names.all.
              ;
            third = self.nixosConfigurations.host01.config.networking.hostName;
      """;

  private static final double MEDIAN = 10;
  private static final double SLOWEST = 50;

  @Override
  public int number() {
    return 9;
  }

  @Override
  public String title() {
    return "answers to an editor";
  }

  /** A flake that is open in an editor. */
  private record Opened(LspClient editor, Path file, String text) {
    List<String> lines() {
      return text.lines().toList();
    }

    int line(String begin) {
      for (int i = 0; i < lines().size(); i++) {
        if (lines().get(i).strip().startsWith(begin)) {
          return i;
        }
      }
      throw new IllegalStateException(begin);
    }

    JsonNode complete(String begin) throws IOException {
      int line = line(begin);
      return editor.at("textDocument/completion", file, line, lines().get(line).length());
    }

    /** What the flake has, of which the text says some. */
    JsonNode outputs() throws IOException {
      int line = line("third");
      int behind = lines().get(line).indexOf("self.") + "self.".length();
      return editor.at("textDocument/completion", file, line, behind);
    }

    JsonNode hover() throws IOException {
      int line = line("third");
      return editor.at("textDocument/hover", file, line, lines().get(line).indexOf("hostName") + 2);
    }
  }

  @Override
  public void measure(Bench bench) throws Exception {
    var side =
        bench.sides().stream().filter(Side::staysWarm).findFirst().orElse(bench.sides().getFirst());
    var fleet =
        FleetFlake.create(side, bench.options().fleet(), "editor", SIZE.formatted(HOSTS), 0);
    Path file = fleet.directory().resolve("flake.nix");
    Files.writeString(file, Files.readString(file).replace(MARK, NAMES.strip()));
    var _ = side.arda(fleet.directory(), List.of("trust", fleet.directory().toString()));
    side.stop();
    start(bench, side, file);
    try (var editor = new LspClient(side.languageServer())) {
      editor.initialize(file.resolveSibling(".").normalize());
      var opened = open(editor, file);
      settle(opened);
      warm(bench, side, opened);
      typing(bench, side, opened, "typing 15 keys a second");
      busy(bench, side, opened);
      saved(bench, side, fleet, opened);
      second(bench, side, file);
      cancelled(bench, side, opened);
      bench
          .report()
          .add(
              Row.figure(
                  9,
                  "the adapter, after all this, resident",
                  side.version(),
                  Memory.resident(editor.process()),
                  "MiB",
                  120));
    }
  }

  private static Opened open(LspClient editor, Path file) throws IOException {
    var saved = Files.readString(file);
    int at = saved.indexOf('\n', saved.indexOf("names.all")) + 1;
    var text = saved.substring(0, at) + TYPED + saved.substring(at);
    editor.open(file, text);
    return new Opened(editor, file, text);
  }

  /** From nothing: no adapter, and no daemon either. */
  private static void start(Bench bench, Side side, Path file) throws Exception {
    int times = bench.options().times(9, 2);
    long[] initialize = new long[times];
    long[] names = new long[times];
    for (int i = 0; i < times; i++) {
      long began = System.nanoTime();
      try (var editor = new LspClient(side.languageServer())) {
        editor.initialize(file.resolveSibling(".").normalize());
        initialize[i] = System.nanoTime() - began;
        var opened = open(editor, file);
        began = System.nanoTime();
        var answer = opened.outputs();
        names[i] = System.nanoTime() - began;
        if (!answer.path("isIncomplete").asBoolean()) {
          throw new IllegalStateException("a daemon that was not there answered");
        }
        if (!answer.path("items").toString().contains("\"nixosConfigurations\"")) {
          throw new IllegalStateException("the text was not asked");
        }
        // It was started by the question; only one that has started can be stopped.
        await(() -> !opened.complete("first").path("isIncomplete").asBoolean());
      }
      var _ = side.arda(side.work(), List.of("daemon", "stop"));
    }
    var report = bench.report();
    report.add(
        Row.figure(
            9,
            "`arda lsp` until it has answered `initialize`, without a daemon",
            Row.ANY,
            Samples.ofNanos(initialize).median(),
            "ms",
            400));
    report.add(
        Row.figure(
            9,
            "names from the text, the first question without a daemon",
            Row.ANY,
            Samples.ofNanos(names).median(),
            "ms",
            SLOWEST));
  }

  /** Until all is known that is asked for. */
  private static void settle(Opened opened) throws IOException {
    await(() -> opened.complete("first").path("items").size() >= HOSTS);
    await(() -> opened.complete("second").path("items").size() >= HOSTS);
    await(() -> opened.hover().path("contents").toString().contains("host01"));
  }

  /** Another editor, beside one that has warmed everything up. */
  private static void second(Bench bench, Side side, Path file) throws Exception {
    int times = bench.options().times(9, 2);
    long[] nanos = new long[times];
    for (int i = 0; i < times; i++) {
      long began = System.nanoTime();
      try (var editor = new LspClient(side.languageServer())) {
        editor.initialize(file.resolveSibling(".").normalize());
        var opened = open(editor, file);
        await(() -> opened.complete("first").path("items").size() >= HOSTS);
        nanos[i] = System.nanoTime() - began;
      }
    }
    bench
        .report()
        .add(
            Row.figure(
                9,
                "a second editor, from the start of `arda lsp` until it offers all hosts",
                side.version(),
                Samples.ofNanos(nanos).median(),
                "ms",
                300));
  }

  /** While the daemon does not run, so that nothing is answered before it is given up. */
  private static void cancelled(Bench bench, Side side, Opened opened) throws Exception {
    int times = bench.options().times(100, 20);
    int line = opened.line("third");
    int column = opened.lines().get(line).indexOf("config");
    long[] nanos = new long[times];
    // Not the one that the connection was made to first: several have been stopped since.
    var daemon =
        Long.toString(side.client().status(Deadline.after(Duration.ofMinutes(1))).getPid());
    var _ = side.run(side.work(), List.of("kill", "-STOP", daemon));
    try {
      for (int i = 0; i < times; i++) {
        nanos[i] = opened.editor().cancelled("textDocument/hover", opened.file(), line, column + 1);
      }
    } finally {
      var _ = side.run(side.work(), List.of("kill", "-CONT", daemon));
    }
    var samples = Samples.ofNanos(nanos);
    bench
        .report()
        .add(
            Row.figure(
                9,
                "a question is given up, until that is confirmed, p99 of " + times,
                side.version(),
                samples.quantile(0.99),
                "ms",
                SLOWEST));
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition) throws IOException {
    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!condition.holds()) {
      if (System.nanoTime() - until > 0) {
        throw new IllegalStateException("no answer within five minutes");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private interface Question {
    JsonNode ask() throws IOException;
  }

  private static void warm(Bench bench, Side side, Opened opened) throws Exception {
    int times = bench.options().times(1000, 100);
    report(bench, side, "completion of 500 hosts", timed(times, () -> opened.complete("first")));
    report(
        bench,
        side,
        "completion among 10,000 names",
        timed(times, () -> opened.complete("second")));
    report(bench, side, "hover on a value", timed(times, opened::hover));
  }

  private static Samples timed(int times, Question question) throws IOException {
    long[] nanos = new long[times];
    for (int i = -times / 4; i < times; i++) {
      long began = System.nanoTime();
      var answer = question.ask();
      if (i >= 0) {
        nanos[i] = System.nanoTime() - began;
      }
      if (answer.isNull()) {
        throw new IllegalStateException("no answer");
      }
    }
    return Samples.ofNanos(nanos);
  }

  private static void report(Bench bench, Side side, String what, Samples samples) {
    bench
        .report()
        .add(
            Row.figure(
                9,
                what + ", p50 of " + samples.count(),
                side.version(),
                samples.median(),
                "ms",
                MEDIAN));
    bench
        .report()
        .add(Row.figure(9, what + ", p99", side.version(), samples.quantile(0.99), "ms", SLOWEST));
  }

  /** Each key changes the document and asks for completion, as editors do. */
  private static void typing(Bench bench, Side side, Opened opened, String what) throws Exception {
    int keys = bench.options().times(300, 30);
    int line = opened.line("first");
    int column = opened.lines().get(line).length();
    long[] nanos = new long[keys];
    long next = System.nanoTime();
    for (int i = 0; i < keys; i++) {
      LockSupport.parkNanos(next - System.nanoTime());
      next += TimeUnit.SECONDS.toNanos(1) / 15;
      // A name of twelve letters, over and over; behind each a new one begins.
      var key = i % 12 == 11 ? "." : "host".charAt(i % 4) + "";
      long began = System.nanoTime();
      opened.editor().type(opened.file(), line, column + i, key);
      var _ = opened.editor().at("textDocument/completion", opened.file(), line, column + i + 1);
      nanos[i] = System.nanoTime() - began;
    }
    opened.editor().open(opened.file(), opened.text());
    report(bench, side, "completion while " + what, Samples.ofNanos(nanos));
  }

  /** The load is another flake of the same daemon, the one of the other sections. */
  private static void busy(Bench bench, Side side, Opened opened) throws Exception {
    var other = FleetFlake.create(side, bench.options().fleet(), "busy");
    try (var load = FleetLoad.start(side, other)) {
      int before = load.evaluated();
      long began = System.nanoTime();
      try (var machine = WakeUps.start(side.workspace())) {
        typing(bench, side, opened, "typing, and while a fleet is evaluated");
        int times = bench.options().times(300, 30);
        report(bench, side, "hover while a fleet is evaluated", timed(times, opened::hover));
        yardstick(bench, side, "a thread that slept is late", machine.late());
        yardstick(bench, side, "a byte to `cat` and back", machine.thereAndBack());
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      int fleets = load.evaluated() - before;
      bench
          .report()
          .add(
              Row.fact(
                  9,
                  "meanwhile, for comparison: evaluations of "
                      + other.size()
                      + ", each from nothing",
                  side.version(),
                  "%d whole ones in %.0f s".formatted(fleets, seconds),
                  fleets));
    }
  }

  private static void yardstick(Bench bench, Side side, String what, Samples samples) {
    bench
        .report()
        .add(
            Row.fact(
                9,
                "meanwhile, for comparison: " + what + ", p50 and p99 of " + samples.count(),
                side.version(),
                Samples.show(samples.median()) + ", " + Samples.show(samples.quantile(0.99)),
                samples.quantile(0.99)));
  }

  private static void saved(Bench bench, Side side, FleetFlake fleet, Opened opened)
      throws Exception {
    int times = bench.options().times(7, 2);
    long[] nanos = new long[times];
    for (int i = 0; i < times; i++) {
      long began = System.nanoTime();
      Files.writeString(fleet.directory().resolve("fleet.json"), SIZE.formatted(HOSTS + i + 1));
      opened.editor().saved(opened.file());
      var wanted = "\"host" + (HOSTS + i) + "\"";
      await(() -> opened.complete("first").toString().contains(wanted));
      nanos[i] = System.nanoTime() - began;
    }
    bench
        .report()
        .add(
            Row.figure(
                9,
                "a file is saved, until a new evaluated name is offered",
                side.version(),
                Samples.ofNanos(nanos).median(),
                "ms",
                1000));
  }
}
