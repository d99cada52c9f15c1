package dev.arda.lsp.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NixTextTest {

  @Test
  void anyText_isCutWithoutHolesAndHasContextsEverywhere() {
    var texts = new ArrayList<>(Samples.BROKEN);
    for (int i = 0; i <= Samples.FLEET.length(); i++) {
      texts.add(Samples.FLEET.substring(0, i));
    }
    for (var text : texts) {
      assertThat(joined(text)).isEqualTo(text);
      NixText.of(text).cursorAt(text.length());
    }
  }

  @Test
  void everyPlaceOfAText_hasAContext() {
    for (var text : Samples.BROKEN) {
      for (int i = 0; i <= text.length(); i++) {
        NixText.of(text).cursorAt(i);
      }
    }
    var fleet = NixText.of(Samples.FLEET);
    for (int i = 0; i <= Samples.FLEET.length(); i++) {
      fleet.cursorAt(i);
    }
  }

  @Test
  void randomlyDamagedTexts_areRead() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    String pieces = "{}[]()\"'$\\.;=:@?,#/*~<> \n\tab_-1\u00e9\uD83D\uDE00";
    for (int round = 0; round < 1_000; round++) {
      var text = new StringBuilder(Samples.FLEET);
      for (int i = random.nextInt(6); i >= 0; i--) {
        int at = random.nextInt(text.length() + 1);
        if (random.nextBoolean()) {
          text.insert(at, pieces.charAt(random.nextInt(pieces.length())));
        } else {
          text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
        }
      }
      assertThat(joined(text.toString())).as("seed %d", seed).isEqualTo(text.toString());
      NixText.of(text.toString()).cursorAt(random.nextInt(text.length() + 1));
    }
  }

  @Test
  void deepNesting_needsNoStack() {
    int depth = 50_000;
    for (var open : List.of("{ a = ", "[", "(", "let a = ", "\"${", "''${", "{", "a.${")) {
      NixText.of(open.repeat(depth)).cursorAt(open.length() * depth);
    }
  }

  @Test
  void bindings_areFoundWhereTheyAre() {
    assertThat(paths(NixText.of(Samples.FLEET).bindings(), ""))
        .containsExactly(
            "description",
            "inputs.nixpkgs.url",
            "outputs",
            "outputs/let lib",
            "outputs/let mkHost",
            "outputs/let mkHost/modules",
            "outputs/let mkHost/modules/networking.hostName",
            "outputs/nixosConfigurations",
            "outputs/nixosConfigurations/web01",
            "outputs/nixosConfigurations/web.example.org",
            "outputs/nixosConfigurations.db01",
            "outputs/homeConfigurations.alice@web01",
            "outputs/homeConfigurations.alice@web01/inputs",
            "outputs/homeConfigurations.alice@web01/outPath",
            "outputs/text",
            "outputs/value",
            "outputs/?",
            "outputs/?/x",
            "outputs/?/y",
            "outputs/?/or",
            "outputs/check");
  }

  @Test
  void missingSemicolon_endsAtTheNextBinding() {
    assertThat(paths(NixText.of("{ a = f x\n  b = 2; c = 3; }").bindings(), ""))
        .containsExactly("a", "b", "c");
  }

  @Test
  void missingBracket_endsWithTheOuterOne() {
    assertThat(paths(NixText.of("{ a = { b = [ 1 (2; }; c = 3; }").bindings(), ""))
        .containsExactly("a", "a/b", "c");
  }

  @Test
  void unfinishedString_spoilsOnlyItsLine() {
    assertThat(paths(NixText.of("{ a = \"un\n  b = \"${x\n  c = \"3\"; d = 4; }").bindings(), ""))
        .contains("a", "b", "c", "d");
  }

  @Test
  void unfinishedPath_keepsWhatFollows() {
    assertThat(paths(NixText.of("{ a = self.x. ; b = self. \n c = 1; }").bindings(), ""))
        .contains("a", "b");
  }

  @Test
  void names_areQuotedWhereNixNeedsIt() {
    assertThat(
            List.of(
                "a", "a-b'c", "_x", "or", "let", "", "1a", "a.b", "x y", "a\"b", "${x}", "a$", "é"))
        .map(NixText::attributeName)
        .containsExactly(
            "a",
            "a-b'c",
            "_x",
            "or",
            "\"let\"",
            "\"\"",
            "\"1a\"",
            "\"a.b\"",
            "\"x y\"",
            "\"a\\\"b\"",
            "\"\\${x}\"",
            "\"a\\$\"",
            "\"é\"");
  }

  private static String joined(String text) {
    var result = new StringBuilder();
    for (var token : NixText.of(text).tokens()) {
      assertThat(token.start()).isEqualTo(result.length());
      assertThat(token.end()).isGreaterThan(token.start());
      result.append(token.in(text));
    }
    return result.toString();
  }

  private static List<String> paths(List<Binding> bindings, String above) {
    var result = new ArrayList<String>();
    for (var binding : bindings) {
      var path = new ArrayList<String>();
      for (var name : binding.path()) {
        path.add(
            switch (name) {
              case AttrName.Static known -> known.name();
              case AttrName.Dynamic _ -> "?";
            });
      }
      String here = above + (binding.local() ? "let " : "") + String.join(".", path);
      result.add(here);
      result.addAll(paths(binding.children(), here + "/"));
    }
    return result;
  }
}
