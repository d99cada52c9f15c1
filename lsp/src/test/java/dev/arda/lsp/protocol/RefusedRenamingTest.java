package dev.arda.lsp.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.arda.lsp.document.Uris;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusedRenamingTest {

  private static final String FLAKE =
      """
      { outputs = { self, lib }: {
          nixosConfigurations = lib.listToAttrs (map (name: { inherit name; value = { }; }) [ "web01" ]);
          x = self.nixosConfigurations.web01;
        }; }
      """;

  @Test
  void whatIsNotDefinedInTheText_isRefusedWithTheReason(@TempDir Path home) throws Exception {
    var root = Files.createDirectory(home.resolve("fleet")).toRealPath();
    Files.writeString(root.resolve("flake.nix"), FLAKE);
    var uri = Uris.of(root.resolve("flake.nix"));
    var server = new ServerInProcess(home);
    try {
      server.initialize("{}");
      server.open(uri, FLAKE);
      var params = (JsonObject) server.at(uri, 2, 36);
      params.addProperty("newName", "web02");
      for (var method : List.of("textDocument/prepareRename", "textDocument/rename")) {
        assertThat(server.editor.ask(method, params).await().getAsJsonObject("error"))
            .as(method)
            .asString()
            .contains("where 'web01' is defined is not in the files that are read");
      }
    } finally {
      server.close();
    }
  }
}
