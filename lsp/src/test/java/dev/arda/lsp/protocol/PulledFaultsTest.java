package dev.arda.lsp.protocol;

import static dev.arda.lsp.protocol.ServerInProcess.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.client.Trust.Decision;
import dev.arda.lsp.document.Uris;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An editor that asks for faults is told when to ask again, and not told the faults as well. */
class PulledFaultsTest {

  private static final String TEXT =
      """
      { outputs = { self }: {
          a = select "nixosConfigurations.{a";
          b = self.nixosConfigurations.web1;
        }; }
      """;

  @TempDir Path home;
  private Path flake;
  private ServerInProcess server;

  @BeforeEach
  void setUp() throws Exception {
    flake = Files.createDirectory(home.resolve("flake")).toRealPath();
    Files.writeString(flake.resolve("flake.nix"), TEXT);
    server = new ServerInProcess(home);
    server.decide(flake, Decision.TRUSTED);
  }

  @AfterEach
  void tearDown() throws Exception {
    server.close();
  }

  private String uri() {
    return Uris.of(flake.resolve("flake.nix"));
  }

  private String faults() {
    var report =
        server.editor.result(
            "textDocument/diagnostic", json("{'textDocument':{'uri':'" + uri() + "'}}"));
    assertThat(report.getAsJsonObject().get("kind").getAsString()).isEqualTo("full");
    return report.toString();
  }

  @Test
  void faults_areThoseOfTheMoment_andAskedForAgainWhenMoreIsKnown() throws Exception {
    var capabilities =
        server
            .initialize(
                "{'textDocument':{'diagnostic':{}},'workspace':{'diagnostics':{'refreshSupport':true}}}")
            .toString();
    assertThat(capabilities).contains("\"interFileDependencies\":true");
    server.open(uri(), TEXT);
    assertThat(faults()).contains("\"code\":\"selector-").doesNotContain("web01");
    try (var daemon = new FakeDaemon(ServerInProcess.runtimeDirectory(home), 1)) {
      daemon.with("", "nixosConfigurations").with("nixosConfigurations.", "web01");
      server.editor.await("workspace/diagnostic/refresh");
      assertThat(faults()).contains("did you mean 'web01'?", "\"code\":\"selector-");
    }
    assertThat(server.editor.count("textDocument/publishDiagnostics")).isZero();
  }

  @Test
  void editorThatCannotBeToldToAsk_isToldTheFaults() {
    var capabilities = server.initialize("{'textDocument':{'diagnostic':{}}}").toString();
    assertThat(capabilities).doesNotContain("diagnosticProvider");
    server.open(uri(), TEXT);
    assertThat(server.editor.await("textDocument/publishDiagnostics").toString())
        .contains("selector-");
  }
}
