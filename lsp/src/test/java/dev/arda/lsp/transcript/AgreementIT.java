package dev.arda.lsp.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.arda.lsp.document.Uris;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What is offered is what plain {@code nix eval} says there is, and selects it when it is taken.
 */
@ExtendWith(SharedDistribution.class)
class AgreementIT {

  /** Names that Nix, selectors, strings or JSON could take for something else. */
  private static final List<String> NAMES =
      List.of(
          "plain",
          "a.b",
          "a b",
          "q\"t",
          "b\\s",
          "${x}",
          "''",
          "*",
          "?m",
          "m?n",
          "{c}",
          "n,m",
          "é🐣",
          "",
          "it's",
          "let",
          "if",
          "-d",
          "1a",
          "#",
          "x@y",
          "tab\there");

  private static final String SAVED =
      "{ outputs = { self }: { tree = builtins.fromJSON (builtins.readFile ./tree.json); }; }";

  private static String quoted(String name) {
    return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"").replace("${", "\\${") + '"';
  }

  @Test
  void names_areThoseOfNix_andWhatIsInsertedSelectsThem(Distribution distribution)
      throws Exception {
    var flake = distribution.flake("agreement");
    var tree = new LinkedHashMap<String, Map<String, Integer>>();
    int number = 0;
    for (var name : NAMES) {
      var inner = new TreeMap<String, Integer>();
      for (var below : NAMES.subList(0, 1 + number % 5)) {
        inner.put(below, number++);
      }
      tree.put(name, inner);
    }
    Files.writeString(flake.resolve("tree.json"), new Gson().toJson(tree));
    Files.writeString(flake.resolve("flake.nix"), SAVED);
    var _ = distribution.run(flake, List.of("trust", "."));
    var nix = attributes(distribution, flake);

    var server = distribution.server(Map.of());
    try {
      var editor = new EditorEnd(server.getInputStream(), server.getOutputStream());
      Player.begin(editor);
      var inserted = new ArrayList<String>();
      var prefixes = new ArrayList<String>(List.of(""));
      NAMES.forEach(name -> prefixes.add(quoted(name) + "."));
      open(editor, flake, prefixes);
      for (int i = 0; i < prefixes.size(); i++) {
        var items = items(editor, flake, i, prefixes.get(i));
        var expected = i == 0 ? Set.copyOf(nix.keySet()) : nix.get(NAMES.get(i - 1));
        assertThat(items.keySet()).as(prefixes.get(i)).isEqualTo(expected);
        for (var item : items.values()) {
          inserted.add("t." + prefixes.get(i) + item);
        }
      }
      assertThat(inserted).hasSize(NAMES.size() + number);
      assertThat(existing(distribution, flake, inserted)).isEqualTo(inserted.size());
      Player.end(editor);
    } finally {
      server.destroy();
      var _ = server.onExit().join();
    }
  }

  private static Map<String, Set<String>> attributes(Distribution distribution, Path flake) {
    var said = nix(distribution, flake, ".#tree", "t: builtins.mapAttrs (n: builtins.attrNames) t");
    var result = new TreeMap<String, Set<String>>();
    JsonParser.parseString(said)
        .getAsJsonObject()
        .asMap()
        .forEach((name, names) -> {
          var set = new TreeSet<String>();
          names.getAsJsonArray().forEach(one -> set.add(one.getAsString()));
          result.put(name, set);
        });
    return result;
  }

  /** How many of these paths there are. */
  private static int existing(Distribution distribution, Path flake, List<String> paths) {
    var each = new StringBuilder("t: builtins.foldl' (n: one: n + one) 0 [");
    paths.forEach(path -> each.append(" (builtins.seq (").append(path).append(") 1)"));
    return Integer.parseInt(
        nix(distribution, flake, ".#tree", each.append(" ]").toString()).strip());
  }

  private static String nix(
      Distribution distribution, Path flake, String installable, String apply) {
    return Distribution.output(
        distribution.start(flake, List.of("nix", "eval", "--json", installable, "--apply", apply)));
  }

  private static String line(int index, String prefix) {
    return "  x%d = self.tree.%s;".formatted(index, prefix);
  }

  private static void open(EditorEnd editor, Path flake, List<String> prefixes) {
    var text = new StringBuilder("{ outputs = { self }: {\n");
    for (int i = 0; i < prefixes.size(); i++) {
      text.append(line(i, prefixes.get(i))).append('\n');
    }
    var document = new JsonObject();
    document.addProperty("uri", Uris.of(flake.resolve("flake.nix")));
    document.addProperty("languageId", "nix");
    document.addProperty("version", 1);
    document.addProperty("text", text.append("}; }\n").toString());
    var params = new JsonObject();
    params.add("textDocument", document);
    editor.tell("textDocument/didOpen", params);
  }

  /** Labels, and what is inserted for each; waits until they are all known. */
  private static Map<String, String> items(EditorEnd editor, Path flake, int index, String prefix) {
    var place =
        JsonParser.parseString(
            "{\"textDocument\":{\"uri\":\"%s\"},\"position\":{\"line\":%d,\"character\":%d}}"
                .formatted(
                    Uris.of(flake.resolve("flake.nix")),
                    index + 1,
                    line(index, prefix).length() - 1));
    var list =
        Repeatedly.ask(
            () -> editor.result("textDocument/completion", place).getAsJsonObject(),
            answer -> !answer.get("isIncomplete").getAsBoolean());
    assertThat(list.get("isIncomplete").getAsBoolean()).as(prefix).isFalse();
    var result = new TreeMap<String, String>();
    for (var one : list.getAsJsonArray("items")) {
      var item = one.getAsJsonObject();
      result.put(
          item.get("label").getAsString(),
          item.getAsJsonObject("textEdit").get("newText").getAsString());
    }
    return result;
  }
}
