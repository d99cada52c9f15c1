package dev.arda.lsp.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.arda.lsp.document.Uris;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An editor that came to a flake by a symbolic link, such as {@code /etc/nixos}. */
class LinkedFolderTest {

  private static final String FLAKE =
      """
      { outputs = { self }: {
          nixosConfigurations.web01 = { };
          x = self.nixosConfigurations.web01;
        }; }
      """;

  @TempDir Path home;
  private Path real;
  private Path link;
  private ServerInProcess server;

  @BeforeEach
  void setUp() throws Exception {
    real = Files.createDirectory(home.resolve("fleet")).toRealPath();
    link = Files.createSymbolicLink(home.resolve("nixos"), real);
    Files.writeString(real.resolve("flake.nix"), FLAKE);
    Files.writeString(real.resolve("clan.nix"), "{ }\n");
    server = new ServerInProcess(home);
    server.initialize("{}");
  }

  @AfterEach
  void tearDown() throws Exception {
    server.close();
  }

  private String uri(String file) {
    return Uris.of(link.resolve(file));
  }

  /** What is renamed lies a line further down than in the file as it is saved. */
  @Test
  void renaming_changesTheTextThatIsOpen() {
    server.open(uri("flake.nix"), FLAKE);
    server.change(
        uri("flake.nix"),
        2,
        "[{\"range\":{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":0,\"character\":0}},\"text\":\"# new\\n\"}]");
    var params = (JsonObject) server.at(uri("flake.nix"), 2, 26);
    params.addProperty("newName", "web02");
    var changes =
        server
            .editor
            .result("textDocument/rename", params)
            .getAsJsonObject()
            .getAsJsonObject("changes");
    assertThat(changes.keySet()).containsExactly(uri("flake.nix"));
    assertThat(changes.toString())
        .contains("\"line\":2", "\"line\":3")
        .doesNotContain("\"line\":1");
    assertThat(server.editor.result("textDocument/definition", server.at(uri("flake.nix"), 3, 36)))
        .asString()
        .contains(uri("flake.nix"), "\"line\":2");
  }

  @Test
  void otherFilesThatAreOpen_countAsTheyAreInTheEditor() {
    server.open(uri("flake.nix"), FLAKE);
    server.open(uri("clan.nix"), "{ machines.unsaved = { }; }\n");
    var text = FLAKE.replace("x =", "deploy.nodes. = { }; x =");
    server.change(
        uri("flake.nix"), 2, "[{\"text\":" + new com.google.gson.JsonPrimitive(text) + "}]");
    assertThat(
            server.editor.result(
                "textDocument/completion",
                server.at(uri("flake.nix"), 2, 4 + "deploy.nodes.".length())))
        .asString()
        .contains("\"unsaved\"");
  }
}
