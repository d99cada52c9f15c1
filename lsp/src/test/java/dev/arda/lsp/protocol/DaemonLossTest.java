package dev.arda.lsp.protocol;

import static dev.arda.lsp.protocol.ServerInProcess.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.arda.client.Trust.Decision;
import dev.arda.lsp.daemon.Patience;
import dev.arda.lsp.document.Uris;
import dev.arda.lsp.transcript.Repeatedly;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an editor sees while its daemon is absent, silent, killed, or busy with what nobody wants.
 */
class DaemonLossTest {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration SHORT = Duration.ofMillis(100);

  private static final String TEXT =
      """
      { outputs = { self }: {
          nixosConfigurations.inText = { };
          a = self.nixosConfigurations.;
          b = self.packages.x86_64-linux.;
        }; }
      """;

  @TempDir Path home;
  private Path flake;
  private Optional<ServerInProcess> started = Optional.empty();

  @BeforeEach
  void setUp() throws Exception {
    flake = Files.createDirectory(home.resolve("flake")).toRealPath();
    Files.writeString(flake.resolve("flake.nix"), TEXT);
  }

  @AfterEach
  void tearDown() throws Exception {
    server().close();
  }

  private ServerInProcess server() {
    return started.orElseThrow();
  }

  private void start(Duration wait, Duration stuck) throws Exception {
    start(
        new Patience(
            Duration.ZERO, Duration.ZERO, wait, wait, wait, wait, wait, wait, stuck, LONG, SHORT));
  }

  private void start(Patience patience) throws Exception {
    started = Optional.of(new ServerInProcess(home, patience));
    server().decide(flake, Decision.TRUSTED);
    server().initialize("{}");
    server().open(uri(), TEXT);
  }

  private Path runtime() {
    return ServerInProcess.runtimeDirectory(home);
  }

  private String uri() {
    return Uris.of(flake.resolve("flake.nix"));
  }

  private String hosts() {
    return server()
        .editor
        .result(
            "textDocument/completion",
            server().at(uri(), 2, "    a = self.nixosConfigurations.".length()))
        .toString();
  }

  private void awaitHosts(String... labels) {
    var found = Repeatedly.ask(this::hosts, answer -> hasAll(answer, labels));
    for (var label : labels) {
      assertThat(found).contains("\"label\":\"" + label + "\"");
    }
  }

  private static boolean hasAll(String found, String... labels) {
    for (var label : labels) {
      if (!found.contains("\"label\":\"" + label + "\"")) {
        return false;
      }
    }
    return true;
  }

  private JsonObject said(String method, String words) {
    return server()
        .editor
        .await(message ->
            message.has("method")
                && message.get("method").getAsString().equals(method)
                && message.toString().contains(words));
  }

  @Test
  void cancelledRequest_isAnsweredAtOnce_andSoIsTheDaemonsCallCancelled() throws Exception {
    try (var daemon = new FakeDaemon(runtime(), 1)) {
      daemon.with("", "x").with("nixosConfigurations.", "web01");
      start(LONG, LONG);
      awaitHosts("web01");
      daemon.silent = true;
      var asked =
          server()
              .editor
              .ask(
                  "textDocument/completion",
                  server().at(uri(), 3, "    b = self.packages.x86_64-linux.".length()));
      while (!"packages.x86_64-linux.".equals(daemon.asked.poll(60, TimeUnit.SECONDS))) {
        // others were asked before
      }
      long began = System.nanoTime();
      server().editor.tell("$/cancelRequest", json("{'id':" + asked.id() + "}"));
      var answer = asked.await();
      long took = System.nanoTime() - began;
      assertThat(answer.getAsJsonObject("error").get("code").getAsInt()).isEqualTo(-32800);
      assertThat(daemon.cancelled.poll(60, TimeUnit.SECONDS)).isEqualTo("packages.x86_64-linux.");
      // 50 ms are wanted, and docs/editors.md tells what is measured; this only says "not later".
      assertThat(Duration.ofNanos(took)).isLessThan(Duration.ofSeconds(30));
      System.out.printf("cancelled after %.1f ms%n", took / 1e6);
    }
  }

  @Test
  void whoHasNothingElseToLookAt_waitsLonger() throws Exception {
    try (var daemon = new FakeDaemon(runtime(), 1)) {
      daemon.evaluated = new CompletableFuture<>();
      daemon.with("nixosConfigurations.", "web01").with("packages.x86_64-linux.", "hello");
      start(
          new Patience(
              Duration.ZERO,
              Duration.ZERO,
              SHORT,
              SHORT,
              SHORT,
              LONG,
              SHORT,
              SHORT,
              LONG,
              LONG,
              SHORT));
      var packages =
          server()
              .editor
              .ask(
                  "textDocument/completion",
                  server().at(uri(), 3, "    b = self.packages.x86_64-linux.".length()));
      assertThat(hosts()).contains("\"label\":\"inText\"", "\"isIncomplete\":true");
      daemon.evaluated.complete(null);
      assertThat(packages.await().toString()).contains("\"label\":\"hello\"");
    }
  }

  @Test
  void slowDaemon_doesNotKeepWhoTypes() throws Exception {
    try (var daemon = new FakeDaemon(runtime(), 1)) {
      daemon.with("", "x").with("nixosConfigurations.", "web01");
      // Only what was so a moment ago is answered before the daemon says so, and LONG is not over.
      start(
          new Patience(
              Duration.ZERO, LONG, SHORT, LONG, LONG, LONG, LONG, LONG, LONG, LONG, SHORT));
      awaitHosts("web01");
      daemon.silent = true;
      assertThat(hosts())
          .contains("\"label\":\"web01\"", "\"isIncomplete\":true")
          .doesNotContain("of an earlier state");
    }
  }

  @Test
  void behindTheNextKey_theWordOfTheLastOneCounts_andThatOfTheDaemonBehindTheOneAfter()
      throws Exception {
    try (var daemon = new FakeDaemon(runtime(), 1)) {
      daemon.with("", "x").with("nixosConfigurations.", "web01");
      start(new Patience(LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG, SHORT));
      awaitHosts("web01");
      daemon.silent = true;
      // With LONG to wait, this would not be answered if the daemon were waited for.
      assertThat(hosts()).contains("\"label\":\"web01\"", "\"isIncomplete\":false");
      daemon.silent = false;
      daemon.with("nixosConfigurations.", "web02");
      awaitHosts("web02");
      assertThat(hosts()).doesNotContain("\"label\":\"web01\"");
    }
  }

  @Test
  void namesThatAreKnown_doNotTravelAgain() throws Exception {
    try (var daemon = new FakeDaemon(runtime(), 1)) {
      daemon.with("", "x").with("nixosConfigurations.", "web01");
      start(LONG, LONG);
      awaitHosts("web01");
      int before = daemon.unchanged.get();
      assertThat(hosts()).contains("\"label\":\"web01\"", "\"isIncomplete\":false");
      assertThat(daemon.unchanged.get()).isGreaterThan(before);
      daemon.with("nixosConfigurations.", "web02");
      assertThat(hosts()).contains("\"label\":\"web02\"").doesNotContain("\"label\":\"web01\"");
      daemon.old = true;
      assertThat(hosts()).contains("\"label\":\"web02\"");
    }
  }

  @Test
  void silentDaemon_isToldOnce_whileItsNamesAreStillKnown() throws Exception {
    try (var daemon = new FakeDaemon(runtime(), 1)) {
      daemon.with("", "x").with("nixosConfigurations.", "web01");
      start(Duration.ofSeconds(1), Duration.ofSeconds(2));
      awaitHosts("web01", "inText");
      daemon.silent = true;
      var warned = server().editor.count("window/showMessage");
      for (int i = 0; i < 3; i++) {
        assertThat(hosts())
            .contains("\"label\":\"web01\"")
            .contains("host · of an earlier state")
            .contains("\"isIncomplete\":true");
      }
      said("window/showMessage", "does not answer");
      for (int i = 0; i < 3; i++) {
        hosts();
      }
      assertThat(server().editor.count("window/showMessage") - warned).isEqualTo(1);
      daemon.silent = false;
      hosts();
      said("window/logMessage", "answers again");
      awaitHosts("web01");
      assertThat(server().editor.count("window/showMessage") - warned).isEqualTo(1);
    }
  }

  private String hover() {
    return server()
        .editor
        .result("textDocument/hover", server().at(uri(), 1, "    nixosConfigurations.inT".length()))
        .toString();
  }

  @Test
  void hoveringOverWhatIsKnown_waitsLittleForASilentDaemon() throws Exception {
    var names = Duration.ofSeconds(5);
    try (var daemon = new FakeDaemon(runtime(), 1)) {
      daemon.with("", "x").valued("nixosConfigurations.inText", "4711");
      start(
          new Patience(
              Duration.ZERO,
              Duration.ZERO,
              SHORT,
              SHORT,
              names,
              SHORT,
              LONG,
              SHORT,
              LONG,
              LONG,
              SHORT));
      assertThat(Repeatedly.ask(this::hover, answer -> answer.contains("4711"))).contains("4711");
      daemon.silent = true;
      // With LONG for what is not known, this would not be answered if that were waited for.
      assertThat(hover()).contains("4711", "of an earlier state");
      long began = System.nanoTime();
      for (int i = 0; i < 3; i++) {
        assertThat(hover()).contains("4711", "of an earlier state");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(names);
    }
  }

  @Test
  void daemonThatDied_isNotSaidToTakeQuestions() throws Exception {
    long noProcess = Integer.MAX_VALUE;
    try (var daemon = new FakeDaemon(runtime(), noProcess)) {
      daemon.with("", "x").with("nixosConfigurations.", "web01");
      start(SHORT, Duration.ofSeconds(1));
      awaitHosts("web01");
      daemon.silent = true;
      hosts();
      said("window/showMessage", "it has ended");
    }
  }

  @Test
  void daemonThatDied_isAskedAgainOnceThereIsOne() throws Exception {
    try (var first = new FakeDaemon(runtime(), 1)) {
      first.with("", "x").with("nixosConfigurations.", "web01");
      start(Duration.ofSeconds(1), LONG);
      awaitHosts("web01");
      first.crash();
      // There is none to ask and none to start; what was known is.
      assertThat(hosts()).contains("\"label\":\"web01\"").contains("of an earlier state");
      try (var second = new FakeDaemon(runtime(), 2)) {
        second.with("", "x").with("nixosConfigurations.", "web01", "web02");
        awaitHosts("web02");
      }
    }
  }

  @Test
  void placeThatOthersCanReach_isNotUsed_andSaidSo() throws Exception {
    Files.createDirectory(runtime());
    Files.setPosixFilePermissions(runtime(), PosixFilePermissions.fromString("rwxrwxrwx"));
    start(SHORT, LONG);
    assertThat(hosts()).contains("\"label\":\"inText\"", "\"isIncomplete\":true");
    said("window/showMessage", "so others can reach into it");
  }

  @Test
  void socketThatWasLeft_doesNotKeepAnotherDaemonFromBeingUsed() throws Exception {
    Files.createDirectory(
        runtime(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try (var left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(runtime().resolve("daemon-1.sock")));
    }
    start(SHORT, LONG);
    assertThat(hosts()).contains("\"label\":\"inText\"", "\"isIncomplete\":true");
    said("window/showMessage", "does not answer");
    try (var daemon = new FakeDaemon(runtime(), 1)) {
      daemon.with("", "x").with("nixosConfigurations.", "web01");
      awaitHosts("web01");
    }
  }

  @Test
  void absentDaemon_isToldOnce_andNamesComeFromTheText() throws Exception {
    start(SHORT, LONG);
    for (int i = 0; i < 5; i++) {
      assertThat(hosts()).contains("\"label\":\"inText\"").contains("\"isIncomplete\":true");
    }
    said("window/showMessage", "does not answer");
    assertThat(server().editor.count("window/showMessage")).isEqualTo(1);
    try (var daemon = new FakeDaemon(runtime(), 1)) {
      daemon.with("", "x").with("nixosConfigurations.", "web01");
      awaitHosts("web01");
      said("window/logMessage", "answers again");
      assertThat(server().editor.count("window/showMessage")).isEqualTo(1);
    }
  }

  @Test
  void daemonWithoutNix_isToldOnce_andTheTextIsCompletedFrom() throws Exception {
    try (var daemon = new FakeDaemon(runtime(), 1)) {
      daemon.withoutNix = "There is no Nix on the PATH of this shell (/bin).";
      start(LONG, LONG);
      said("window/showMessage", "There is no Nix on the PATH of this shell (/bin).");
      awaitHosts("inText");
      daemon.withoutNix = "";
      daemon.with("", "x").with("nixosConfigurations.", "web01");
      awaitHosts("inText", "web01");
      daemon.withoutNix = "There is none again.";
      for (int i = 0; i < 3; i++) {
        awaitHosts("inText");
      }
      assertThat(server().editor.count("window/showMessage")).isEqualTo(1);
    }
  }
}
