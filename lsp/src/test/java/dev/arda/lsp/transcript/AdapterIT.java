package dev.arda.lsp.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.arda.lsp.document.Uris;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The process {@code arda lsp}: how it begins and ends, and what becomes of it when its daemon
 * does. {@link EditorEnd} fails on anything on standard output that is no frame.
 */
@ExtendWith(SharedDistribution.class)
class AdapterIT {

  private static final String TEXT =
      """
      {
        outputs = { self }: {
          nixosConfigurations = builtins.mapAttrs (name: x: { config = x; }) { web01 = { }; db01 = { }; };
          x = self.nixosConfigurations.web01;
          y = self.slow.first or 1;
          slow = if builtins.foldl' builtins.add 0 (builtins.genList (n: n) 2000000) > 0 then { first = 1; } else { };
        };
      }
      """;

  private static Distribution distribution;
  private static Path flake;

  @BeforeAll
  static void start(Distribution shared) throws Exception {
    distribution = shared;
    flake = shared.flake("adapter");
    Files.writeString(flake.resolve("flake.nix"), TEXT);
    var _ = shared.run(flake, List.of("trust", "."));
  }

  /** A server, and an editor that has begun with it. */
  private record Pair(Process server, EditorEnd editor) implements AutoCloseable {
    static Pair begin(Map<String, String> variables, String processId) {
      var server = distribution.server(variables);
      var editor = new EditorEnd(server.getInputStream(), server.getOutputStream());
      editor.result(
          "initialize",
          JsonParser.parseString("{\"processId\":" + processId + ",\"capabilities\":{}}"));
      editor.tell("initialized", new JsonObject());
      return new Pair(server, editor);
    }

    static Pair begin() {
      return opened(begin(Map.of(), "null"));
    }

    static Pair opened(Pair pair) {
      var document = new JsonObject();
      document.addProperty("uri", Uris.of(flake.resolve("flake.nix")));
      document.addProperty("languageId", "nix");
      document.addProperty("version", 1);
      document.addProperty("text", TEXT);
      var params = new JsonObject();
      params.add("textDocument", document);
      pair.editor.tell("textDocument/didOpen", params);
      return pair;
    }

    String hosts() {
      return editor
          .result("textDocument/completion", behind(3, "    x = self.nixosConfigurations."))
          .toString();
    }

    /** Asks for what can follow `self.slow.`, which takes some time to know. */
    EditorEnd.Asked slow() {
      return editor.ask("textDocument/completion", behind(4, "    y = self.slow."));
    }

    private static JsonElement behind(int line, String text) {
      return JsonParser.parseString(
          """
          {"textDocument":{"uri":"%s"},"position":{"line":%d,"character":%d}}
          """
              .formatted(Uris.of(flake.resolve("flake.nix")), line, text.length()));
    }

    /** Asks until the hosts are those of the present state. */
    void awaitCurrent() {
      var found = Repeatedly.ask(this::hosts, Pair::isCurrent);
      assertThat(isCurrent(found)).as(found).isTrue();
    }

    private static boolean isCurrent(String found) {
      return found.contains("\"db01\"") && found.contains("\"isIncomplete\":false");
    }

    @Override
    public void close() {
      server.destroy();
      var _ = server.onExit().join();
    }
  }

  /** Processes of daemons that use a directory. */
  private static List<Path> daemons(Path runtime) throws IOException {
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      var found = new ArrayList<Path>();
      for (var process : processes) {
        var command = said(process.resolve("cmdline"));
        if (command.contains("DaemonMain") && command.contains(runtime.toString())) {
          found.add(process);
        }
      }
      return found;
    }
  }

  private static String said(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has ended meanwhile
    }
  }

  @Test
  void twoEditorsAtOnce_startOneDaemon() throws Exception {
    var runtime = distribution.noDaemon();
    var place = Map.of("ARDA_RUNTIME_DIR", runtime.toString());
    try (var one = Pair.begin(place, "null");
        var other = Pair.begin(place, "null")) {
      Pair.opened(one);
      Pair.opened(other);
      one.awaitCurrent();
      other.awaitCurrent();
      assertThat(daemons(runtime)).hasSize(1);
    } finally {
      Distribution.output(
          distribution.start(
              flake, place, List.of(distribution.arda().toString(), "daemon", "stop")));
    }
  }

  /** How many questions evaluators have answered, warm ones and others. */
  private static int evaluations() {
    return distribution
        .run(flake, List.of("daemon", "metrics"))
        .lines()
        .filter(line -> line.startsWith("arda_evaluator_question_seconds_count"))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void questionsThatOvertakeEachOther_shareAnEvaluation() {
    try (var pair = Pair.begin()) {
      pair.awaitCurrent();
      int before = evaluations();
      var asked = new ArrayList<EditorEnd.Asked>();
      for (int i = 0; i < 50; i++) {
        asked.add(pair.slow());
        if (i > 0) {
          pair.editor.tell(
              "$/cancelRequest", JsonParser.parseString("{\"id\":" + asked.get(i - 1).id() + "}"));
        }
      }
      for (var one : asked) {
        assertThat(one.await().toString()).containsAnyOf("-32800", "isIncomplete");
      }
      var known =
          Repeatedly.ask(
              () -> pair.slow().await().toString(), answer -> answer.contains("\"first\""));
      assertThat(known).contains("\"first\"");
      // Counted once it is answered; what is asked for faults meanwhile, a question for each output
      // and host, is not shared.
      assertThat(Repeatedly.ask(AdapterIT::evaluations, now -> now > before) - before)
          .isBetween(1, 20);
    }
  }

  private static long daemon() {
    var status =
        JsonParser.parseString(distribution.run(flake, List.of("daemon", "status", "--json")));
    return status.getAsJsonObject().get("pid").getAsLong();
  }

  private static void signal(String signal, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor())
        .isZero();
  }

  @Test
  void initialize_needsNoDaemon() throws Exception {
    var runtime = distribution.noDaemon();
    long began = System.nanoTime();
    try (var pair = Pair.begin(Map.of("ARDA_RUNTIME_DIR", runtime.toString()), "null")) {
      System.out.printf("initialize after %d ms%n", (System.nanoTime() - began) / 1_000_000);
      try (var files = Files.list(runtime)) {
        assertThat(files).isEmpty();
      }
      assertThat(pair.server.isAlive()).isTrue();
    }
  }

  @Test
  void endOfInput_endsTheProcess() throws Exception {
    try (var pair = Pair.begin(Map.of(), "null")) {
      pair.editor.close();
      assertThat(pair.server.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(pair.server.exitValue()).isOne();
    }
  }

  @Test
  void endOfTheParent_endsTheProcess_whoeverHoldsTheStreams() throws Exception {
    var parent = new ProcessBuilder("sleep", "600").start();
    try (var pair = Pair.begin(Map.of(), Long.toString(parent.pid()))) {
      parent.destroy();
      assertThat(pair.server.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void killedDaemon_isReplaced_whileItsNamesAreStillOffered() throws Exception {
    try (var pair = Pair.begin()) {
      pair.awaitCurrent();
      long before = daemon();
      var process = ProcessHandle.of(before).orElseThrow();
      signal("KILL", before);
      process.onExit().get(60, TimeUnit.SECONDS);
      assertThat(pair.hosts()).contains("\"db01\"");
      pair.awaitCurrent();
      pair.editor.await("window/logMessage");
      assertThat(daemon()).isNotEqualTo(before);
    }
  }

  @Test
  void stoppedDaemon_isToldOnce_whileItsNamesAreStillOffered() throws Exception {
    try (var pair = Pair.begin()) {
      pair.awaitCurrent();
      long pid = daemon();
      signal("STOP", pid);
      try {
        // The last word counts until the next key, and what was so a moment ago for a moment.
        var found =
            Repeatedly.ask(
                pair::hosts,
                hosts -> {
                  assertThat(hosts).contains("\"db01\"");
                  return hosts.contains("of an earlier state");
                });
        assertThat(found).contains("\"db01\"", "of an earlier state");
        pair.editor.await("window/showMessage");
        assertThat(pair.hosts()).contains("\"db01\"");
      } finally {
        signal("CONT", pid);
      }
      pair.hosts();
      pair.editor.await("window/logMessage");
      pair.awaitCurrent();
      assertThat(pair.editor.count("window/showMessage")).isOne();
    }
  }
}
