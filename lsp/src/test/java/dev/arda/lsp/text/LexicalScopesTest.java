package dev.arda.lsp.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.lsp.text.LexicalScope.Form;
import java.util.List;
import org.junit.jupiter.api.Test;

class LexicalScopesTest {

  /** What binds {@code x} at the marked place. */
  private static String binder(String marked) {
    var text = NixText.of(marked.replace("¦", ""));
    return text.binder("x", marked.indexOf('¦')).map(scope -> scope.form().name()).orElse("none");
  }

  @Test
  void namesAreBound_byFunctionsLetsAndRecursiveSets() {
    assertThat(binder("x: ¦x")).isEqualTo("ARGUMENT");
    assertThat(binder("x: y: ¦x")).isEqualTo("CURRIED");
    assertThat(binder("x@{ a, ... }: ¦x")).isEqualTo("ARGUMENT");
    assertThat(binder("{ a, ... }@x: ¦x")).isEqualTo("ARGUMENT");
    for (var pattern :
        List.of("{ x }:", "{ x, ... }:", "{ a, x }:", "{ a ? { b = 1; }, x ? 1 }@b:", "b@{ x }:")) {
      assertThat(binder(pattern + " ¦x")).as(pattern).isEqualTo("ATTRIBUTE");
    }
    for (var bindings :
        List.of(
            "x = 1;",
            "a = 1; x.b = 2;",
            "inherit (a) x;",
            "inherit (a) b x c;",
            "a = ¦x; x = 1;")) {
      assertThat(binder("let " + bindings + " in" + (bindings.contains("¦") ? "" : " ¦x")))
          .as(bindings)
          .isEqualTo("LET");
    }
    assertThat(binder("rec { x = 1; b = { c = ¦x; }; }")).isEqualTo("RECURSIVE");
  }

  @Test
  void namesEnd_withWhatBindsThem() {
    for (var outside :
        List.of(
            "{ a = x: 1; b = ¦x; }",
            "[ (x: 1) ¦x ]",
            "{ a = { x, ... }: 1; b = ¦x; }",
            "{ a = let x = 1; in x; b = ¦x; }",
            "(let x = 1; in x) ¦x",
            "rec { x = 1; }.x ¦x",
            "if (x: x) 1 then ¦x else x",
            "if a then x: x else ¦x",
            "{ b ? x: x, c ? ¦x }: 1",
            "{ x = 1; b = ¦x; }",
            "let inherit x; in ¦x",
            "let inherit (inputs) x; in ¦x",
            "with x; ¦x",
            "{ a = x == 1; b = ¦x; }")) {
      assertThat(binder(outside)).as(outside).isEqualTo("none");
    }
    for (var inside :
        List.of(
            "x: let a = 1; in ¦x",
            "x: with a; assert b; { c = ¦x; }",
            "x: if a then b else ¦x",
            "x: a // { b = [ (c: ¦x) ]; }",
            "x: let a = with b; c; d = 1; in ¦x")) {
      assertThat(binder(inside)).as(inside).isEqualTo("ARGUMENT");
    }
  }

  @Test
  void theInnermostCounts() {
    assertThat(binder("{ x }: { a = x: b: ¦x; }")).isEqualTo("CURRIED");
    assertThat(binder("{ x }: { a = x: b: x; c = ¦x; }")).isEqualTo("ATTRIBUTE");
  }

  @Test
  void valueIsKnown_whereAWholeAttributeIsBound() {
    var text = NixText.of("let a = 1; b.c = 2; in a");
    assertThat(text.binder("a", text.text().length()))
        .contains(new LexicalScope(Form.LET, 0, text.text().length() + 1, 7));
    assertThat(text.binder("b", 20).orElseThrow().valueStart()).isNegative();
  }

  @Test
  void brokenTexts_areRead() {
    for (var text : Samples.BROKEN) {
      for (int i = 0; i <= text.length(); i++) {
        NixText.of(text.substring(0, i)).binder("a", i);
      }
    }
  }
}
