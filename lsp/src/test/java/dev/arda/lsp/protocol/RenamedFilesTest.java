package dev.arda.lsp.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.arda.lsp.document.Uris;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Edits come with the versions of documents, to an editor that takes these. */
class RenamedFilesTest {

  private static final String FLAKE =
      """
      { outputs = { self }: {
          nixosConfigurations = import ./hosts.nix;
          x = self.nixosConfigurations.web01;
        }; }
      """;

  @TempDir Path home;

  private JsonObject renamed(String capabilities) throws Exception {
    var root = Files.createDirectory(home.resolve("fleet")).toRealPath();
    var flake = root.resolve("flake.nix");
    Files.writeString(flake, FLAKE);
    Files.writeString(root.resolve("hosts.nix"), "{ web01 = { }; }\n");
    var server = new ServerInProcess(home);
    try {
      server.initialize(capabilities);
      server.open(Uris.of(flake), FLAKE);
      server.change(Uris.of(flake), 7, "[{\"text\":" + new JsonPrimitive(FLAKE) + "}]");
      var params = (JsonObject) server.at(Uris.of(flake), 2, 36);
      params.addProperty("newName", "web02");
      return server.editor.result("textDocument/rename", params).getAsJsonObject();
    } finally {
      server.close();
    }
  }

  @Test
  void versions_areThoseOfDocuments_andNullOfFilesThatAreNotOpen() throws Exception {
    var edit = renamed("{'workspace':{'workspaceEdit':{'documentChanges':true}}}");
    assertThat(edit.has("changes")).isFalse();
    var files = edit.getAsJsonArray("documentChanges");
    assertThat(files).hasSize(2);
    for (var file : files) {
      var document = file.getAsJsonObject().getAsJsonObject("textDocument");
      assertThat(file.getAsJsonObject().getAsJsonArray("edits").toString()).contains("web02");
      assertThat(document.has("version")).isTrue();
      assertThat(document.get("version").toString())
          .isEqualTo(document.get("uri").getAsString().endsWith("flake.nix") ? "7" : "null");
    }
  }

  @Test
  void editorThatTakesNoVersions_getsNone() throws Exception {
    var edit = renamed("{}");
    assertThat(edit.has("documentChanges")).isFalse();
    assertThat(edit.getAsJsonObject("changes").keySet()).hasSize(2);
  }
}
